"""Recurrent populations: gradients against central differences, rows that end early, members apart from each other."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest

from models.activations import get, hidden_candidates
from models.activations.base import Array
from models.networks.parts import WeightStart
from models.networks.recurrent import Recurrent, network, workload
from models.networks.recurrent.functions import Function, General
from models.networks.recurrent.lstm import Lstm
from models.networks.shapes import RecurrentShape

Cell = Literal["rnn", "lstm", "gru"]
CELLS: tuple[Cell, ...] = ("rnn", "lstm", "gru")
NAMES = tuple(activation.name for activation in hidden_candidates())
STEPS, CHANNELS = 3, 2
TOLERANCE = 1e-6


def shape_of(cell: Cell, **changes: Any) -> RecurrentShape:
    sizes = changes.pop("sizes", (STEPS, CHANNELS))
    given = {"outputs": 2, "depth": 2, "width": 3, "features": int(np.prod(sizes)), "sizes": sizes, "cell": cell}
    return RecurrentShape(**(given | changes))


def population(
    shape: RecurrentShape,
    activation: str = "tanh",
    members: int = 2,
    rows: int = 3,
    shares: int = 1,
    exact: bool = True,
) -> Recurrent:
    dtype = np.float64 if exact else np.float32
    made = Recurrent(shape, get(activation), members=members, rows=rows, shares=shares, dtype=dtype)
    seeds = [member % shares for member in range(members)]
    made.begin(WeightStart(1.1, 1.1), root=7, seeds=seeds, output_bias=[0.1, -0.2])
    noise = np.random.default_rng(3).standard_normal(made.parameters.shape)
    made.parameters += (0.1 * noise).astype(made.parameters.dtype)
    return made


def batches(shares: int, rows: int, features: int = STEPS * CHANNELS, dtype: type = np.float64) -> Array:
    return np.random.default_rng(5).standard_normal((shares, rows, features)).astype(dtype)


def tokens(shares: int, rows: int, vocabulary: int = 4) -> Array:
    return np.random.default_rng(5).integers(0, vocabulary, (shares, rows, STEPS)).astype(np.float64)


def worst_error(made: Recurrent, x: Array) -> tuple[float, str]:
    """Largest relative error of a derivative along a random direction in one part, and the part."""
    rng = np.random.default_rng(11)
    direction = rng.standard_normal(made.raw.shape)
    made.forward(x)
    made.backward(x, direction)
    gradients = made.layout.views(made.gradients.copy())
    found = (0.0, "")
    for name, view in made.layout.views(made.parameters).items():
        along = rng.standard_normal(view.shape)
        expected = (gradients[name] * along).reshape(made.members, -1).sum(1)
        error = np.full(made.members, np.inf)
        for step in (1e-5, 1e-4, 1e-6):
            measured = slope_along(made, x, direction, view, along * step) / step
            error = np.minimum(error, np.abs(measured - expected) / np.maximum(np.abs(expected), 1e-2))
            if error.max() < TOLERANCE:
                break
        found = max(found, (float(error.max()), name))
    return found


def slope_along(made: Recurrent, x: Array, direction: Array, view: Array, step: Array) -> Array:
    start = view.copy()
    sums = []
    for sign in (1, -1):
        view[...] = start + sign * step
        sums.append((made.forward(x) * direction).sum(axis=(1, 2)))
    view[...] = start
    return np.asarray((sums[0] - sums[1]) / 2)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("activation", NAMES)
def test_every_gradient_equals_its_central_difference(activation: str, cell: Cell) -> None:
    made = population(shape_of(cell, residual=True), activation, members=2, shares=2)
    error, part = worst_error(made, batches(2, 3))
    assert error < TOLERANCE, part


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("activation", ["sigmoid", "hard_sigmoid", "tanh", "prelu", "swish", "mish"])
def test_gradients_are_right_when_the_gates_are_raced(activation: str, cell: Cell) -> None:
    made = population(shape_of(cell, raced="gates", other="softsign"), activation)
    error, part = worst_error(made, batches(1, 3))
    assert error < TOLERANCE, part


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("activation", ["tanh", "swish"])
@pytest.mark.parametrize("residual", [False, True])
def test_gradients_are_right_when_rows_end_early(activation: str, cell: Cell, residual: bool) -> None:
    made = population(shape_of(cell, variable_lengths=True, residual=residual, depth=3), activation, shares=2)
    x = batches(2, 3)
    x[0, 1, CHANNELS:] = np.nan
    x[1, 0, :CHANNELS] = np.nan
    x[1, 2] = np.nan
    error, part = worst_error(made, x)
    assert error < TOLERANCE, part


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("variable", [False, True])
def test_gradients_of_tokens_are_right(cell: Cell, variable: bool) -> None:
    shape = shape_of(cell, sizes=(STEPS,), vocabulary=4, embedding=3, variable_lengths=variable)
    x = tokens(2, 3)
    if variable:
        x[0, 1, 1:] = -1
    error, part = worst_error(population(shape, "silu", members=4, shares=2), x)
    assert error < TOLERANCE, part


@pytest.mark.parametrize("cell", CELLS)
def test_a_row_that_ends_early_gives_what_it_gives_alone(cell: Cell) -> None:
    long = population(shape_of(cell, sizes=(5, CHANNELS), variable_lengths=True, residual=True), rows=4)
    short = population(shape_of(cell, sizes=(2, CHANNELS), residual=True), rows=4)
    short.parameters[:] = long.parameters
    x = batches(1, 4, 5 * CHANNELS)
    x[..., 2 * CHANNELS :] = np.nan
    np.testing.assert_allclose(long.forward(x), short.forward(x[..., : 2 * CHANNELS]), rtol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_a_missing_step_is_passed_over(cell: Cell) -> None:
    long = population(shape_of(cell, sizes=(3, CHANNELS), variable_lengths=True), rows=4)
    short = population(shape_of(cell, sizes=(2, CHANNELS)), rows=4)
    short.parameters[:] = long.parameters
    x = batches(1, 4)
    x[..., CHANNELS : 2 * CHANNELS] = np.nan
    np.testing.assert_allclose(long.forward(x), short.forward(np.delete(x, [2, 3], axis=2)), rtol=1e-12)


def test_a_row_without_any_step_gives_the_output_bias() -> None:
    made = population(shape_of("lstm", variable_lengths=True))
    raw = made.forward(np.full((1, 3, 6), np.nan))
    bias = made.layout.views(made.parameters)["output.bias"]
    np.testing.assert_array_equal(raw, np.broadcast_to(bias[:, None], raw.shape))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("changes", [{}, {"residual": True, "depth": 3}, {"variable_lengths": True}])
def test_networks_in_use_give_what_they_give_in_training(cell: Cell, changes: dict[str, Any]) -> None:
    made = population(shape_of(cell, **changes), rows=6)
    x = batches(1, 6)
    if changes.get("variable_lengths"):
        x[0, 2, CHANNELS:] = np.nan
    np.testing.assert_allclose(made.infer(x[0]), made.forward(x), rtol=1e-12, atol=1e-13)


def test_networks_of_tokens_in_use_give_what_they_give_in_training() -> None:
    shape = shape_of("gru", sizes=(STEPS,), vocabulary=4, variable_lengths=True)
    made, x = population(shape, rows=5), tokens(1, 5)
    x[0, 3, 1:] = -1
    np.testing.assert_allclose(made.infer(x[0]), made.forward(x), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_a_member_gives_the_same_bytes_alone_and_in_a_population(cell: Cell, activation: str) -> None:
    shape = shape_of(cell, sizes=(6, 5), width=17)
    together = population(shape, activation, members=6, rows=33, shares=3, exact=False)
    x = batches(3, 33, 30, np.float32)
    together.forward(x)
    direction = np.random.default_rng(2).standard_normal(together.raw.shape).astype(np.float32)
    together.backward(x, direction)
    for member in range(6):
        alone = population(shape, activation, members=1, rows=33, exact=False)
        alone.parameters[:] = together.parameters[member]
        share = x[member % 3 : member % 3 + 1]
        assert alone.forward(share).tobytes() == together.raw[member : member + 1].tobytes()
        alone.backward(share, direction[member : member + 1])
        assert alone.gradients.tobytes() == together.gradients[member].tobytes()


@pytest.mark.parametrize("cell", CELLS)
def test_one_channel_one_unit_one_row_and_one_step_work(cell: Cell) -> None:
    made = population(shape_of(cell, sizes=(1, 1), width=1, outputs=2), members=1, rows=1)
    raw = made.forward(np.ones((1, 1, 1)))
    made.backward(np.ones((1, 1, 1)), np.ones_like(raw))
    assert np.isfinite(made.gradients).all()
    assert made.infer(np.ones((1, 1))).shape == (1, 1, 2)


def test_the_usual_lstm_equals_the_general_one(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = population(shape_of("lstm", variable_lengths=True), shares=2)
    x = batches(2, 3)
    x[0, 1, CHANNELS:] = np.nan

    def general(activation: Any, slopes: Any, gradients: Any, dtype: Any) -> Function:
        return General(activation, slopes, gradients, dtype)

    monkeypatch.setattr(network, "make_function", general)
    plain = population(shape_of("lstm", variable_lengths=True), shares=2)
    assert {type(layer) for layer in plain._layers} == {Lstm}
    assert Lstm not in {type(layer) for layer in usual._layers}
    np.testing.assert_allclose(usual.forward(x), plain.forward(x), rtol=1e-11)
    for made in (usual, plain):
        made.backward(x, np.ones_like(made.raw))
    np.testing.assert_allclose(usual.gradients, plain.gradients, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize(("cell", "uses"), [("rnn", 1), ("lstm", 2), ("gru", 1)])
def test_the_observer_sees_each_place_of_the_function_and_none_after_the_end(cell: Cell, uses: int) -> None:
    made = population(shape_of(cell, variable_lengths=True), "relu", rows=4)
    x = batches(1, 4)[0]
    x[:2, CHANNELS:] = np.nan
    seen = [0, 0]

    def observe(layer: int, z: Array) -> None:
        assert z.shape[:2] == (2, 3)
        assert np.isfinite(z).all()
        seen[layer] += z.shape[2]

    made.infer(x, observe)
    assert seen == [uses * (4 + 2 * 2)] * 2


@pytest.mark.parametrize(("cell", "units"), [("lstm", 9), ("gru", 6)])
def test_the_observer_sees_all_gates_when_they_are_raced(cell: Cell, units: int) -> None:
    made = population(shape_of(cell, raced="gates"), "prelu")
    seen: list[tuple[int, ...]] = []
    made.infer(batches(1, 4)[0], lambda _, z: seen.append(np.broadcast_shapes(z.shape, made.slopes(0)[0].shape)))
    assert set(seen) == {(2, units, 4)}


@pytest.mark.parametrize("cell", CELLS)
def test_the_observed_gradient_belongs_to_the_biases_of_the_cell(cell: Cell) -> None:
    made = population(shape_of(cell, depth=1))
    x = batches(1, 3)
    made.forward(x)
    seen: dict[int, Array] = {}
    made.backward(x, np.ones_like(made.raw), lambda layer, delta: seen.update({layer: delta.copy()}))
    bias = made.layout.views(made.gradients)["layer 0.bias.cell"][..., 0]
    np.testing.assert_allclose(seen[0].sum(axis=2), bias, rtol=1e-12)


def test_what_the_function_returns_can_be_altered() -> None:
    made = population(shape_of("lstm"))

    def silence(_: int, value: Array) -> None:
        value[...] = 0

    raw = made.infer(batches(1, 4)[0], alter=silence)
    bias = made.layout.views(made.parameters)["output.bias"]
    np.testing.assert_array_equal(raw, np.broadcast_to(bias[:, None], raw.shape))


def test_recurrent_weights_begin_orthogonal_and_the_forget_gate_open() -> None:
    made = Recurrent(shape_of("lstm"), get("relu"), members=1, rows=2, dtype=np.float64)
    made.begin(WeightStart(2.0, 3.0), root=1, seeds=[0], output_bias=[0.5, 0.5])
    views = made.layout.views(made.parameters)
    for square in (*views["layer 1.recurrent.gates"][0], *views["layer 1.recurrent.cell"][0]):
        np.testing.assert_allclose(square @ square.T, np.eye(3), atol=1e-12)
    assert (views["layer 0.bias.forget"] == 1).all()
    assert (views["layer 0.bias.input"] == 0).all()
    assert (views["output.bias"] == 0.5).all()


def test_the_gain_scales_the_raced_place_alone() -> None:
    shape, starts = shape_of("gru", raced="cell"), (WeightStart(1.0, 1.0), WeightStart(2.0, 3.0))
    made = [Recurrent(shape, get("relu"), members=1, rows=2, dtype=np.float64) for _ in starts]
    for each, start in zip(made, starts, strict=True):
        each.begin(start, root=1, seeds=[0], output_bias=[0.0, 0.0])
    one, two = (each.layout.views(each.parameters) for each in made)
    factors = {name: float(np.abs(two[name]).sum() / np.abs(view).sum()) for name, view in one.items() if view.any()}
    assert factors.pop("layer 0.input.cell") == pytest.approx(3)
    assert factors.pop("layer 1.input.cell") == pytest.approx(2)
    assert set(np.round(list(factors.values()), 12)) == {1.0}


@pytest.mark.parametrize("cell", CELLS)
def test_one_seed_means_the_same_draws_for_every_candidate(cell: Cell) -> None:
    made = [Recurrent(shape_of(cell), get(name), members=1, rows=2) for name in ("relu", "swish")]
    for each in made:
        each.begin(WeightStart(1.0, 1.0), root=1, seeds=[4], output_bias=[0.0, 0.0])
    shared = made[0].parameters.shape[1]
    np.testing.assert_array_equal(made[0].parameters, made[1].parameters[:, :shared])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("activation", ["relu", "prelu"])
def test_the_workload_counts_every_parameter(cell: Cell, activation: str) -> None:
    shape = shape_of(cell, sizes=(STEPS,), vocabulary=9)
    assert workload(shape, get(activation)).parameters == population(shape, activation).parameters.shape[1]


def test_weights_have_their_output_channels_first() -> None:
    weights = population(shape_of("lstm", depth=1)).weights()
    assert {name: array.shape[1:] for name, array in weights.items()} == {
        "layer 0.input.gates": (9, 2),
        "layer 0.input.cell": (3, 2),
        "layer 0.recurrent.gates": (9, 3),
        "layer 0.recurrent.cell": (3, 3),
        "output.kernel": (2, 3),
    }


def test_weights_are_views_of_the_parameters() -> None:
    made = population(shape_of("gru"))
    for array in made.weights().values():
        assert np.shares_memory(array, made.parameters)


def test_own_parameters_are_kept_in_bounds() -> None:
    made = population(shape_of("rnn"), "snake")
    for slopes in (made.slopes(0), made.slopes(1)):
        slopes[0][...] = -5
    made.keep_in_bounds()
    assert (made.slopes(0)[0] == get("snake").parameters[0].low).all()


@pytest.mark.parametrize(
    ("changes", "activation", "message"),
    [
        ({"cell": "rnn", "raced": "gates"}, "sigmoid", "has no gates"),
        ({"normalization": "batch"}, "tanh", "allowed: none"),
        ({"other": "sigmoyd"}, "tanh", "did you mean 'sigmoid'"),
        ({"other": "prelu"}, "tanh", "nothing to learn"),
        ({"other": "softmax"}, "tanh", "cannot stand beside"),
        ({}, "softmax", "softmax serves as"),
        ({}, "swiglu", "swiglu serves as"),
    ],
)
def test_networks_that_do_not_exist_are_refused(changes: dict[str, Any], activation: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        population(shape_of(changes.pop("cell", "lstm"), **changes), activation)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"no gates.*nothing to learn"):
        population(shape_of("rnn", raced="gates", other="prelu"), "sigmoid")


def test_members_that_cannot_share_evenly_are_refused() -> None:
    with pytest.raises(ValueError, match="5 members cannot share 2 batches"):
        Recurrent(shape_of("gru"), get("relu"), members=5, rows=2, shares=2)


@pytest.mark.parametrize(
    "changes",
    [{"features": 7}, {"vocabulary": 3}, {"sizes": (6,), "features": 6}, {"sizes": (0, 2), "features": 0}],
)
def test_sizes_that_contradict_each_other_are_refused(changes: dict[str, Any]) -> None:
    given: dict[str, Any] = {"outputs": 2, "depth": 1, "width": 3, "features": 6, "sizes": (3, 2)}
    with pytest.raises(ValueError, match=r"do not hold|sizes are|greater than"):
        RecurrentShape(**(given | changes))
