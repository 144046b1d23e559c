"""Synthetic data: like the description, neither trivial nor hopeless, and the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from models.data.prepared import prepare
from models.data.proxy import ProxySpec, proxy_table
from models.data.table import DataRefused
from models.data.targets import TRAINABLE_TASKS


@pytest.mark.parametrize("task", TRAINABLE_TASKS)
@pytest.mark.parametrize("features", [1, 16])
def test_every_trainable_task_has_a_proxy_that_can_be_prepared(task: str, features: int) -> None:
    data = prepare(proxy_table(ProxySpec(task=task, features=features, rows=300)), task)
    assert data.features == features
    assert np.isfinite(data.y_train).all()


def test_a_task_without_a_proxy_is_refused() -> None:
    with pytest.raises(DataRefused, match="survival"):
        proxy_table(ProxySpec(task="survival"))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    spec = ProxySpec(task="count_regression", overdispersed=True, zero_share=0.6, heavy_tailed=True)
    assert proxy_table(spec, 3).y.tobytes() == proxy_table(spec, 3).y.tobytes()
    assert proxy_table(spec, 3).x.tobytes() != proxy_table(spec, 4).x.tobytes()


def test_the_rare_class_is_as_rare_as_described() -> None:
    assert proxy_table(ProxySpec(task="binary_classification", imbalance=0.1)).y.mean() == pytest.approx(0.1, abs=0.01)


def test_counts_have_the_mean_the_zeros_and_the_spread_described() -> None:
    counts = proxy_table(ProxySpec(task="count_regression", mean=4.0, rows=5_000)).y
    assert counts.mean() == pytest.approx(4.0, rel=0.05)
    many_zeros = proxy_table(ProxySpec(task="count_regression", mean=4.0, zero_share=0.7, rows=5_000)).y
    assert (many_zeros == 0).mean() == pytest.approx(0.7, abs=0.03)
    spread = proxy_table(ProxySpec(task="count_regression", mean=4.0, overdispersed=True, rows=5_000)).y
    assert spread.var() > 1.5 * counts.var()


def test_bounded_targets_keep_to_their_bounds_and_positive_ones_to_theirs() -> None:
    bounded = proxy_table(ProxySpec(task="bounded_regression", low=-2, high=5)).y
    assert -2 <= bounded.min() < bounded.max() <= 5
    positive = proxy_table(ProxySpec(task="positive_regression", orders_of_magnitude=4)).y
    assert 2.5 < np.log10(positive.max() / positive.min()) < 6


@pytest.mark.parametrize(
    ("task", "low", "high"), [("multiclass_classification", 0.45, 0.95), ("regression", 0.4, 0.97)]
)
def test_a_strong_learner_is_neither_lost_nor_perfect(task: str, low: float, high: float) -> None:
    data = prepare(proxy_table(ProxySpec(task=task, classes=5 if "class" in task else None)), task)
    kind = HistGradientBoostingRegressor if task == "regression" else HistGradientBoostingClassifier
    learner = kind(max_iter=40, random_state=0).fit(data.x_train, data.y_train)
    assert low < learner.score(data.x_valid, data.y_valid) < high
