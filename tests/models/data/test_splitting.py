"""Splits: groups stay whole, times stay in order, and both sides always have rows."""

from __future__ import annotations

import numpy as np
import pytest

from models.data.prepared import prepare
from models.data.splitting import VALIDATION_SHARE, validation_mask
from models.data.table import DataRefused, Table

RNG = np.random.default_rng(3)
X = RNG.standard_normal((120, 3))
Y = RNG.standard_normal(120)


def mask(**by: np.ndarray) -> np.ndarray:
    made = {"groups": None, "times": None, **by}
    return validation_mask(Y, "regression", made["groups"], made["times"], np.random.default_rng(0))


def test_no_group_is_on_both_sides_and_the_share_is_kept() -> None:
    groups = RNG.integers(0, 15, 120)
    valid = mask(groups=groups)
    assert not set(groups[valid]) & set(groups[~valid])
    assert 0.15 < valid.mean() <= VALIDATION_SHARE


def test_groups_too_large_for_the_share_are_split_all_the_same() -> None:
    groups = np.repeat([0, 1], [70, 50])
    np.testing.assert_array_equal(mask(groups=groups), groups == 1)


def test_rows_without_a_group_are_one_group() -> None:
    groups = np.where(np.arange(120) < 20, np.nan, RNG.integers(0, 5, 120))
    assert len(set(mask(groups=groups)[:20])) == 1


def test_the_latest_rows_judge_and_one_moment_stays_together() -> None:
    times = RNG.permutation(np.repeat(np.arange(12), 10))
    valid = mask(times=times)
    assert times[~valid].max() < times[valid].min()
    assert valid.sum() >= 30


def test_a_last_moment_with_nearly_all_rows_leaves_the_earlier_ones_for_training() -> None:
    times = np.repeat([0, 1], [5, 115])
    np.testing.assert_array_equal(mask(times=times), times == 1)
    np.testing.assert_array_equal(mask(times=times[::-1] * -1), times[::-1] * -1 == 0)


@pytest.mark.parametrize("by", ["groups", "times"])
def test_one_group_or_one_moment_cannot_be_split(by: str) -> None:
    with pytest.raises(DataRefused) as refused:
        mask(**{by: np.ones(120)})
    assert refused.value.code == "cannot_split"


def test_rows_without_a_time_are_refused() -> None:
    with pytest.raises(DataRefused, match="no time"):
        mask(times=np.append(np.arange(119.0), np.nan))


def test_a_class_that_only_unseen_groups_have_is_not_judged() -> None:
    groups = np.repeat(np.arange(12), 10)
    y = np.where(groups == 0, 2, np.arange(120) % 2)
    seeds = [prepare(Table("t", X, y, groups=groups), "multiclass_classification", seed) for seed in range(6)]
    without = [data for data in seeds if any("no training row has their class" in note for note in data.notes)]
    assert without
    assert all(data.classes == 2 and set(data.y_valid) == {0, 1} for data in without)


def test_one_class_on_the_judging_side_is_refused() -> None:
    times = np.arange(120)
    with pytest.raises(DataRefused) as refused:
        prepare(Table("t", X, (times > 60).astype(int) + (times == 3), times=times), "multiclass_classification")
    assert refused.value.code == "one_class"


def test_the_split_is_told() -> None:
    told = prepare(Table("t", X, Y, groups=np.arange(120) % 10), "regression").notes
    assert any("3 groups that the networks never saw, of 10" in note for note in told)
    assert any("latest" in note for note in prepare(Table("t", X, Y, times=np.arange(120)), "regression").notes)
