"""Transformer populations: gradients against central differences, what steps may see, odd shapes and odd data."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from models.activations import catalogue, get, hidden_candidates
from models.activations.base import Array
from models.activations.gated import GatedActivation
from models.networks.attention import Attention, workload
from models.networks.attention.heads.products import exponentials
from models.networks.parts import WeightStart
from models.networks.shapes import AttentionShape

GATED = tuple(name for name, activation in catalogue().items() if isinstance(activation, GatedActivation))
CANDIDATES = (*(activation.name for activation in hidden_candidates()), *GATED)


def shape(tokens: bool = False, **changes: Any) -> AttentionShape:
    fields: dict[str, Any] = {
        "features": 4 if tokens else 12,
        "outputs": 2,
        "depth": 2,
        "width": 6,
        "sizes": (4,) if tokens else (4, 3),
        "vocabulary": 5 if tokens else None,
        "heads": 2,
        "expansion": 2,
    }
    return AttentionShape(**(fields | changes))


def population(
    network: AttentionShape, activation: str = "tanh", members: int = 4, rows: int = 3, exact: bool = True
) -> Attention:
    shares = 2 if members % 2 == 0 else 1
    made = Attention(
        network,
        get(activation),
        members=members,
        rows=rows,
        shares=shares,
        dtype=np.float64 if exact else np.float32,
    )
    made.begin(WeightStart(1.1, 1.0), root=7, seeds=[i % shares for i in range(members)], output_bias=[0.0])
    noise = np.random.default_rng(3).standard_normal(made.parameters.shape)
    made.parameters += (0.1 * noise).astype(made.parameters.dtype)
    return made


def batches(network: AttentionShape, shares: int = 2, rows: int = 3) -> Array:
    """Rows [shares, rows, features]; where they may end early, one does after two steps and one before the first."""
    rng = np.random.default_rng(5)
    if network.vocabulary is None:
        x = rng.standard_normal((shares, rows, *network.sizes))
    else:
        x = rng.integers(0, network.vocabulary, (shares, rows, *network.sizes)).astype(np.float64)
    if network.variable_lengths:
        nothing = np.nan if network.vocabulary is None else -1
        x[0, 1, 2:] = nothing
        x[-1, 0] = nothing
    return x.reshape(shares, rows, -1)


def assert_gradients_are_right(network: Attention, x: Array) -> None:
    """One random direction in each part against a central difference."""
    rng = np.random.default_rng(11)
    weights = rng.standard_normal(network.raw.shape)
    network.forward(x)
    network.backward(x, weights)
    gradients = network.layout.views(network.gradients.copy())
    start = network.parameters.copy()
    for name, gradient in gradients.items():
        direction = rng.standard_normal(gradient.shape)
        sums = []
        for step in (1e-6, -1e-6):
            network.layout.views(network.parameters)[name][...] += step * direction
            sums.append((network.forward(x) * weights).sum(axis=(1, 2)))
            network.parameters[...] = start
        expected = (sums[0] - sums[1]) / 2e-6
        found = (gradient * direction).reshape(len(direction), -1).sum(axis=1)
        np.testing.assert_allclose(found, expected, atol=1e-6 * max(0.1, float(np.abs(expected).max())), err_msg=name)


@pytest.mark.parametrize("activation", CANDIDATES)
def test_every_gradient_equals_its_central_difference(activation: str) -> None:
    network = shape(depth=1)
    assert_gradients_are_right(population(network, activation), batches(network))


@pytest.mark.parametrize(
    ("normalization", "norm_first", "residual", "more"),
    [
        *product(("none", "layer", "rms"), (True, False), (True, False), ({"causal": True, "tokens": True},)),
        *product(("layer", "rms"), (True, False), (True,), ({"variable_lengths": True},)),
        ("layer", True, True, {"variable_lengths": True, "causal": True}),
        ("layer", True, True, {"variable_lengths": True, "tokens": True}),
    ],
)
def test_the_gradients_of_every_kind_of_block_are_right(
    normalization: str, norm_first: bool, residual: bool, more: dict[str, bool]
) -> None:
    network = shape(normalization=normalization, norm_first=norm_first, residual=residual, **more)
    assert_gradients_are_right(population(network), batches(network))


def test_gradients_are_right_where_scores_are_far_from_zero() -> None:
    network = shape(depth=1, causal=True, variable_lengths=True)
    made = population(network)
    made.layout.views(made.parameters)["block 0.heads"][:2, :12] *= 12
    assert_gradients_are_right(made, batches(network))


@pytest.mark.parametrize("allowed", [None, np.tri(4).T.reshape(1, 1, 1, 4, 4)])
def test_exponentials_are_a_softmax_once_normalised_however_large_the_scores(allowed: Array | None) -> None:
    scores = np.random.default_rng(0).standard_normal((3, 2, 2, 4, 4)) * np.array([1, 40, 1e4]).reshape(3, 1, 1, 1, 1)
    masked = scores if allowed is None else np.where(allowed > 0, scores, -np.inf)
    expected = np.exp(masked - masked.max(axis=-2, keepdims=True))
    exponentials(scores, allowed)
    np.testing.assert_allclose(
        scores / scores.sum(axis=-2, keepdims=True), expected / expected.sum(axis=-2, keepdims=True), rtol=1e-12
    )


@pytest.mark.parametrize("activation", ["gelu", "prelu", "swiglu"])
@pytest.mark.parametrize(
    "more", [{}, {"normalization": "rms", "tokens": True}, {"norm_first": False, "variable_lengths": True}]
)
def test_a_member_gives_the_same_bytes_alone_and_in_a_population(activation: str, more: dict[str, Any]) -> None:
    network = shape(**more)
    together = population(network, activation, members=6, exact=False)
    together.parameters[3] *= 8
    x = batches(network).astype(np.float32)
    together.forward(x)
    direction = np.random.default_rng(2).standard_normal(together.raw.shape).astype(np.float32)
    together.backward(x, direction)
    for member in range(6):
        alone = population(network, activation, members=1, exact=False)
        alone.parameters[:] = together.parameters[member]
        share = x[member % 2 : member % 2 + 1]
        assert alone.forward(share).tobytes() == together.raw[member : member + 1].tobytes()
        alone.backward(share, direction[member : member + 1])
        assert alone.gradients.tobytes() == together.gradients[member].tobytes()


@pytest.mark.parametrize(
    "more", [{}, {"tokens": True}, {"causal": True, "variable_lengths": True}, {"norm_first": False}]
)
def test_networks_in_use_give_what_they_give_in_training(more: dict[str, Any]) -> None:
    network = shape(**more)
    made, x = population(network), batches(network)
    in_training = made.forward(x).copy()
    for share in range(2):
        np.testing.assert_allclose(made.infer(x[share])[share::2], in_training[share::2], rtol=1e-12)


def test_what_was_used_does_not_disturb_a_training_step() -> None:
    network = shape(tokens=True)
    made, x = population(network), batches(network)
    direction = np.ones(made.raw.shape)
    made.forward(x)
    made.backward(x, direction)
    expected = made.gradients.copy()
    made.forward(x)
    made.infer(x[0][:1])
    made.backward(x, direction)
    assert (made.gradients == expected).all()


def test_a_causal_step_sees_nothing_that_comes_later() -> None:
    made = population(shape(causal=True, depth=1), members=1, rows=1)
    x = batches(shape(), 1, 1)[0]
    seen: list[Array] = []
    for last in (x[:, -3:], x[:, -3:] + 1):
        changed = np.concatenate([x[:, :-3], last], axis=1)
        made.infer(changed, lambda _, z: seen.append(z.copy()))
    np.testing.assert_allclose(seen[0][..., :3], seen[1][..., :3], rtol=1e-12)
    assert np.abs(seen[0][..., 3] - seen[1][..., 3]).max() > 1e-3


@pytest.mark.parametrize("tokens", [False, True])
def test_a_row_that_ends_early_gives_what_the_short_row_gives(tokens: bool) -> None:
    long = shape(tokens, variable_lengths=True)
    short = shape(tokens, sizes=(2,) if tokens else (2, 3), features=2 if tokens else 6)
    x = batches(long)[0][1:2]
    raw = population(long).infer(x)
    np.testing.assert_allclose(population(short).infer(x[:, : short.features]), raw, rtol=1e-10)


def test_observers_see_only_the_steps_that_are_there() -> None:
    network = shape(variable_lengths=True)
    seen: list[tuple[int, tuple[int, ...]]] = []
    population(network).infer(batches(network)[0], lambda layer, z: seen.append((layer, z.shape)))
    assert seen == [(0, (4, 12, 10)), (1, (4, 12, 10))]


def test_a_row_without_a_single_step_gives_the_output_bias() -> None:
    network = shape(variable_lengths=True)
    made = population(network, members=1)
    raw = made.infer(np.full((1, 12), np.nan))
    assert (raw[0, 0] == made.layout.views(made.parameters)["output"][0, :, -1]).all()


@pytest.mark.parametrize("activation", ["relu", "geglu"])
def test_an_alteration_changes_what_the_function_returned(activation: str) -> None:
    made, x = population(shape(), activation), batches(shape())[0]

    def silence(layer: int, value: Array) -> None:
        value *= layer

    views = made.layout.views(made.parameters)
    before = made.infer(x, alter=silence)
    views["block 0.narrowing"][:, :, :-1] = 0
    np.testing.assert_allclose(made.infer(x), before, rtol=1e-12)


def test_the_observer_sees_the_layers_from_the_last_to_the_first() -> None:
    made, x = population(shape(depth=3), "swiglu"), batches(shape())
    seen: list[tuple[int, tuple[int, ...]]] = []
    made.backward(x, np.ones_like(made.forward(x)), lambda layer, delta: seen.append((layer, delta.shape)))
    assert seen == [(layer, (4, 8, 12)) for layer in (2, 1, 0)]


@pytest.mark.parametrize("activation", ["tanh", "glu"])
def test_one_step_one_channel_one_row_and_one_head_work(activation: str) -> None:
    network = shape(features=1, sizes=(1, 1), width=1, heads=1, depth=1, outputs=1, expansion=1)
    made = population(network, activation, members=1, rows=1)
    x = np.ones((1, 1, 1))
    assert made.forward(x).shape == (1, 1, 1)
    made.backward(x, np.ones((1, 1, 1)))
    assert np.isfinite(made.gradients).all()


@pytest.mark.parametrize("normalization", ["none", "layer"])
def test_sixty_four_blocks_keep_stream_and_gradient_in_size(normalization: str) -> None:
    network = shape(depth=64, width=8, normalization=normalization)
    made = Attention(network, get("relu"), members=1, rows=16)
    made.begin(WeightStart(1.4, 1.0), root=1, seeds=[0], output_bias=[0.0])
    x = np.random.default_rng(0).standard_normal((1, 16, 12)).astype(np.float32)
    raw = made.forward(x)
    made.backward(x, np.ones_like(raw))
    gradient = made.layout.views(made.gradients)["block 0.widening"]
    assert np.abs(raw).max() < 100
    assert 1e-5 < np.abs(gradient).max() < 1e4


def test_gated_units_have_two_thirds_of_the_width_for_equally_many_parameters() -> None:
    network = shape(width=32, heads=4, expansion=4, normalization="none")
    plain, gated = (workload(network, get(name)).parameters for name in ("relu", "swiglu"))
    assert gated == pytest.approx(plain, rel=0.01)


def test_the_workload_counts_the_parameters_that_there_are() -> None:
    shapes = (shape(), shape(tokens=True), shape(normalization="rms"))
    for name, network in product(("relu", "prelu", "glu"), shapes):
        made = population(network, name)
        assert workload(made.network, get(name)).parameters == made.parameters.shape[1]


def test_gains_scale_what_follows_the_function_and_nothing_else() -> None:
    made = population(shape(), members=2)
    drawn = []
    for gain in (1.0, 2.0):
        made.begin(WeightStart(gain, 5.0), root=1, seeds=[0, 1], output_bias=[0.5, -0.5])
        drawn.append({name: view.copy() for name, view in made.layout.views(made.parameters).items()})
    for name, values in drawn[0].items():
        factor = 2 if name.endswith("narrowing") else 1
        np.testing.assert_allclose(drawn[1][name], factor * values)
    assert (drawn[0]["output"][:, :, -1] == [0.5, -0.5]).all()


def test_weights_are_views_of_the_parameters_without_their_biases() -> None:
    made = population(shape())
    found = made.weights()
    assert found["block 1.heads"].shape == (4, 18, 6)
    assert len(found) == 9
    for view in found.values():
        view[...] = 0
    assert made.layout.views(made.parameters)["block 0.widening"][..., :-1].max() == 0


@pytest.mark.parametrize("kind", ["batch", "group"])
def test_a_normalisation_over_rows_is_refused_with_those_that_work(kind: str) -> None:
    with pytest.raises(ValueError, match=r"'none', 'layer', 'rms'"):
        population(shape(normalization=kind))


def test_an_output_function_is_refused_in_feed_forward_parts() -> None:
    with pytest.raises(ValueError, match="softmax serves as"):
        population(shape(), "softmax")


def test_members_that_do_not_share_batches_evenly_are_refused() -> None:
    with pytest.raises(ValueError, match="evenly"):
        Attention(shape(), get("relu"), members=3, rows=2, shares=2)


@pytest.mark.parametrize("wrong", [{"features": 13}, {"sizes": (12,)}, {"vocabulary": 5}, {"width": 7}])
def test_sizes_that_do_not_fit_each_other_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"heads do not divide|do not make|tokens have|numbers have"):
        shape(**wrong)
