"""Bundled data sets: all load, all can be prepared, and unknown names are answered with the nearest."""

from __future__ import annotations

import pytest

from models.data.bundled import BUNDLED, bundled_table
from models.data.prepared import prepare
from models.data.table import DataRefused


@pytest.mark.parametrize(("name", "task"), [(name, task) for name, entry in BUNDLED.items() for task in entry.tasks])
def test_every_bundled_set_can_be_prepared_for_its_tasks(name: str, task: str) -> None:
    data = prepare(bundled_table(name, task), task)
    assert data.name == name
    assert len(data.x_valid) >= 6


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(DataRefused, match="did you mean 'digits'"):
        bundled_table("digit")


def test_a_set_is_not_used_for_a_task_that_it_cannot_stand_for() -> None:
    with pytest.raises(DataRefused, match="multiclass_classification") as refused:
        bundled_table("digits", "count_regression")
    assert refused.value.code == "wrong_task"
