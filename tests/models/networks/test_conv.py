"""Convolutional populations: their sums against plain loops, gradients against differences, members apart."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest

from models.activations import get, hidden_candidates
from models.activations.base import Array
from models.networks.conv import Conv
from models.networks.parts import WeightStart
from models.networks.shapes import ConvShape

KINDS = ("none", "batch", "layer", "rms", "group")
IMAGE, SIGNAL = (5, 4, 2), (9, 2)


def shape(**changes: Any) -> ConvShape:
    fields: dict[str, Any] = {"sizes": IMAGE, "outputs": 2, "depth": 3, "width": 4, "groups": 2} | changes
    return ConvShape(features=prod(fields["sizes"]), **fields)


def conv(
    network: ConvShape, activation: str = "tanh", members: int = 1, rows: int = 3, shares: int = 1, exact: bool = True
) -> Conv:
    made = Conv(
        network,
        get(activation),
        members=members,
        rows=rows,
        shares=shares,
        dtype=np.float64 if exact else np.float32,
    )
    seeds = [member % shares for member in range(members)]
    made.begin(WeightStart(1.1, 1.1), root=7, seeds=seeds, output_bias=[0.1])
    noise = np.random.default_rng(3).standard_normal(made.parameters.shape)
    made.parameters += (0.1 * noise).astype(made.parameters.dtype)
    return made


def batches(network: ConvShape, shares: int, rows: int, dtype: type = np.float64) -> Array:
    return np.random.default_rng(5).standard_normal((shares, rows, network.features)).astype(dtype)


def check_gradients(network: Conv, shares: int) -> None:
    """Hold the derivative along a random direction in each part against central differences, for each member."""
    rng = np.random.default_rng(11)
    x = batches(network.network, shares, network.raw.shape[1])
    wanted = rng.standard_normal(network.raw.shape)
    network.forward(x)
    network.backward(x, wanted)
    gradients, start = network.gradients.copy(), network.parameters.copy()
    for name in network.layout.views(start):
        direction = np.zeros_like(start)
        view = network.layout.views(direction)[name]
        view[...] = rng.standard_normal(view.shape)
        sums = []
        for step in (2e-6, 1e-6, -1e-6, -2e-6):
            network.parameters[...] = start + step * direction
            sums.append((network.forward(x) * wanted).sum(axis=(1, 2)))
        found = (8 * (sums[1] - sums[2]) - (sums[0] - sums[3])) / 12e-6
        expected = (gradients * direction).sum(axis=1)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7 * (1 + np.abs(gradients).max()), err_msg=name)
    network.parameters[...] = start


@pytest.mark.parametrize("activation", [activation.name for activation in hidden_candidates()])
def test_gradients_equal_central_differences_for_every_function(activation: str) -> None:
    plain = shape(depth=2, pooling="max", shrink_every=2, residual=True)
    check_gradients(conv(plain, activation, members=4, shares=2), 2)


@pytest.mark.parametrize(("sizes", "normalization", "residual"), list(product((IMAGE, SIGNAL), KINDS, (False, True))))
def test_gradients_equal_central_differences_for_every_normalization(
    sizes: tuple[int, ...], normalization: str, residual: bool
) -> None:
    network = shape(sizes=sizes, normalization=normalization, residual=residual, shrink_every=3, pooling="average")
    check_gradients(conv(network, members=2), 1)


@pytest.mark.parametrize(
    ("sizes", "padding", "stride", "pooling", "head", "kernel"),
    [
        ((7, 6, 2), "valid", 1, "none", "average", 2),
        ((7, 6, 2), "valid", 2, "none", "flatten", 2),
        ((7, 6, 2), "same", 2, "max", "max", 3),
        ((7, 6, 2), "same", 3, "none", "flatten", 2),
        ((7, 6, 2), "same", 1, "max", "average", 4),
        ((2, 3, 1), "same", 1, "none", "max", 7),
        ((12, 2), "valid", 2, "none", "max", 3),
        ((12, 2), "same", 2, "average", "flatten", 4),
        ((1, 1, 1), "same", 2, "max", "average", 3),
    ],
)
def test_gradients_equal_central_differences_for_every_way_to_shrink(
    sizes: tuple[int, ...], padding: str, stride: int, pooling: str, head: str, kernel: int
) -> None:
    network = shape(
        sizes=sizes,
        padding=padding,
        stride=stride,
        pooling=pooling,
        head=head,
        kernel=kernel,
        shrink_every=2,
        residual=True,
    )
    check_gradients(conv(network, members=2, shares=2), 2)


def by_loops(plane: Array, weights: Array, bias: Array, stride: int, same: bool) -> Array:
    """Convolve one padded plane [height, width, channels] with weights [units, k, k, channels], output by output."""
    kernel = weights.shape[1]
    before = (kernel - 1) // 2 if same else 0
    after = kernel - 1 - before if same else 0
    padded = np.pad(plane, ((before, after), (before, after), (0, 0)))
    height, width = (size - kernel + 1 for size in padded.shape[:2])
    return np.array(
        [
            [
                np.tensordot(weights, padded[top : top + kernel, left : left + kernel], axes=3) + bias
                for left in range(0, width, stride)
            ]
            for top in range(0, height, stride)
        ]
    )


@pytest.mark.parametrize(("padding", "stride", "kernel"), list(product(("same", "valid"), (1, 2, 3), (1, 2, 3))))
def test_layers_are_what_plain_loops_give(padding: str, stride: int, kernel: int) -> None:
    network = conv(
        shape(sizes=(7, 6, 2), padding=padding, stride=stride, kernel=kernel, shrink_every=2, depth=2), members=2
    )
    x = batches(network.network, 1, 3)
    raw = network.forward(x)
    parts = network.layout.views(network.parameters)
    for member, row in product(range(2), range(3)):
        stream = x[0, row].reshape(7, 6, 2)
        for layer, own in ((0, 1), (1, stride)):
            weights = network.weights()[f"hidden {layer}"][member]
            stream = np.tanh(by_loops(stream, weights, parts[f"hidden {layer}.bias"][member], own, padding == "same"))
        expected = parts["output.weights"][member] @ stream.mean(axis=(0, 1)) + parts["output.bias"][member]
        np.testing.assert_allclose(raw[member, row], expected, rtol=1e-12)


@pytest.mark.parametrize(("normalization", "residual"), list(product(KINDS, (False, True))))
def test_a_member_gives_the_same_bytes_alone_and_in_a_population(normalization: str, residual: bool) -> None:
    wanted = shape(sizes=(6, 5, 3), width=8, outputs=3, normalization=normalization, residual=residual)
    together = conv(wanted, "prelu", members=6, rows=9, shares=3, exact=False)
    x = batches(wanted, 3, 9, np.float32)
    together.forward(x)
    direction = np.random.default_rng(2).standard_normal(together.raw.shape).astype(np.float32)
    together.backward(x, direction)
    for member in range(6):
        alone = conv(wanted, "prelu", rows=9, exact=False)
        alone.parameters[:] = together.parameters[member]
        share = x[member % 3 : member % 3 + 1]
        assert alone.forward(share).tobytes() == together.raw[member : member + 1].tobytes()
        alone.backward(share, direction[member : member + 1])
        assert alone.gradients.tobytes() == together.gradients[member].tobytes()


@pytest.mark.parametrize(("normalization", "sizes"), list(product(("none", "layer", "rms", "group"), (IMAGE, SIGNAL))))
def test_networks_in_use_give_what_they_give_in_training(normalization: str, sizes: tuple[int, ...]) -> None:
    wanted = shape(sizes=sizes, normalization=normalization, residual=True, pooling="max", shrink_every=2)
    network = conv(wanted, members=2, rows=6)
    x = batches(wanted, 1, 6)
    np.testing.assert_allclose(network.infer(x[0]), network.forward(x), rtol=1e-12)
    np.testing.assert_allclose(network.infer(x[0, :1]), network.forward(x)[:, :1], rtol=1e-12)


def test_batch_normalization_in_use_judges_each_row_for_itself_and_comes_near_training() -> None:
    wanted = shape(normalization="batch")
    network = conv(wanted, rows=200)
    x = batches(wanted, 1, 200)
    network.forward(x)
    np.testing.assert_allclose(network.infer(x[0])[:, :1], network.infer(x[0, :1]), rtol=1e-12)
    np.testing.assert_allclose(network.infer(x[0]), network.forward(x), atol=0.01)


def test_forward_and_backward_leave_nothing_behind() -> None:
    network = conv(shape(residual=True, pooling="max", shrink_every=2), "swish", members=2)
    x = batches(network.network, 1, 3)
    results = []
    for _ in range(2):
        raw = network.forward(x).copy()
        network.backward(x, np.ones_like(raw))
        results.append((raw.tobytes(), network.gradients.tobytes()))
    assert results[0] == results[1]


def test_the_observers_see_every_layer_and_what_is_altered_counts() -> None:
    network = conv(shape(pooling="max", shrink_every=2), members=2)
    x = batches(network.network, 1, 3)
    seen: list[tuple[int, tuple[int, ...]]] = []
    network.backward(x, np.ones_like(network.forward(x)), lambda layer, z: seen.append((layer, z.shape)))
    assert seen == [(2, (2, 4, 12)), (1, (2, 4, 60)), (0, (2, 4, 60))]
    seen.clear()
    network.infer(x[0], lambda layer, z: seen.append((layer, z.shape)))
    assert [layer for layer, _ in seen] == [0, 1, 2]
    silent = network.infer(x[0], alter=lambda _, value: value.fill(0))
    bias = network.layout.views(network.parameters)["output.bias"]
    np.testing.assert_array_equal(silent, np.broadcast_to(bias[:, None], silent.shape))
