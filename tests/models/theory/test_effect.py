from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.theory.effect import WORST, effect, lost_contrast

finite = st.floats(-300, 300)
correlation = st.floats(0, 1)


def one(decades: float, spread: float = 0.0, related: float = 0.5, unrelated: float = 0.0, **rest: object) -> float:
    parts = (np.array([value]) for value in (decades, spread, related, unrelated))
    return float(
        effect(*parts, residual=bool(rest.get("residual")), optimizer=str(rest.get("optimizer", "adam"))).mean[0]
    )


def test_a_perfect_network_has_no_effect() -> None:
    assert one(0.0) == 0


def test_a_lost_signal_costs_ninety_points() -> None:
    assert one(-100.0) < WORST + 0.1
    assert one(100.0) < WORST + 0.1


@given(decades=finite, spread=st.floats(0, 300), related=correlation, unrelated=correlation, residual=st.booleans())
def test_the_effect_is_a_loss_between_zero_and_the_worst(
    decades: float, spread: float, related: float, unrelated: float, residual: bool
) -> None:
    assert WORST <= one(decades, spread, related, unrelated, residual=residual) <= 0


@given(decades=st.floats(0, 50), more=st.floats(0, 50))
def test_more_decades_never_help(decades: float, more: float) -> None:
    assert one(-decades - more) <= one(-decades)
    assert one(decades + more) <= one(decades)


def test_merged_inputs_hurt_plain_networks_but_not_residual_ones() -> None:
    assert one(0.0, related=1.0, unrelated=1.0) < -1
    assert one(0.0, related=1.0, unrelated=1.0, residual=True) == 0


def test_sgd_loses_more_to_small_gradients() -> None:
    assert one(-3.0, optimizer="sgd") < one(-3.0) - 10


def test_lost_contrast_is_zero_for_the_initial_gap_and_three_at_most() -> None:
    related, unrelated = np.array([0.5, 0.05, 1.0, 0.9]), np.array([0.0, 0.0, 1.0, 0.1])
    assert np.allclose(lost_contrast(related, unrelated), [0, 1, 2.69897, 0])
