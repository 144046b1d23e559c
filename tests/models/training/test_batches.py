"""Batches are paired: one seed, one order, whatever is trained beside it."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.batches import Batches

X = np.arange(20, dtype=np.float32).reshape(10, 2)
Y = np.arange(10)


def drawn(seeds: tuple[int, ...], rates: int = 1, rows: int = 4, root: int = 0, count: int = 6) -> Batches:
    batches = Batches(X, Y, root=root, seeds=seeds, rates=rates, rows=rows)
    for _ in range(count):
        batches.advance()
    return batches


def test_a_seed_has_the_same_batches_alone_and_beside_others() -> None:
    assert (drawn((5,)).x[0] == drawn((0, 1, 5), rates=3).x[2]).all()


def test_members_of_one_seed_and_different_learning_rates_see_the_same_targets() -> None:
    target = drawn((3, 4), rates=2).target
    assert (target[:2] == target[2:]).all()
    assert (target[0] != target[1]).any()


def test_targets_belong_to_their_rows() -> None:
    batches = drawn((3, 4))
    assert (batches.x[..., 0] == 2 * batches.target).all()


def test_an_epoch_shows_no_row_twice() -> None:
    batches = Batches(X, Y, root=0, seeds=(1,), rates=1, rows=5)
    for _ in range(3):
        seen = []
        for _ in range(2):
            batches.advance()
            seen += batches.target[0].tolist()
        assert sorted(seen) == Y.tolist()


@pytest.mark.parametrize("rows", [1, 10])
def test_single_rows_and_whole_sets_are_batches_too(rows: int) -> None:
    assert len(set(drawn((0,), rows=rows).target[0].tolist())) == rows


def test_another_root_seed_gives_another_order() -> None:
    assert (drawn((0,), rows=10).target != drawn((0,), rows=10, root=1).target).any()
