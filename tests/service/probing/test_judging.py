"""Judging: one score per task, and heads that the targets allow."""

from __future__ import annotations

import numpy as np
import pytest

from models.data.prepared import PreparedData, prepare
from models.data.proxy import ProxySpec, proxy_table
from models.data.table import Table
from models.data.targets import TRAINABLE_TASKS
from service.probing.judging import RACED_TASKS, judge, usable_heads


def proxy(task: str) -> PreparedData:
    return prepare(proxy_table(ProxySpec(task=task, rows=300)), task)


@pytest.mark.parametrize("task", TRAINABLE_TASKS)
def test_every_trainable_task_has_a_head_a_baseline_and_a_margin(task: str) -> None:
    data = proxy(task)
    assert usable_heads(data)
    found = judge(data)
    assert np.isfinite(found.baseline)
    assert 0 < found.margin < 1


def test_the_margin_of_plain_labels_is_one_point_of_accuracy() -> None:
    found = judge(proxy("multiclass_classification"))
    assert (found.metric, found.margin) == ("accuracy", 0.01)


@pytest.mark.parametrize("task", sorted(RACED_TASKS))
def test_tasks_whose_heads_are_raced_have_several(task: str) -> None:
    assert len(usable_heads(proxy(task))) >= 3


def test_heads_that_cannot_stand_a_zero_are_left_out_when_there_is_one() -> None:
    y = np.arange(60.0)
    data = prepare(Table("zeros", np.random.default_rng(0).standard_normal((60, 2)), y), "positive_regression")
    assert all(head.zeros_in_target for head in usable_heads(data))
    assert judge(data).metric == "poisson_deviance"
    without = prepare(Table("none", data.x_train[:40], y[1:41]), "positive_regression")
    assert any(not head.zeros_in_target for head in usable_heads(without))


def test_bounds_are_kept_unless_the_data_break_them() -> None:
    data = proxy("bounded_regression")
    assert (judge(data, 0.0, 2.0).target_low, judge(data, 0.0, 2.0).target_high) == (0.0, 2.0)
    assert judge(data, 0.4, 0.6).target_high is None
    assert judge(proxy("regression"), -100.0, 100.0).target_low is None
