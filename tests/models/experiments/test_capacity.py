"""Linear stacks, bottlenecks, coordinates and derivatives: small fits that a wrong experiment would get wrong."""

from __future__ import annotations

import numpy as np
import pytest

from models.experiments import get_experiment
from models.experiments.base import Scores


def score(name: str, candidate: str, seeds: int = 2, **parameters: object) -> Scores:
    one = get_experiment(name)
    return one.measure(candidate, one.complete(parameters), range(seeds))  # type: ignore[arg-type]  # plain values


def test_a_linear_stack_cannot_learn_exclusive_or() -> None:
    assert (score("linear-collapse", "identity") < 5).all()
    assert (score("linear-collapse", "relu") > 80).all()


def test_the_linear_bottleneck_is_close_to_principal_components() -> None:
    from models.experiments.trained import prepared

    data = prepared("digits")
    _, _, directions = np.linalg.svd(data.x_train - data.x_train.mean(axis=0), full_matrices=False)
    kept = data.x_valid @ directions[:8].T @ directions[:8]
    best = 100 * (1 - ((kept - data.x_valid) ** 2).mean() / data.x_valid.var())
    found = score("bottleneck", "identity")
    assert found == pytest.approx(best, abs=3)
    assert (score("bottleneck", "relu") < found).all()


def test_narrow_rectifiers_are_born_dead_and_leaky_ones_are_not() -> None:
    assert (score("born-dead", "relu") < -10).all()
    assert (score("born-dead", "leaky_relu") == 0).all()
    assert (score("born-dead", "relu", depth=2, width=64) == 0).all()


def test_a_kinked_network_learns_nothing_from_a_second_derivative() -> None:
    assert (np.abs(score("second-derivative", "relu", steps=300)) < 0.1).all()
    assert (score("second-derivative", "tanh", steps=300) > 1).all()


def test_a_first_derivative_can_be_learned_in_steps_by_a_kinked_network() -> None:
    relu, tanh = (score("second-derivative", name, order=1, steps=300) for name in ("relu", "tanh"))
    assert (relu > 0.1).all()
    assert (tanh > relu + 0.5).all()


def test_a_sine_network_sees_detail_only_from_its_own_start() -> None:
    own, usual = (score("image-detail", "sine", 1, steps=60, siren=flag) for flag in (True, False))
    assert own > usual + 5


def test_nothing_but_a_periodic_part_goes_on_with_the_wave() -> None:
    assert (score("periodic-extrapolation", "tanh", steps=100) == 0).all()
