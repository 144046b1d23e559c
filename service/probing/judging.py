"""On which score a probe judges, what the trivial predictor gets, and which difference does not matter."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.data.prepared import PreparedData
from models.heads import Head, heads_for, score_for

RACED_TASKS = frozenset({"count_regression", "positive_regression", "bounded_regression"})
"""Tasks with several sensible heads, which a race can tell apart on one proper score."""


@dataclass(frozen=True)
class Judge:
    """The score of a task on these data: its name, the trivial predictor's score, the margin of equivalence, and the
    bounds of the target where they are known."""

    metric: str
    baseline: float
    margin: float
    target_low: float | None = None
    target_high: float | None = None


def judge(data: PreparedData, low: float | None = None, high: float | None = None) -> Judge:
    """The judge of all races on these data.

    `low` and `high` bound the target as described; data that break them, or another kind of task, set them aside.
    """
    score = score_for(data.task, np.concatenate([data.y_train, data.y_valid]))
    margin = max(float(score.margin(data.y_valid)), 1e-9)
    found = Judge(score.name, float(score.trivial(data.y_valid)), margin)
    if data.task != "bounded_regression" or low is None or high is None:
        return found
    everything = np.concatenate([data.y_train, data.y_valid])
    kept = low <= everything.min() and everything.max() <= high
    return replace(found, target_low=low, target_high=high) if kept else found


def usable_heads(data: PreparedData) -> tuple[Head, ...]:
    """The heads that can be trained on these data, the most usual first; at least one for every trainable task."""
    zeros = data.classes is None and bool((data.y_train == 0).any() or (data.y_valid == 0).any())
    return tuple(head for head in heads_for(data.task) if head.trainable and (head.zeros_in_target or not zeros))
