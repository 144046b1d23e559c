"""Floors of squashed losses: the formula, the descent on a toy batch, and values known from elsewhere."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from service.doctor.proofs.logits import (
    half_precision_probability,
    log_softmax_is_idempotent,
    not_probabilities,
    softmax_then_binary,
    squashed_binary,
    squashed_cross_entropy,
)


@pytest.mark.parametrize(("classes", "floor"), [(2, 0.313), (10, 1.461), (100, 3.622)])
def test_the_floor_of_a_double_softmax_is_the_known_one(classes: int, floor: float) -> None:
    assert squashed_cross_entropy("softmax", classes).numbers["floor"] == pytest.approx(floor, abs=5e-4)


@pytest.mark.parametrize("classes", [2, 3, 10, 100, 128])
@pytest.mark.parametrize("name", ["softmax", "sigmoid", "tanh", "hard_tanh"])
def test_descent_on_a_toy_batch_reaches_the_floor_and_no_less(name: str, classes: int) -> None:
    numbers = squashed_cross_entropy(name, classes).numbers
    assert numbers["reached"] == pytest.approx(numbers["floor"], abs=1e-3)
    assert numbers["reached"] > numbers["floor"] - 1e-5


def test_more_classes_than_a_toy_batch_can_hold_have_their_own_floor() -> None:
    numbers = squashed_cross_entropy("softmax", 10**7).numbers
    assert numbers["floor"] == pytest.approx(log(10**7) - 1, abs=1e-3)
    assert numbers["toy_classes"] == 128


@pytest.mark.parametrize("share", [0.01, 0.5])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu6", "hard_sigmoid"])
def test_the_binary_floor_is_reached_too(name: str, share: float) -> None:
    numbers = squashed_binary(name, share).numbers
    assert numbers["reached"] == pytest.approx(numbers["floor"], abs=2e-3)


def test_a_softmax_under_binary_cross_entropy_reaches_its_floor() -> None:
    numbers = softmax_then_binary(10).numbers
    assert numbers["reached"] == pytest.approx(numbers["floor"], abs=1e-6)


def test_log_softmax_twice_is_log_softmax_once() -> None:
    numbers = log_softmax_is_idempotent(7).numbers
    assert numbers["loss"] == numbers["loss_with_log_softmax"]
    assert numbers["same_gradient"] == 1


def test_sigmoid_gives_probabilities_and_tanh_does_not() -> None:
    assert not_probabilities("sigmoid").numbers["outside"] == 0
    assert not_probabilities("tanh").numbers["outside"] == pytest.approx(0.5, abs=0.05)


def test_float16_really_rounds_there() -> None:
    first = half_precision_probability().numbers["first_logit"]
    assert np.float16(1 / (1 + np.exp(-first))) == 1
    assert np.float16(1 / (1 + np.exp(-first + 0.02))) < 1
