"""Closed losses: gradients by central differences, finite far out, and equal to independent densities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import ive, log_expit

from models.heads.losses import LOSSES, get_loss
from models.heads.losses.closed import CLOSED_LOSSES
from models.heads.losses.closed.labels import sparsemax_threshold
from tests.models.heads.closed_targets import CLOSED_TARGETS, draw_closed

CASES = list(CLOSED_TARGETS)
FAR = (-1e4, -1e3, -50.0, 0.0, 50.0, 1e3, 1e4)


def test_every_closed_loss_is_tried_and_none_has_the_name_of_another() -> None:
    assert set(CLOSED_TARGETS) == set(CLOSED_LOSSES)
    assert not set(CLOSED_LOSSES) & set(LOSSES)


@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize("name", CASES)
def test_loss_and_gradient_are_finite_in_float32_far_out(name: str, far: float) -> None:
    raw, target = draw_closed(name)
    wide = target if target.dtype.kind == "i" else target.astype(np.float32)
    for values in (np.where(raw > 0, far, raw).astype(np.float32), np.full(raw.shape, far, dtype=np.float32)):
        gradient = np.full_like(values, np.nan)
        loss = CLOSED_LOSSES[name].value_and_gradient(values, wide, gradient)
        assert loss.shape == (len(raw),)
        assert loss.dtype == gradient.dtype == np.float32
        assert np.isfinite(loss).all()
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("scale", [0.3, 1.0, 6.0])
@pytest.mark.parametrize("name", CASES)
def test_gradient_equals_central_differences(name: str, scale: float) -> None:
    raw, target = draw_closed(name, scale=scale)
    loss, gradient, slopes = CLOSED_LOSSES[name], np.empty_like(raw), np.empty_like(raw)
    loss.value_and_gradient(raw, target, gradient)
    for place in np.ndindex(raw.shape):
        step = np.zeros_like(raw)
        step[place] = 1e-5
        slopes[place] = (loss.value(raw + step, target) - loss.value(raw - step, target))[place[0]] / 2e-5
    size = max(1.0, float(np.abs(slopes).max()))
    np.testing.assert_allclose(gradient / size, slopes / size, atol=2e-6)


@pytest.mark.parametrize("name", CASES)
def test_each_member_has_the_loss_it_has_alone_and_one_target_may_serve_all(name: str) -> None:
    raw, target = draw_closed(name)
    together, gradient = CLOSED_LOSSES[name].value(raw, target[:1]), np.empty_like(raw)
    CLOSED_LOSSES[name].value_and_gradient(raw, target[:1], gradient)
    for member in range(len(raw)):
        alone = np.empty_like(raw[:1])
        found = CLOSED_LOSSES[name].value_and_gradient(raw[member : member + 1], target[:1], alone)
        np.testing.assert_allclose(found[0], together[member], rtol=1e-12)
        np.testing.assert_allclose(alone[0], gradient[member], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_no_loss_falls_below_its_stated_bound(name: str) -> None:
    raw, target = draw_closed(name)
    assert (CLOSED_LOSSES[name].value(raw, target) >= CLOSED_LOSSES[name].lower_bound - 1e-12).all()


def value(name: str, raw: Any, target: Any) -> float:
    """The loss of one member."""
    return float(CLOSED_LOSSES[name].value(np.asarray(raw, dtype=float)[None], np.asarray(target)[None])[0])


def softplus(z: Any) -> Any:
    return np.logaddexp(0, z)


def test_likelihoods_agree_with_an_independent_implementation() -> None:
    z, y = np.array([[0.3, -0.7, 1.1]]), np.array([[0.4]])
    scale, degrees = softplus(-0.7) + 1e-6, 2 + softplus(1.1)
    assert value("student_t", z, y) == pytest.approx(-stats.t.logpdf(0.4, degrees, 0.3, scale))
    mean, precision = 1 / (1 + np.exp(-0.3)), softplus(-0.7) + 1e-3
    assert value("beta", z[:, :2], y) == pytest.approx(
        -stats.beta.logpdf(0.4, mean * precision, (1 - mean) * precision)
    )
    shares = np.array([[0.2, 0.3, 0.5]])
    assert value("dirichlet", z, shares) == pytest.approx(-stats.dirichlet.logpdf(shares[0], softplus(z[0]) + 1e-3))
    angle = np.array([[np.cos(2.0), np.sin(2.0)]])
    kappa, centre = np.hypot(0.3, -0.7), np.arctan2(-0.7, 0.3)
    assert value("von_mises", z[:, :2], angle) == pytest.approx(-stats.vonmises.logpdf(2.0, kappa, centre))


def test_a_mixture_agrees_with_the_sum_of_its_densities() -> None:
    z = np.array([[0.5, -0.5, 1.0, -2.0, 0.2, -0.4]])
    weights = np.exp(z[0, :2]) / np.exp(z[0, :2]).sum()
    density = weights @ stats.norm.pdf(0.7, z[0, 2:4], np.exp(z[0, 4:]) + 1e-3)
    assert value("mixture_density", z, [[0.7]]) == pytest.approx(-np.log(density))


@pytest.mark.parametrize("count", [0.0, 1.0, 7.0])
def test_inflated_counts_agree_with_an_independent_implementation(count: float) -> None:
    extra, rate = 1 / (1 + np.exp(-0.4)), np.exp(0.9)
    expected = extra * (count == 0) + (1 - extra) * stats.poisson.pmf(count, rate)
    assert value("zero_inflated_poisson", [[0.4, 0.9]], [[count]]) == pytest.approx(-np.log(expected))
    size = np.exp(8 * np.tanh(0.5 / 8))
    expected = extra * (count == 0) + (1 - extra) * stats.nbinom.pmf(count, size, size / (size + rate))
    assert value("zero_inflated_negative_binomial", [[0.4, 0.9, 0.5]], [[count]]) == pytest.approx(-np.log(expected))


def test_probabilities_of_all_event_times_and_of_survival_add_up_to_one() -> None:
    z = np.random.default_rng(0).normal(size=(1, 4))
    events = [value("event_time", z, [[place, 1.0]]) for place in range(3)]
    survives = value("event_time", z, [[2.0, 0.0]])
    assert np.exp(-np.array([*events, survives])).sum() == pytest.approx(1)


def test_a_cox_loss_counts_the_risk_set_of_each_event() -> None:
    score, rows = np.array([[0.5], [-1.0], [2.0]]), np.array([[2.0, 1.0], [1.0, 1.0], [3.0, 0.0]])
    powers = np.exp(score[:, 0])
    expected = (np.log(powers[[0, 2]].sum()) - 0.5 + np.log(powers.sum()) + 1.0) / 2
    assert value("cox_partial_likelihood", score, rows) == pytest.approx(expected)
    assert value("cox_partial_likelihood", score, rows * [1, 0]) == 0


def test_sparsemax_gives_exact_zeros_and_its_loss_is_zero_for_a_clear_winner() -> None:
    logits = np.array([0.0, -0.3, -5.0])
    shares = np.maximum(logits - sparsemax_threshold(logits), 0)
    np.testing.assert_allclose(shares, [0.65, 0.35, 0])
    assert value("sparsemax", [[5.0, 0.0, 0.0]], [0]) == 0
    assert value("sparsemax", [[5.0, 0.0, 0.0]], [1]) == pytest.approx(5.0)


def test_a_right_rotation_of_any_length_costs_nothing_and_a_half_turn_four() -> None:
    right = np.eye(3).ravel()[None]
    assert value("rotation", [[5.0, 0, 0, 1.0, 0.1, 0]], right) == pytest.approx(0)
    assert value("rotation", [[-1.0, 0, 0, 0, -1.0, 0]], right) == pytest.approx(4)


def test_the_squashed_log_probability_stays_right_where_the_naive_one_is_infinite() -> None:
    action = np.array([[10.0, 1.0]])
    plain, squashed = (value(name, [[10.0, 0.0]], action) for name in ("gaussian_policy", "squashed_gaussian_policy"))
    assert plain - squashed == pytest.approx(18.6137, abs=1e-4)


def test_boxes_that_agree_cost_nothing_and_a_smaller_one_its_missing_share() -> None:
    flags, sides = [1.0], [1.0, 1.0, 2.0, 2.0]
    focal = 0.25 * (1 / (1 + np.exp(3.0))) ** 2 * -log_expit(3.0)
    logs = np.log(sides)
    assert value("focal_and_overlap", [[3.0, *logs]], [[*flags, *sides]]) == pytest.approx(focal)
    half = [logs[0] - np.log(2), logs[1] - np.log(2), *logs[2:]]
    assert value("focal_and_overlap", [[3.0, *half]], [[*flags, *sides]]) == pytest.approx(focal + 0.5)


def test_a_matched_box_pays_for_distance_and_for_overlap() -> None:
    logits, box = [30.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]
    assert value("matched_boxes", [[*logits, *box]], [[0.0, 0.5, 0.5, 0.5, 0.5]]) == pytest.approx(0, abs=1e-12)
    wide = value("matched_boxes", [[*logits, *box]], [[0.0, 0.5, 0.5, 1.0, 0.5]])
    assert wide == pytest.approx(5 * 0.5 + 2 * 0.5)
    apart = value("matched_boxes", [[*logits, *box]], [[0.0, 1.0, 0.5, 0.25, 0.5]])
    assert apart == pytest.approx(5 * 0.75 + 2 * (1 + (0.875 - 0.75) / 0.875))


def test_a_query_without_object_pays_for_its_class_alone() -> None:
    for box in (-9.0, 0.0, 9.0):
        found = value("matched_boxes", [[0.0, 0.0, 0.0, *[box] * 4]], [[2.0, 0.0, 0.0, 0.5, 0.5]])
        assert found == pytest.approx(np.log(3))


def test_the_scaled_bessel_function_keeps_the_von_mises_loss_finite() -> None:
    concentration = 1e4
    found = value("von_mises", [[concentration, 0.0]], [[1.0, 0.0]])
    assert found == pytest.approx(np.log(2 * np.pi * ive(0, concentration)))


def test_a_closed_loss_is_found_by_its_name() -> None:
    assert get_loss("hinge") is CLOSED_LOSSES["hinge"]
