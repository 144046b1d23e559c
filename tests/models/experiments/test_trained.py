"""Trained skill, and what training leaves dead."""

from __future__ import annotations

import numpy as np
import pytest

from models.experiments import get_experiment
from models.experiments.base import Scores
from models.experiments.trained import prepared


def score(name: str, candidate: str, seeds: int = 2, **parameters: object) -> Scores:
    one = get_experiment(name)
    return one.measure(candidate, one.complete(parameters), range(seeds))  # type: ignore[arg-type]  # plain values


def test_skill_runs_from_the_majority_class_to_perfect() -> None:
    assert (score("shallow-accuracy", "relu", steps=100) > 85).all()
    assert (score("shallow-accuracy", "relu", steps=1) < 60).all()


def test_a_network_without_a_chance_scores_nothing() -> None:
    assert (score("plain-depth-accuracy", "squared_relu", 1, steps=5, start="pytorch") < 20).all()


def test_noise_on_the_inputs_costs_accuracy() -> None:
    clean, noisy = (score("noisy-inputs", "relu", level=level, steps=60) for level in (0.0, 2.0))
    assert (noisy < clean).all()


def test_large_steps_kill_rectifiers_and_nothing_else() -> None:
    assert (score("dead-share", "relu") < 0).all()
    assert (score("dead-share", "tanh", steps=30) == 0).all()


def test_training_rows_can_be_cut_and_judged_rows_stay() -> None:
    few, all_rows = prepared("breast_cancer", 100), prepared("breast_cancer")
    assert len(few.x_train) == 100
    assert np.array_equal(few.x_valid, all_rows.x_valid)


@pytest.mark.parametrize("data", ["wine", "diabetes", "breast_cancer"])
def test_every_data_set_can_be_asked_for(data: str) -> None:
    assert (score("shallow-accuracy", "relu", data=data, steps=80) > 20).all()
