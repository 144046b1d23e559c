"""Losses: finite at the edges, gradients equal to central differences, members kept apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from models.heads.losses import LOSSES, UnknownLoss, get_loss

Array = NDArray[Any]
MEMBERS, ROWS = 3, 5


def whole(rng: np.random.Generator, units: int, rows: int) -> Array:
    return rng.integers(0, max(units, 1), (MEMBERS, rows))


def levels(rng: np.random.Generator, units: int, rows: int) -> Array:
    return rng.integers(0, units + 1, (MEMBERS, rows))


def binary(rng: np.random.Generator, units: int, rows: int) -> Array:
    return rng.integers(0, 2, (MEMBERS, rows, units)).astype(float)


def shares(rng: np.random.Generator, units: int, rows: int) -> Array:
    return rng.dirichlet(np.ones(units), (MEMBERS, rows))


def real(rng: np.random.Generator, units: int, rows: int) -> Array:
    return rng.normal(size=(MEMBERS, rows, units))


def single(rng: np.random.Generator, _units: int, rows: int) -> Array:
    return rng.normal(size=(MEMBERS, rows, 1))


def half(rng: np.random.Generator, units: int, rows: int) -> Array:
    return rng.normal(size=(MEMBERS, rows, units // 2))


def counts(rng: np.random.Generator, units: int, rows: int) -> Array:
    return rng.poisson(1.5, (MEMBERS, rows, units)).astype(float)


def half_counts(rng: np.random.Generator, units: int, rows: int) -> Array:
    return counts(rng, units // 2, rows)


def positive(rng: np.random.Generator, units: int, rows: int) -> Array:
    return rng.gamma(2.0, 0.5, (MEMBERS, rows, units))


TARGETS: dict[str, tuple[Callable[..., Array], tuple[int, ...]]] = {
    "cross_entropy": (whole, (1, 2, 7)),
    "soft_cross_entropy": (shares, (1, 4)),
    "binary_cross_entropy": (binary, (1, 3)),
    "focal": (binary, (1, 3)),
    "squared": (real, (1, 3)),
    "absolute": (real, (1, 3)),
    "huber": (real, (1, 3)),
    "quantile": (single, (3,)),
    "ordered_quantile": (single, (3,)),
    "squared_exp": (positive, (1, 3)),
    "squared_softplus": (positive, (1, 3)),
    "squared_sigmoid": (binary, (1, 3)),
    "squared_tanh": (real, (1, 3)),
    "poisson_exp": (counts, (1, 3)),
    "poisson_softplus": (counts, (1, 3)),
    "gamma_exp": (positive, (1, 3)),
    "gamma_softplus": (positive, (1, 3)),
    "tweedie_exp": (counts, (1, 3)),
    "gaussian_nll": (half, (2, 4)),
    "gaussian_nll_softplus": (half, (2, 4)),
    "negative_binomial": (half_counts, (2, 4)),
    "cumulative_link": (levels, (1, 2, 5)),
}
CASES = [(name, units) for name, (_, widths) in TARGETS.items() for units in widths]
EXTREMES = (-1e4, -88.0, -30.0, -20.0, 0.0, 20.0, 30.0, 88.0, 1e4)


def draw(name: str, units: int, rows: int = ROWS, scale: float = 2.0) -> tuple[Array, Array]:
    rng = np.random.default_rng(7)
    raw = rng.normal(scale=scale, size=(MEMBERS, rows, units))
    return raw, TARGETS[name][0](rng, units, rows)


def in_float32(target: Array) -> Array:
    return target if target.dtype.kind == "i" else target.astype(np.float32)


def test_every_loss_is_tried() -> None:
    assert set(TARGETS) == set(LOSSES)


@pytest.mark.parametrize("extreme", EXTREMES)
@pytest.mark.parametrize(("name", "units"), CASES)
def test_loss_and_gradient_are_finite_in_float32_far_out(name: str, units: int, extreme: float) -> None:
    raw, target = draw(name, units)
    mixed = np.where(raw > 0, extreme, raw).astype(np.float32)
    for far in (mixed, np.full_like(mixed, extreme)):
        gradient = np.full_like(far, np.nan)
        loss = LOSSES[name].value_and_gradient(far, in_float32(target), gradient)
        assert loss.shape == (MEMBERS,)
        assert loss.dtype == gradient.dtype == np.float32
        assert np.isfinite(loss).all()
        assert np.isfinite(gradient).all()


def central_difference(name: str, raw: Array, target: Array, step: float) -> Array:
    slopes = np.empty_like(raw)
    for place in np.ndindex(raw.shape):
        up, down = raw.copy(), raw.copy()
        up[place] += step
        down[place] -= step
        difference = LOSSES[name].value(up, target) - LOSSES[name].value(down, target)
        slopes[place] = difference[place[0]] / (2 * step)
    return slopes


@pytest.mark.parametrize("scale", [1.0, 12.0])
@pytest.mark.parametrize(("name", "units"), CASES)
def test_gradient_equals_central_differences(name: str, units: int, scale: float) -> None:
    raw, target = draw(name, units, scale=scale)
    gradient = np.empty_like(raw)
    LOSSES[name].value_and_gradient(raw, target, gradient)
    expected = central_difference(name, raw, target, 1e-5)
    size = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(gradient / size, expected / size, atol=1e-6)


@pytest.mark.parametrize(("name", "units"), CASES)
def test_each_member_has_the_loss_it_has_alone(name: str, units: int) -> None:
    raw, target = draw(name, units)
    gradient, alone = np.empty_like(raw), np.empty_like(raw)
    together = LOSSES[name].value_and_gradient(raw, target, gradient)
    apart = [
        LOSSES[name].value_and_gradient(raw[m : m + 1], target[m : m + 1], alone[m : m + 1]) for m in range(MEMBERS)
    ]
    np.testing.assert_array_equal(together, np.concatenate(apart))
    np.testing.assert_array_equal(gradient, alone)


@pytest.mark.parametrize(("name", "units"), CASES)
def test_one_target_may_serve_all_members(name: str, units: int) -> None:
    raw, target = draw(name, units)
    shared, repeated = np.empty_like(raw), np.empty_like(raw)
    loss = LOSSES[name].value_and_gradient(raw, target[:1], shared)
    expected = LOSSES[name].value_and_gradient(raw, np.repeat(target[:1], MEMBERS, axis=0), repeated)
    np.testing.assert_array_equal(loss, expected)
    np.testing.assert_array_equal(shared, repeated)


@pytest.mark.parametrize(("name", "units"), CASES)
def test_one_row_is_enough(name: str, units: int) -> None:
    raw, target = draw(name, units, rows=1)
    gradient = np.empty_like(raw)
    assert np.isfinite(LOSSES[name].value_and_gradient(raw, target, gradient)).all()


@pytest.mark.parametrize(("name", "units"), CASES)
def test_raw_outputs_and_targets_are_left_alone(name: str, units: int) -> None:
    raw, target = draw(name, units)
    before = raw.copy(), target.copy()
    LOSSES[name].value_and_gradient(raw, target, np.empty_like(raw))
    np.testing.assert_array_equal(raw, before[0])
    np.testing.assert_array_equal(target, before[1])


@pytest.mark.parametrize(("name", "units"), CASES)
def test_no_loss_falls_below_its_stated_bound(name: str, units: int) -> None:
    raw, target = draw(name, units)
    assert (LOSSES[name].value(raw, target) >= LOSSES[name].lower_bound - 1e-12).all()


def test_a_softmax_of_one_unit_has_nothing_to_learn() -> None:
    raw, gradient = np.full((1, 2, 1), 5.0), np.full((1, 2, 1), np.nan)
    assert LOSSES["cross_entropy"].value_and_gradient(raw, np.zeros((1, 2), dtype=int), gradient) == 0
    np.testing.assert_array_equal(gradient, 0)


def test_binary_cross_entropy_is_exact_where_a_rounded_probability_gives_infinity() -> None:
    raw = np.full((1, 1, 1), -120, dtype=np.float32)
    assert LOSSES["binary_cross_entropy"].value(raw, np.ones((1, 1, 1), dtype=np.float32)) == 120


def test_cross_entropy_of_two_units_is_binary_cross_entropy_of_their_difference() -> None:
    raw = np.random.default_rng(1).normal(size=(1, 9, 2))
    label = np.arange(9)[None] % 2
    two = LOSSES["cross_entropy"].value(raw, label)
    one = LOSSES["binary_cross_entropy"].value(raw[..., 1:] - raw[..., :1], label[..., None])
    np.testing.assert_allclose(two, one, rtol=1e-12)


def test_focal_without_focus_is_half_the_binary_cross_entropy() -> None:
    from models.heads.losses.classification import Focal

    raw, target = draw("focal", 3)
    plain = LOSSES["binary_cross_entropy"].value(raw, target)
    np.testing.assert_allclose(Focal(gamma=0.0, alpha=0.5).value(raw, target), plain / 2, rtol=1e-12)


def test_gaussian_loss_is_the_negative_log_density() -> None:
    raw, target = draw("gaussian_nll", 2)
    density = stats.norm.logpdf(target, raw[..., :1], np.exp(raw[..., 1:] / 2))
    np.testing.assert_allclose(LOSSES["gaussian_nll"].value(raw, target), -density.mean(axis=(1, 2)), rtol=1e-10)


def test_negative_binomial_loss_is_the_negative_log_probability() -> None:
    raw, target = draw("negative_binomial", 2)
    mean, size = np.exp(raw[..., :1]), np.exp(8 * np.tanh(raw[..., 1:] / 8))
    log_probability = stats.nbinom.logpmf(target, size, size / (size + mean))
    loss = LOSSES["negative_binomial"].value(raw, target)
    np.testing.assert_allclose(loss, -log_probability.mean(axis=(1, 2)), rtol=1e-10)


def test_cumulative_link_probabilities_add_up_to_one() -> None:
    raw = np.random.default_rng(2).normal(size=(1, 1, 4))
    losses = [LOSSES["cumulative_link"].value(raw, np.array([[label]]))[0] for label in range(5)]
    assert np.exp(-np.array(losses)).sum() == pytest.approx(1.0, abs=1e-12)


def test_poisson_loss_behind_both_links_agrees_on_the_same_mean() -> None:
    mean, target = np.array([[[0.3], [2.0]]]), np.array([[[0.0], [3.0]]])
    behind_exp = LOSSES["poisson_exp"].value(np.log(mean), target)
    behind_softplus = LOSSES["poisson_softplus"].value(np.log(np.expm1(mean)), target)
    np.testing.assert_allclose(behind_exp, behind_softplus, rtol=1e-12)


@pytest.mark.parametrize("name", ["poisson_exp", "poisson_softplus", "tweedie_exp"])
def test_zero_counts_push_the_mean_down_and_nothing_else(name: str) -> None:
    raw = np.linspace(-5, 5, 11)[None, :, None]
    gradient = np.empty_like(raw)
    LOSSES[name].value_and_gradient(raw, np.zeros_like(raw), gradient)
    assert (gradient > 0).all()


def test_pinball_minimiser_is_the_quantile() -> None:
    target = np.arange(100)[None, :, None] + 0.5
    gradient = np.empty((1, 100, 3))
    raw = np.broadcast_to(np.array([10.0, 50.0, 90.0]), gradient.shape)
    LOSSES["quantile"].value_and_gradient(raw, target, gradient)
    np.testing.assert_allclose(gradient.sum(axis=(0, 1)), 0, atol=1e-12)


def test_ordered_quantiles_never_cross() -> None:
    from models.heads.losses.regression import OrderedQuantile

    raw = np.random.default_rng(3).normal(scale=5, size=(2, 50, 6))
    quantiles = OrderedQuantile().quantiles(raw).reshape(2, 50, 2, 3)
    assert (np.diff(quantiles, axis=-1) > 0).all()


def test_quantiles_of_two_targets_are_each_judged_on_their_own_target() -> None:
    raw, target = np.zeros((1, 4, 6)), np.stack([np.ones(4), -np.ones(4)], axis=-1)[None]
    gradient = np.empty_like(raw)
    LOSSES["quantile"].value_and_gradient(raw, target, gradient)
    assert (gradient[..., :3] < 0).all()
    assert (gradient[..., 3:] > 0).all()


def test_an_unknown_loss_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownLoss, match="did you mean 'cross_entropy'"):
        get_loss("crossentropy")
