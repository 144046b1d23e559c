"""Compiled steps of recurrent layers and their products against NumPy in float64, at odd sizes."""

from __future__ import annotations

from typing import Any, Literal, cast

import numpy as np
import pytest
from scipy.special import expit

from models.activations import get
from models.activations.base import Array
from models.kernels.library import library
from models.kernels.recurrent import room_for_panel, step, strided
from models.networks.parts import WeightStart
from models.networks.recurrent import Recurrent, compiled_products, fastest, functions, layer
from models.networks.recurrent.compiled_gru import CompiledGru, CompiledUsualGru
from models.networks.recurrent.compiled_lstm import CompiledLstm, CompiledUsualLstm
from models.networks.recurrent.compiled_products import CompiledProducts
from models.networks.shapes import RecurrentShape

if library() is None:
    pytest.skip("no kernels were compiled", allow_module_level=True)

Cell = Literal["rnn", "lstm", "gru"]
GUARD, MARGIN = 1234.5, 40
STEPS, CHANNELS = 4, 2


class Guarded:
    """Arrays with guards around them."""

    def __init__(self) -> None:
        self._rooms: list[Array] = []

    def __call__(self, *shape: int) -> Array:
        room = np.full(int(np.prod(shape)) + 2 * MARGIN, GUARD, np.float32)
        self._rooms.append(room)
        return room[MARGIN:-MARGIN].reshape(shape)

    def check(self) -> None:
        for room in self._rooms:
            assert (room[:MARGIN] == GUARD).all()
            assert (room[-MARGIN:] == GUARD).all()


def normal(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def assert_near(found: Array, expected: Array, tolerance: float = 1e-5) -> None:
    assert np.isfinite(found).all()
    assert np.abs(found - expected).max() <= tolerance * np.abs(expected).max()


def population(
    cell: Cell, activation: str, dtype: type, members: int = 4, shares: int = 2, rows: int = 5, **changes: Any
) -> Recurrent:
    given: dict[str, Any] = {"width": 3, "depth": 2, "outputs": 2, "sizes": (STEPS, CHANNELS), "cell": cell}
    shape = RecurrentShape(features=STEPS * CHANNELS, **(given | changes))
    made = Recurrent(shape, get(activation), members=members, rows=rows, shares=shares, dtype=cast("Any", dtype))
    seeds = [member % shares for member in range(members)]
    made.begin(WeightStart(1.1, 1.1), root=7, seeds=seeds, output_bias=[0.1, -0.2])
    return made


def passes(made: Recurrent, parameters: Array, x: Array) -> tuple[Array, Array]:
    """Outputs and gradients."""
    dtype = made.parameters.dtype
    made.parameters[...] = parameters
    raw = made.forward(x.astype(dtype)).copy()
    made.backward(x.astype(dtype), normal(3, *raw.shape).astype(dtype))
    return raw, made.gradients


SIZES = [
    (1, 1, 2, 1),
    (1, 3, 10, 1),
    (2, 5, 18, 7),
    (1, 6, 17, 8),
    (2, 7, 9, 16),
    (3, 13, 26, 33),
    (2, 36, 41, 24),
    (1, 29, 27, 60),
]
"""Members, rows of the matrix, columns of it, rows of the data."""


@pytest.mark.parametrize(("members", "blocks", "columns", "rows"), SIZES)
def test_products_are_those_of_float64_and_touch_nothing_else(
    members: int, blocks: int, columns: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded, height = Guarded(), columns - 1
    monkeypatch.setattr(compiled_products, "room_for_panel", lambda *sizes: guarded(*room_for_panel(*sizes).shape))
    scaled, joined = normal(1, members, blocks, columns), normal(2, 3, members, columns, rows)
    joined[:, :, -1] = 1
    landing, out = guarded(2, members, blocks, rows), guarded(members, height, rows)
    deltas = normal(3, 2, members, blocks, rows)
    made = CompiledProducts(scaled, joined, landing, height)
    for _ in range(2):
        for at in (1, 0):
            made.forward(at)
            made.back(at, deltas[at], out)
            assert_near(landing[at], scaled.astype(float) @ joined[at])
            assert_near(out, scaled[:, :, :height].swapaxes(1, 2).astype(float) @ deltas[at])
        expected = (deltas.astype(float) @ joined[:2].swapaxes(2, 3)).sum(0)
        assert_near(made.gradient, expected)
    guarded.check()


def test_products_land_among_what_the_next_step_sees() -> None:
    joined, scaled = normal(1, 3, 2, 8, 9), normal(2, 2, 4, 8)
    before = joined.copy()
    made = CompiledProducts(scaled, joined, joined[1:, :, :4], 4)
    made.forward(0)
    assert_near(joined[1, :, :4], scaled.astype(float) @ before[0])
    joined[1, :, :4] = before[1, :, :4]
    np.testing.assert_array_equal(joined, before)


@pytest.mark.parametrize("size", [1, 7, 8, 29])
def test_gates_and_candidates_are_within_two_ten_millionths(size: int) -> None:
    guarded = Guarded()
    before, memory, squashed, state = (guarded(3, size) for _ in range(4))
    z = guarded(3, 4, size)
    z[...] = np.linspace(-30, 30, z.size).reshape(z.shape)
    z[:, :, 0] = (-1e30, 1e30, 0, 0), (-140, 140, 140, -140), (100, -100, -1e30, 1e30)
    before[...] = normal(1, 3, size)
    exact = z.astype(float)
    step("lstm_forward", 3, size, z, before, memory, squashed, *strided(state))()
    gates, candidate = expit(exact[:, :3]), np.tanh(exact[:, 3])
    assert np.abs(z[:, :3] - gates).max() < 2e-7
    assert np.abs(z[:, 3] - candidate).max() < 2e-7
    assert z[0, 3, 0] == 0
    remembered = gates[:, 1] * before + gates[:, 0] * candidate
    assert np.abs(memory - remembered).max() < 1e-6
    assert np.abs(state - gates[:, 2] * np.tanh(remembered)).max() < 1e-6
    guarded.check()


LAYERS = [
    ("lstm", "tanh", CompiledUsualLstm),
    ("lstm", "relu", CompiledLstm),
    ("lstm", "gelu", CompiledLstm),
    ("lstm", "swish", CompiledLstm),
    ("lstm", "softsign", CompiledLstm),
    ("gru", "tanh", CompiledUsualGru),
    ("gru", "gelu", CompiledGru),
    ("gru", "prelu", CompiledGru),
    ("gru", "softsign", CompiledGru),
    ("rnn", "tanh", layer.Layer),
    ("rnn", "silu", layer.Layer),
    ("rnn", "swish", layer.Layer),
]


@pytest.mark.parametrize(("cell", "activation", "kind"), LAYERS)
@pytest.mark.parametrize(
    ("members", "shares", "rows", "width"), [(1, 1, 1, 1), (1, 1, 8, 8), (4, 2, 5, 3), (6, 3, 33, 17)]
)
@pytest.mark.parametrize("ended", [False, True])
def test_networks_give_what_they_give_in_float64(
    cell: Cell, activation: str, kind: type, members: int, shares: int, rows: int, width: int, ended: bool
) -> None:
    x = normal(5, shares, rows, STEPS * CHANNELS)
    if ended:
        x[0, 0, :CHANNELS] = np.nan
        x[-1, -1, CHANNELS:] = np.nan
    sizes = {"members": members, "shares": shares, "rows": rows}
    changes = {"width": width, "variable_lengths": ended, "residual": ended}
    quick, exact = (population(cell, activation, dtype, **sizes, **changes) for dtype in (np.float32, np.float64))
    assert all(isinstance(each, kind) for each in quick._layers)
    parameters = quick.parameters + 0.1 * normal(6, *quick.parameters.shape)
    raw, gradients = passes(quick, parameters, x)
    expected, expected_gradients = passes(exact, parameters, x)
    assert_near(raw, expected)
    assert_near(gradients, expected_gradients, 1e-4)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "prelu"])
def test_networks_with_raced_gates_give_what_they_give_in_float64(cell: Cell, activation: str) -> None:
    x = normal(5, 2, 5, STEPS * CHANNELS)
    quick, exact = (population(cell, activation, dtype, raced="gates") for dtype in (np.float32, np.float64))
    raw, gradients = passes(quick, quick.parameters, x)
    expected, expected_gradients = passes(exact, quick.parameters, x)
    assert_near(raw, expected)
    assert_near(gradients, expected_gradients, 1e-4)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_not_a_number_stays_in_its_row_of_its_member(cell: Cell, activation: str) -> None:
    made = population(cell, activation, np.float32, shares=4, rows=11)
    x = normal(5, 4, 11, STEPS * CHANNELS)
    clean = made.forward(x).copy()
    x[1, 9, 0] = np.nan
    raw = made.forward(x)
    assert np.isnan(raw[1, 9]).all()
    raw[1, 9] = clean[1, 9]
    np.testing.assert_array_equal(raw, clean)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_nothing_is_written_beside_a_layers_arrays(cell: Cell, activation: str) -> None:
    made = population(cell, activation, np.float32, rows=11, width=5)
    x = normal(5, 2, 11, STEPS * CHANNELS)
    passes(made, made.parameters, x)
    for each in made._layers:
        assert (each._joined[:, :, -1] == 1).all()
        assert (each.state[0] == 0).all()
        names = ("_back", "landing", "_delta", "_memory", "_squashed", "_memory_delta", "_past")
        for array in [getattr(each, name) for name in names if hasattr(each, name)]:
            room = cast("Array", array.base)
            assert room is each._joined or np.count_nonzero(room) == np.count_nonzero(array)
    by_step = x.reshape(2, 11, STEPS, CHANNELS).transpose(2, 0, 3, 1)
    np.testing.assert_array_equal(made._layers[0].inputs, np.tile(by_step, (1, 2, 1, 1)))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_networks_without_kernels_begin_alike_and_give_the_same(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = population(cell, "tanh", np.float32)
    for module in (fastest, functions, layer):
        monkeypatch.setattr(module, "compiles", lambda _: False)
    plain = population(cell, "tanh", np.float32)
    assert type(plain._layers[0]._products) is not type(compiled._layers[0]._products)
    np.testing.assert_array_equal(plain.parameters, compiled.parameters)
    x = normal(5, 2, 5, STEPS * CHANNELS)
    for quick, slow in zip(*(passes(each, plain.parameters, x) for each in (compiled, plain)), strict=True):
        assert_near(quick, slow)
