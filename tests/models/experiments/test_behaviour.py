"""Recurrence, short numbers, training under constraints, and how a network's function behaves."""

from __future__ import annotations

import numpy as np
import pytest

from models.experiments import get_experiment
from models.experiments.base import Scores
from models.experiments.perceptron import Perceptron, label_delta


def score(name: str, candidate: str, seeds: int = 2, **parameters: object) -> Scores:
    one = get_experiment(name)
    return one.measure(candidate, one.complete(parameters), range(seeds))  # type: ignore[arg-type]  # plain values


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_a_bounded_state_stays_and_a_linear_one_explodes(cell: str) -> None:
    assert (score("state-norm", "tanh", cell=cell, steps=100) == 0).all()
    assert (score("state-norm", "identity", cell=cell, steps=500, gain=2.5) < -5).all()


def test_the_identity_keeps_a_gradient_for_ever_from_the_identity() -> None:
    assert score("recurrent-gradient", "identity", start="identity") == pytest.approx(0, abs=1e-9)
    assert (score("recurrent-gradient", "sigmoid") < -15).all()


def test_more_bits_leave_less_rounding_noise() -> None:
    few, many = (score("int8-error", "relu", bits=bits, steps=20) for bits in (4, 8))
    assert many == pytest.approx(few + 24, abs=8)  # 6 dB for every bit


def test_a_bounded_function_keeps_the_whole_headroom_of_float16() -> None:
    assert score("float16-headroom", "tanh") == pytest.approx(np.log10(65504), abs=0.01)
    assert (score("float16-headroom", "squared_relu") < 0).all()


def test_the_gradient_of_every_example_is_its_own() -> None:
    network = Perceptron.drawn("tanh", (3, 4, 2), 0)
    network.weights = [weights.astype(np.float64) for weights in network.weights]
    x, labels = np.random.default_rng(0).standard_normal((5, 3)), np.array([0, 1, 0, 1, 1])

    def losses(inputs: Scores) -> Scores:
        logits = network.forward(inputs)[0][-1]
        return np.asarray(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(5), labels])

    seen, slopes = network.forward(x)
    found = network.deltas(slopes, label_delta(seen[-1], labels))[0]
    for feature in range(3):
        step = np.zeros(3)
        step[feature] = 1e-6
        assert found[:, feature] == pytest.approx((losses(x + step) - losses(x - step)) / 2e-6, abs=1e-6)


def test_training_survives_clipping_and_an_attack_costs_accuracy() -> None:
    assert (score("private-accuracy", "tanh", 1, noise=0.0, steps=60) > 80).all()
    gentle, harsh = (score("adversarial-accuracy", "tanh", 1, reach=reach, steps=40) for reach in (0.0, 0.8))
    assert harsh < gentle - 20


def test_rectifiers_have_exact_zeros_and_no_slope_there() -> None:
    zeros, silent = score("exact-zeros", "relu"), score("zero-slopes", "relu")
    assert zeros == pytest.approx(-silent)
    assert zeros == pytest.approx(50, abs=10)
    assert (score("exact-zeros", "tanh") == 0).all()


def test_squares_pass_an_outlier_on_larger_and_bounds_smaller() -> None:
    square, relu, tanh = (score("outlier-response", name) for name in ("squared_relu", "relu", "tanh"))
    assert (square < relu).all()
    assert (relu < tanh).all()


def test_the_gradient_of_a_kinked_network_jumps() -> None:
    assert (score("slope-jumps", "tanh") > score("slope-jumps", "relu") + 1).all()
    assert (score("slope-jumps", "identity") == 6).all()


def test_a_solver_gives_up_on_squares() -> None:
    assert (score("solver-steps", "tanh") > score("solver-steps", "squared_relu")).all()


def test_copies_that_are_not_trained_disagree_most() -> None:
    assert (score("retrain-churn", "tanh", steps=1) < score("retrain-churn", "tanh", steps=60)).all()


def test_learning_one_task_only_loses_nothing() -> None:
    assert (score("plasticity", "relu", tasks=1) == 0).all()
