"""Initial draws: paired across candidates, scaled by gain, centred where asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.activations import get
from models.activations.base import Array
from models.networks.initialization import centre, initialize, standard_draws
from models.networks.layout import LayerViews, Layout
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape


def layers(
    seeds: tuple[int, ...] = (0,), activation: str = "relu", gain: float = 1.0, centred: bool = False, **shape: Any
) -> tuple[LayerViews, ...]:
    network = DenseShape(**{"features": 6, "outputs": 3, "depth": 3, "width": 50, **shape})
    layout = Layout(network, get(activation).parameters)
    parameters: Array = np.empty((len(seeds), layout.size), np.float32)
    bias = [0.5] * network.outputs
    initialize(layout, parameters, WeightStart(gain, gain / 2, centred), root=1, seeds=seeds, output_bias=bias)
    return layout.views(parameters)


def test_gains_scale_the_same_draws() -> None:
    for one, two in zip(layers(gain=1.0)[:-1], layers(gain=2.0, activation="tanh")[:-1], strict=True):
        np.testing.assert_allclose(two.kernel, 2 * one.kernel, rtol=1e-6)


def test_the_output_layer_ignores_the_gain_and_starts_at_the_given_bias() -> None:
    small, large = layers(gain=1.0)[-1], layers(gain=9.0)[-1]
    assert small.weights.tobytes() == large.weights.tobytes()
    assert (small.bias == 0.5).all()


def test_a_member_starts_alike_whatever_members_are_beside_it() -> None:
    assert layers((3,))[1].weights[0].tobytes() == layers((0, 1, 3))[1].weights[2].tobytes()


def test_another_head_leaves_the_hidden_layers_as_they_were() -> None:
    for one, two in zip(layers(outputs=3)[:-1], layers(outputs=1)[:-1], strict=True):
        assert one.weights.tobytes() == two.weights.tobytes()


def test_seeds_layers_and_roots_all_draw_differently() -> None:
    draws = [standard_draws(*key, (2, 3)) for key in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))]
    assert len({draw.tobytes() for draw in draws}) == 4


def test_hidden_weights_have_the_standard_deviation_of_their_gain() -> None:
    weights = layers(width=200, gain=1.5)[1].kernel
    assert abs(weights.std() * np.sqrt(200) - 1.5) < 0.03


def test_the_first_layer_has_a_gain_of_its_own() -> None:
    first, second, *_ = layers(features=200, width=200, gain=3.0)
    assert abs(first.kernel.std() * np.sqrt(200) - 1.5) < 0.03
    assert abs(second.kernel.std() * np.sqrt(200) - 3.0) < 0.06


def test_centred_units_have_incoming_weights_of_sum_zero_but_in_the_first_layer() -> None:
    first, second, *_ = layers(centred=True)
    np.testing.assert_allclose(second.kernel.sum(axis=2), 0, atol=1e-6)
    assert np.abs(first.kernel.sum(axis=2)).max() > 0.1


def test_a_single_incoming_weight_is_not_centred_away() -> None:
    assert centre(np.array([[2.0], [3.0]])).tolist() == [[2.0], [3.0]]


def test_scales_start_at_one_and_learned_slopes_at_their_initial_value() -> None:
    layer = layers(activation="prelu", normalization="batch")[0]
    assert layer.scale is not None
    assert layer.shift is not None
    assert (layer.scale == 1).all()
    assert (layer.shift == 0).all()
    assert (layer.slopes[0] == 0.25).all()
