"""The sizes of convolutional networks, odd and refused ones, their cost, and how they begin."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from models.activations import get
from models.networks.conv import Conv, workload
from models.networks.conv.geometry import layer_sizes
from models.networks.parts import WeightStart
from models.networks.shapes import ConvShape
from tests.models.networks.test_conv import batches, conv, shape


def ends(**changes: Any) -> list[tuple[int, int]]:
    return [sizes.pooled for sizes in layer_sizes(shape(**changes))]


def test_padded_layers_keep_their_size() -> None:
    assert ends() == [(5, 4)] * 3
    assert ends(sizes=(9, 2), kernel=4) == [(1, 9)] * 3


def test_unpadded_layers_lose_a_kernel_but_one_place() -> None:
    assert ends(sizes=(9, 8, 1), padding="valid") == [(7, 6), (5, 4), (3, 2)]
    assert ends(sizes=(9, 1), padding="valid") == [(1, 7), (1, 5), (1, 3)]


def test_strides_and_pooling_work_in_every_so_many_layers() -> None:
    assert ends(sizes=(9, 8, 1), shrink_every=2, stride=2, depth=4) == [(9, 8), (5, 4), (5, 4), (3, 2)]
    assert ends(sizes=(9, 8, 1), shrink_every=1, pooling="max") == [(4, 4), (2, 2), (1, 1)]
    assert ends(sizes=(9, 8, 1), shrink_every=2, pooling="max", stride=2, depth=2) == [(9, 8), (2, 2)]


def test_an_axis_of_one_place_is_not_pooled() -> None:
    assert ends(sizes=(1, 4, 1), shrink_every=1, pooling="average") == [(1, 2), (1, 1), (1, 1)]


def test_a_stride_without_layers_that_shrink_is_not_used() -> None:
    assert ends(stride=2) == [(5, 4)] * 3


def test_a_kernel_that_does_not_fit_is_refused_with_what_would() -> None:
    with pytest.raises(ValueError, match=r"hidden layer 2 sees 1 x 0|hidden layer 1 sees 3 x 2 .*pad with 'same'"):
        layer_sizes(shape(padding="valid"))
    assert ends(kernel=15) == [(5, 4)] * 3


@pytest.mark.parametrize("sizes", [(5, 5, 1), (4, 5), (0, 4, 2)])
def test_sizes_that_hold_other_numbers_of_features_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="do not hold 24 features"):
        ConvShape(features=24, outputs=1, depth=1, width=2, sizes=sizes)


@pytest.mark.parametrize("activation", ["softmax", "exp", "glu", "swiglu"])
def test_activations_for_other_places_are_refused(activation: str) -> None:
    with pytest.raises(ValueError, match=f"{activation} serves as"):
        conv(shape(), activation)


def test_members_that_cannot_share_evenly_are_refused() -> None:
    with pytest.raises(ValueError, match="5 members cannot share 2 batches"):
        Conv(shape(), get("relu"), members=5, rows=2, shares=2)


@pytest.mark.parametrize("normalization", ["none", "batch", "layer", "rms", "group"])
def test_one_place_one_channel_and_one_row_work(normalization: str) -> None:
    wanted = shape(sizes=(1, 1, 1), width=1, outputs=1, normalization=normalization, residual=True)
    network = conv(wanted, rows=1)
    x = batches(wanted, 1, 1)
    raw = network.forward(x)
    network.backward(x, np.ones_like(raw))
    assert raw.shape == (1, 1, 1)
    assert np.isfinite(network.gradients).all()
    assert network.infer(x[0]).shape == (1, 1, 1)


def test_groups_that_do_not_divide_the_width_become_as_many_as_do() -> None:
    three, one = (conv(shape(normalization="group", width=6, groups=groups)) for groups in (3, 9))
    x = batches(three.network, 1, 3)
    np.testing.assert_array_equal(three.forward(x), one.forward(x))
    whole = conv(shape(normalization="group", width=6, groups=1))
    assert not np.allclose(three.forward(x), whole.forward(x))


def test_sixty_four_layers_keep_a_finite_gradient_with_residual_paths_and_batch_normalization() -> None:
    wanted = shape(sizes=(4, 4, 1), depth=64, normalization="batch", residual=True)
    network = conv(wanted, "relu", members=2, rows=8, exact=False)
    x = batches(wanted, 1, 8, np.float32)
    network.backward(x, np.ones_like(network.forward(x)))
    assert np.isfinite(network.gradients).all()
    assert np.abs(network.layout.views(network.gradients)["hidden 0.weights"]).max() > 1e-6


def test_a_seed_begins_alike_whatever_the_candidate_and_the_members() -> None:
    wanted = shape(sizes=(6, 6, 2))
    few, many = Conv(wanted, get("relu"), members=1, rows=2), Conv(wanted, get("prelu"), members=3, rows=5)
    start = WeightStart(1.0, 1.0)
    few.begin(start, root=3, seeds=[8], output_bias=[0.0])
    many.begin(start, root=3, seeds=[5, 8, 9], output_bias=[0.0])
    for name, view in few.weights().items():
        np.testing.assert_array_equal(view[0], many.weights()[name][1])


def test_units_begin_with_the_gains_variance_and_centred_ones_with_sum_zero() -> None:
    wanted = shape(sizes=(6, 6, 8), width=64)
    network = Conv(wanted, get("relu"), members=1, rows=2)
    network.begin(WeightStart(2.0, 0.5, centred=True), root=3, seeds=[8], output_bias=[0.0])
    first, inner = (network.weights()[f"hidden {layer}"][0].reshape(64, -1) for layer in (0, 1))
    assert np.isclose(first.std() * np.sqrt(9 * 8), 0.5, rtol=0.05)
    assert np.isclose(inner.std() * np.sqrt(9 * 64), 2.0, rtol=0.05)
    np.testing.assert_allclose(inner.sum(axis=1), 0, atol=1e-4)
    assert np.abs(first.sum(axis=1)).max() > 0.1


def test_named_weights_are_views_whose_second_axis_is_the_output_channels() -> None:
    network = conv(shape(sizes=(6, 6, 2), width=5, depth=2), members=2)
    assert {name: view.shape[:2] for name, view in network.weights().items()} == {
        "hidden 0": (2, 5),
        "hidden 1": (2, 5),
        "output": (2, 2),
    }
    for view in network.weights().values():
        assert np.shares_memory(view, network.parameters)


@pytest.mark.parametrize(
    "changes",
    [{}, {"residual": True, "normalization": "batch"}, {"pooling": "max", "shrink_every": 2}, {"sizes": (64, 4)}],
)
def test_the_workload_counts_what_is_really_kept(changes: dict[str, Any]) -> None:
    wanted = shape(**({"sizes": (8, 8, 4), "width": 8, "depth": 4} | changes))
    work = workload(wanted, get("relu"))
    tracemalloc.start()
    network = Conv(wanted, get("relu"), members=3, rows=64)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert work.parameters == network.parameters.shape[1]
    counted = 3 * 4 * (2 * work.parameters + work.elements_of(64))
    assert 0.7 < kept / counted < 1.4
