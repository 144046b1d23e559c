"""Mixed tables: everything is learned from training rows, and odd columns do not rule the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.data.preprocessing import CLIP, ONE_HOT_LEVELS, prepare_columns
from models.data.rows import RowShape
from models.data.table import DataRefused

RNG = np.random.default_rng(4)
ROWS = 300
Y = RNG.standard_normal(ROWS)
Made = tuple[Any, Any, RowShape, list[str]]


def prepared(
    train: Any, valid: Any, *levels: tuple[str, ...] | None, y: Any = Y, classes: bool = False, embed: bool = False
) -> Made:
    return prepare_columns(
        np.asarray(train, float), np.asarray(valid, float), y, levels, classes=classes, embed=embed, seed=0
    )


def words(count: int) -> tuple[str, ...]:
    return tuple(f"w{i:04d}" for i in range(count))


def codes(levels: int) -> Any:
    return RNG.integers(0, levels, (ROWS, 1)).astype(float)


def test_the_judging_rows_change_nothing_that_is_learned() -> None:
    x = np.hstack([RNG.standard_normal((ROWS, 2)), codes(30)])
    levels = (None, None, words(40))
    one = prepared(x, x[:5], *levels)[0]
    other = prepared(x, x[:5] * 1e3, *levels)[0]
    np.testing.assert_array_equal(one, other)


def test_few_words_become_one_column_each_and_two_words_one_column() -> None:
    assert prepared(codes(4), codes(4)[:9], words(4))[0].shape[1] == 4
    assert prepared(codes(2), codes(2)[:9], words(2))[0].shape[1] == 1


def test_a_missing_word_counts_as_a_word_and_an_unknown_one_as_none() -> None:
    train = codes(3)
    train[:40] = np.nan
    made = prepared(train, [[np.nan], [0.0], [3.0]], words(4))
    assert made[0].shape[1] == 4
    assert len(np.unique(made[1], axis=0)) == 3


def test_many_words_become_what_their_targets_are_without_seeing_their_own() -> None:
    train = codes(50)
    y = train[:, 0] / 10 + 0.1 * Y
    made = prepared(train, np.arange(50.0)[:, None], words(50), y=y)
    assert made[0].shape[1] == 1
    assert np.corrcoef(made[1][:, 0], np.arange(50))[0, 1] > 0.95
    alone = np.arange(ROWS, dtype=float)[:, None]
    noise = prepared(alone, alone[:9], words(ROWS), y=y)
    assert abs(np.corrcoef(noise[0][:, 0], y)[0, 1]) < 0.35


@pytest.mark.parametrize("classes", [2, 5])
def test_many_words_are_encoded_for_classes_too(classes: int) -> None:
    made = prepared(codes(40), codes(40)[:9], words(40), y=np.arange(ROWS) % classes, classes=True)
    assert made[0].shape[1] == (1 if classes == 2 else classes)


def test_many_words_with_a_rare_class_or_several_targets_are_grouped_instead() -> None:
    rare = np.array([1] * 3 + [0] * (ROWS - 3))
    assert prepared(codes(40), codes(40)[:9], words(40), y=rare, classes=True)[0].shape[1] == ONE_HOT_LEVELS
    several = np.stack([Y, Y], axis=1)
    assert prepared(codes(40), codes(40)[:9], words(40), y=several)[0].shape[1] == ONE_HOT_LEVELS


def test_many_words_stay_codes_in_the_last_columns_for_an_embedding() -> None:
    x = np.hstack([codes(30), RNG.standard_normal((ROWS, 1)), codes(3)])
    valid = np.array([[np.nan, 0.0, 0.0], [29.0, 0.0, 0.0], [35.0, 0.0, 0.0]])
    train, judged, row, _ = prepared(x, valid, words(40), None, words(3), embed=True)
    assert row.categories == (31,)
    assert train[:, -1].min() == 1
    assert train[:, -1].max() == 30
    assert judged[:, -1].tolist() == [0, 30, 0]
    assert row.sizes == (train.shape[1],)


def test_one_far_value_does_not_squeeze_all_others_together() -> None:
    x = np.hstack([RNG.standard_normal((ROWS, 1)), RNG.standard_normal((ROWS, 1))])
    x[7, 0] = 1e30
    train, _, _, notes = prepared(x, x[:9])
    assert 0.5 < np.delete(train[:, 0], 7).std() < 2
    assert np.abs(train).max() <= CLIP
    assert "1 features with far values were replaced by their ranks" in notes


def test_columns_that_are_constant_in_training_go_and_none_left_is_refused() -> None:
    x = np.hstack([np.ones((ROWS, 1)), codes(1), RNG.standard_normal((ROWS, 1))])
    valid = np.ones((9, 3))
    assert prepared(x, valid, None, words(2), None)[0].shape[1] == 1
    with pytest.raises(DataRefused) as refused:
        prepared(x[:, :2], valid[:, :2], None, words(2))
    assert refused.value.code == "no_features"
