"""Leakage: a judging row that training has seen is removed and told, whatever its target."""

from __future__ import annotations

import numpy as np

from models.data.leakage import first_occurrences, without_shared
from models.data.prepared import prepare
from models.data.table import Table

RNG = np.random.default_rng(9)
X = RNG.standard_normal((200, 2))
Y = RNG.standard_normal(200)


def test_minus_zero_and_zero_are_one_and_so_are_all_nan() -> None:
    rows = np.array([[0.0, np.nan], [-0.0, -np.nan], [1.0, np.nan]])
    assert first_occurrences(rows).tolist() == [0, 2]


def test_judging_rows_with_the_features_of_a_training_row_go_whatever_their_target() -> None:
    x = np.concatenate([X, X[:30]])
    data = prepare(Table("t", x, np.append(Y, Y[:30] + 1)), "regression")
    seen = {row.tobytes() for row in data.x_train}
    assert not seen & {row.tobytes() for row in data.x_valid}
    assert any("a training row has the same features" in note for note in data.notes)


def test_where_features_have_few_values_shared_rows_stay_and_are_told() -> None:
    x = np.arange(200.0)[:, None] % 4
    data = prepare(Table("t", x, Y), "regression")
    assert len(data.x_valid) == 60
    assert any("few different rows" in note for note in data.notes)


def test_without_anything_shared_nothing_is_removed_or_told() -> None:
    stay, told = without_shared(X, np.arange(200) < 60)
    assert bool(stay.all())
    assert told == ()


def test_rows_shared_among_judging_rows_alone_are_no_leak() -> None:
    x = X.copy()
    x[1] = x[0]
    assert without_shared(x, np.arange(200) < 60)[0].all()
