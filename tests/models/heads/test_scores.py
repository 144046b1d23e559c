"""Scores: perfect and trivial predictions, edges, and agreement with independent formulas."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from actwise.contract.vocabulary import TASKS
from models.heads import SCORES, UnknownScore, get_score, score_for

LABELS = np.array([0, 1, 2, 2, 1, 2])
NUMBERS = np.array([1.0, 2.0, 4.0, 8.0, 3.0, 1.0])
PERFECT = {
    "accuracy": (np.eye(3)[LABELS], LABELS),
    "macro_f1": (np.eye(3)[LABELS], LABELS),
    "auc": (np.eye(3)[LABELS], LABELS),
    "log_loss": (np.eye(3)[LABELS], LABELS),
    "level_error": (np.eye(3)[LABELS], LABELS),
    "label_log_loss": (np.eye(3)[LABELS], np.eye(3)[LABELS]),
    "variance_explained": (NUMBERS[:, None], NUMBERS),
    "rmse": (NUMBERS[:, None], NUMBERS),
    "absolute_skill": (NUMBERS[:, None], NUMBERS),
    "poisson_deviance": (NUMBERS[:, None], NUMBERS),
    "gamma_deviance": (NUMBERS[:, None], NUMBERS),
    "pinball_skill": (np.repeat(NUMBERS[:, None], 3, axis=1), NUMBERS),
    "crps_skill": (np.stack([NUMBERS, np.zeros(6)], axis=1), NUMBERS),
}


@pytest.mark.parametrize("name", SCORES)
def test_a_perfect_prediction_reaches_the_perfect_score(name: str) -> None:
    prediction, target = PERFECT[name]
    assert get_score(name).of(prediction[None], target)[0] == pytest.approx(get_score(name).perfect, abs=1e-6)


@pytest.mark.parametrize("name", SCORES)
def test_the_trivial_score_is_below_perfect_and_its_points_count_from_there(name: str) -> None:
    score, target = get_score(name), PERFECT[name][1]
    trivial = score.trivial(target)
    assert trivial < score.perfect
    assert score.points(score.perfect - trivial, target) == pytest.approx(100)
    halfway = trivial + (score.perfect - trivial) / 2
    assert score.points(halfway - trivial, target, best=halfway) == pytest.approx(100)
    assert score.points(0.1, target, best=trivial - 1) == pytest.approx(score.points(0.1, target))


@pytest.mark.parametrize("name", SCORES)
def test_a_target_without_spread_leaves_nothing_to_gain(name: str) -> None:
    target = np.repeat(PERFECT[name][1][:1], 4, axis=0)
    score = get_score(name)
    assert np.isfinite(score.trivial(target))
    assert np.isfinite(score.points(0.5, target))


@pytest.mark.parametrize("name", ["variance_explained", "absolute_skill", "pinball_skill"])
def test_a_skill_of_the_constant_is_zero(name: str) -> None:
    assert get_score(name).trivial(NUMBERS) == pytest.approx(0, abs=1e-12)


def test_deviances_agree_with_an_independent_implementation() -> None:
    mean = np.array([1.5, 1.0, 5.0, 7.0, 2.0, 0.5])
    for name, reference in (
        ("poisson_deviance", metrics.mean_poisson_deviance),
        ("gamma_deviance", metrics.mean_gamma_deviance),
    ):
        assert get_score(name).of(mean[None, :, None], NUMBERS)[0] == pytest.approx(-reference(NUMBERS, mean))


def test_log_loss_and_pinball_agree_with_an_independent_implementation() -> None:
    shares = np.random.default_rng(0).dirichlet(np.ones(3), 6)
    assert get_score("log_loss").of(shares[None], LABELS)[0] == pytest.approx(-metrics.log_loss(LABELS, shares))
    quantiles = np.array([1.0, 2.5, 6.0])
    losses = [
        metrics.mean_pinball_loss(NUMBERS, np.full(6, value), alpha=level)
        for level, value in zip((0.1, 0.5, 0.9), quantiles, strict=True)
    ]
    trivial = np.quantile(NUMBERS, (0.1, 0.5, 0.9))
    constant = [
        metrics.mean_pinball_loss(NUMBERS, np.full(6, value), alpha=level)
        for level, value in zip((0.1, 0.5, 0.9), trivial, strict=True)
    ]
    found = get_score("pinball_skill").of(np.broadcast_to(quantiles, (1, 6, 3)), NUMBERS)[0]
    assert found == pytest.approx(1 - np.mean(losses) / np.mean(constant))


def test_macro_f1_auc_and_rmse_agree_with_an_independent_implementation() -> None:
    rng = np.random.default_rng(3)
    target = np.concatenate([LABELS, rng.integers(0, 3, 60)])
    shares = rng.dirichlet(np.ones(3), (2, 66)).round(1)
    for member in range(2):
        f1 = metrics.f1_score(target, shares[member].argmax(axis=1), average="macro")
        assert get_score("macro_f1").of(shares, target)[member] == pytest.approx(f1)
        areas = [metrics.roc_auc_score(target == code, shares[member, :, code]) for code in range(3)]
        assert get_score("auc").of(shares, target)[member] == pytest.approx(np.mean(areas))
    mean = np.array([1.5, 1.0, 5.0, 7.0, 2.0, 0.5])
    error = metrics.root_mean_squared_error(NUMBERS, mean)
    assert get_score("rmse").of(mean[None, :, None], NUMBERS)[0] == pytest.approx(-error)


def test_a_network_that_never_names_the_rare_class_is_trivial_in_macro_f1_and_nearly_perfect_in_accuracy() -> None:
    target = np.array([0] * 95 + [1] * 5)
    never = np.broadcast_to([0.9, 0.1], (1, 100, 2))
    assert get_score("accuracy").of(never, target)[0] == 0.95
    assert get_score("macro_f1").of(never, target)[0] == pytest.approx(get_score("macro_f1").trivial(target))
    assert get_score("macro_f1").trivial(target) < 0.5
    assert get_score("auc").of(never, target)[0] == 0.5


def test_labels_with_a_rare_class_are_judged_by_macro_f1() -> None:
    assert score_for("binary_classification", np.array([0] * 81 + [1] * 19)).name == "macro_f1"
    assert score_for("binary_classification", np.array([0] * 80 + [1] * 20)).name == "accuracy"
    assert score_for("multiclass_classification", LABELS).name == "accuracy"


def test_crps_agrees_with_its_integral() -> None:
    from scipy.stats import norm

    from models.heads.scores.numbers import gaussian_crps

    grid = np.linspace(-30, 30, 200_001)
    integral = np.sum((norm.cdf(grid, 1.0, 2.0) - (grid >= 2.5)) ** 2) * (grid[1] - grid[0])
    found = gaussian_crps(np.array([[[1.0, 2.0]]]), np.array([[2.5]]))[0, 0]
    assert found == pytest.approx(integral, abs=1e-3)


def test_a_sharper_forecast_of_the_right_mean_is_better_than_a_vague_one() -> None:
    rng = np.random.default_rng(1)
    target = rng.normal(size=500)
    sharp, vague = (np.broadcast_to([0.0, spread], (1, 500, 2)) for spread in (1.0, 3.0))
    assert get_score("crps_skill").of(sharp, target)[0] > get_score("crps_skill").of(vague, target)[0]


def test_means_below_zero_cost_what_a_hundredth_of_the_mean_costs() -> None:
    score, target = get_score("poisson_deviance"), np.array([0.0, 2.0])
    negative = score.of(np.full((1, 2, 1), -5.0), target)
    floor = score.of(np.full((1, 2, 1), 0.01), target)
    assert negative == floor
    assert np.isfinite(negative).all()


def test_counts_of_zero_have_a_deviance_and_amounts_of_zero_are_refused() -> None:
    assert get_score("poisson_deviance").of(np.ones((1, 3, 1)), np.zeros(3))[0] == -2
    with pytest.raises(ValueError, match="use poisson_deviance"):
        get_score("gamma_deviance").of(np.ones((1, 3, 1)), np.zeros(3))
    assert score_for("positive_regression", np.array([0.0, 1.0])).name == "poisson_deviance"
    assert score_for("positive_regression", np.array([0.5, 1.0])).name == "gamma_deviance"


def test_the_median_level_decides_the_level_error() -> None:
    prediction = np.array([[[0.4, 0.2, 0.4]]])
    assert get_score("level_error").of(prediction, np.array([1]))[0] == 0


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_a_score(task: str) -> None:
    assert score_for(task).name in SCORES
    assert score_for(task).unit
    assert score_for(task).higher_is_better


def test_accuracy_differences_below_one_hundredth_do_not_matter() -> None:
    assert get_score("accuracy").margin(LABELS) == 0.01
    assert get_score("variance_explained").margin(NUMBERS) == pytest.approx(0.01)


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownScore, match="did you mean 'accuracy'"):
        get_score("acuracy")
    with pytest.raises(ValueError, match="did you mean 'density'"):
        score_for("densty")
