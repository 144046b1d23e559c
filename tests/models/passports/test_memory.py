"""What activations keep for their backward pass."""

from __future__ import annotations

import pytest

from models.activations import GatedActivation, catalogue, get
from models.formulas import formula_activation
from models.passports import kept_for_backward


@pytest.mark.parametrize(
    ("name", "value", "buffers"),
    [("relu", True, 0), ("tanh", True, 0), ("identity", False, 0), ("silu", True, 1), ("gelu", False, 1)],
)
def test_what_is_kept_follows_from_what_the_gradient_reads(name: str, value: bool, buffers: int) -> None:
    kept = kept_for_backward(get(name))
    assert (kept.value, kept.buffers) == (value, buffers)


def test_a_formula_keeps_its_slope_alone() -> None:
    kept = kept_for_backward(formula_activation("x * tanh(softplus(x))"))
    assert (kept.value, kept.bytes_per_element) == (False, 4)


def test_nothing_keeps_more_than_it_asks_for() -> None:
    for activation in catalogue().values():
        if activation.elementwise and not isinstance(activation, GatedActivation):
            assert kept_for_backward(activation).buffers <= activation.work_buffers
