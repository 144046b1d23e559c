"""The contract's functions as plain numbers are those of the catalogue, and values tell names."""

from __future__ import annotations

import numpy as np
import pytest

from actwise.contract.names import ACTIVATIONS
from actwise.integrations.functions import FUNCTIONS, GATE_OF, GRID, name_of
from models.activations import catalogue

OF_SEVERAL_VALUES = {"softmax", "log_softmax", *GATE_OF}


def test_every_activation_of_one_value_is_here() -> None:
    assert set(FUNCTIONS) | OF_SEVERAL_VALUES == set(ACTIVATIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_values_of_the_catalogue(name: str) -> None:
    grid = np.linspace(-12, 12, 241)
    assert np.allclose([FUNCTIONS[name](x) for x in grid], catalogue()[name].value(grid), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "swish"])
def test_values_tell_the_name_even_in_single_precision(name: str) -> None:
    assert name_of([float(np.float32(FUNCTIONS[name](x))) for x in GRID]) == name


@pytest.mark.parametrize(
    "values", [[], [0.0], [float("nan")] * len(GRID), [2 * x for x in GRID], [float("inf")] * len(GRID)]
)
def test_other_values_have_no_name(values: list[float]) -> None:
    assert name_of(values) is None


def test_values_of_huge_numbers_do_not_overflow() -> None:
    assert FUNCTIONS["sigmoid"](-1e4) == 0
    assert FUNCTIONS["softplus"](1e4) == 1e4
