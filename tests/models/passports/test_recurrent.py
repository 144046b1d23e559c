"""The signal passport of recurrent networks in time, against what is known of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.networks.parts import WeightStart
from models.networks.shapes import RecurrentShape
from models.passports.recurrent import step_passport

START = WeightStart(1.0, 1.0)
STEPS, CHANNELS = 12, 3


def shape_of(cell: str, **changes: Any) -> RecurrentShape:
    given = {"features": STEPS * CHANNELS, "sizes": (STEPS, CHANNELS), "outputs": 2, "depth": 1, "width": 16}
    return RecurrentShape(**(given | {"cell": cell} | changes))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("depth", [1, 3])
def test_there_is_one_figure_for_each_seed_layer_and_step(cell: str, depth: int) -> None:
    found = step_passport("tanh", shape_of(cell, depth=depth), START, seeds=(0, 5))
    for measure in (found.state, found.gradient, found.dead_share, found.saturated_share):
        assert measure.shape == (2, depth, STEPS)
        assert np.isfinite(measure).all()
    assert (found.gradient[:, :, -1] == 0).all()


def test_a_linear_layer_with_orthogonal_weights_keeps_the_gradient_for_ever() -> None:
    found = step_passport("identity", shape_of("rnn"), START)
    np.testing.assert_allclose(found.gradient, 0, atol=1e-12)
    np.testing.assert_allclose(found.decades_per_step, 0, atol=1e-12)


def test_the_state_of_a_linear_layer_grows_as_the_root_of_the_steps() -> None:
    found = step_passport("identity", shape_of("rnn", width=64), START)
    grown = 0.5 * np.log10(np.arange(1, STEPS + 1))
    np.testing.assert_allclose(found.state[:, 0] - found.state[:, 0, :1], np.broadcast_to(grown, (3, STEPS)), atol=0.05)


def test_a_sigmoid_loses_at_least_its_steepest_slope_at_every_step() -> None:
    found = step_passport("sigmoid", shape_of("rnn"), START)
    assert (np.diff(found.gradient, axis=2) > 0).all()
    assert (found.decades_per_step <= np.log10(0.25)).all()


def test_the_open_forget_gate_of_an_lstm_carries_the_gradient_farther_than_a_sigmoid_layer() -> None:
    plain, gated = (step_passport(name, shape_of(cell), START) for name, cell in (("sigmoid", "rnn"), ("tanh", "lstm")))
    assert (gated.decades_per_step > plain.decades_per_step).all()


def test_a_relu_kills_units_at_single_steps_and_a_tanh_none() -> None:
    dead = step_passport("relu", shape_of("rnn", width=64, depth=2), START).dead_share
    assert dead[:, 1].max() > 0
    assert dead.max() < 1
    assert (step_passport("tanh", shape_of("rnn"), START).dead_share == 0).all()


def test_large_input_weights_saturate_a_bounded_function() -> None:
    calm, wild = (step_passport("tanh", shape_of("gru"), WeightStart(gain, gain)) for gain in (0.1, 30.0))
    assert (calm.saturated_share == 0).all()
    assert (wild.saturated_share > 0.4).all()


def test_gates_are_measured_where_they_are_raced() -> None:
    found = step_passport("hard_sigmoid", shape_of("lstm", raced="gates"), WeightStart(20.0, 20.0))
    assert (found.saturated_share > 0.5).all()
    assert np.isfinite(found.gradient).all()


def test_tokens_are_drawn_for_a_network_of_tokens() -> None:
    found = step_passport("tanh", shape_of("lstm", features=STEPS, sizes=(STEPS,), vocabulary=7), START)
    assert np.isfinite(found.state).all()


def test_an_exploding_signal_gives_figures_that_say_so() -> None:
    found = step_passport("squared_relu", shape_of("rnn", features=90, sizes=(30, 3)), WeightStart(3.0, 3.0))
    assert not np.isfinite(found.state[:, :, -1]).any()


def test_one_step_alone_has_no_growth() -> None:
    found = step_passport("tanh", shape_of("gru", features=3, sizes=(1, 3)), START)
    assert (found.decades_per_step == 0).all()


def test_the_same_seed_gives_the_same_passport() -> None:
    one, two = (step_passport("gelu", shape_of("lstm"), START, seeds=(3,)) for _ in range(2))
    np.testing.assert_array_equal(one.gradient, two.gradient)


def test_no_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one seed"):
        step_passport("tanh", shape_of("rnn"), START, seeds=())
