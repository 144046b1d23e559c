"""Which rows judge: a random part, whole groups, or the latest. Training rows never come from the judging side."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data.table import DataRefused
from models.data.targets import CLASS_TASKS

MOST_VALIDATION_ROWS = 5_000
VALIDATION_SHARE = 0.3

Mask = NDArray[np.bool_]


def validation_mask(
    y: NDArray[Any], task: str, groups: NDArray[Any] | None, times: NDArray[Any] | None, rng: np.random.Generator
) -> Mask:
    """True for the rows that judge. Raises DataRefused("cannot_split") where one side would be empty.

    Without groups and times every class is on both sides. Groups are drawn at random and stay whole; of times the
    latest judge, and rows of one moment stay together.
    """
    if groups is not None:
        return _unseen_groups(groups, rng)
    return _latest(times) if times is not None else _random(y, task, rng)


def _random(y: NDArray[Any], task: str, rng: np.random.Generator) -> Mask:
    share = min(VALIDATION_SHARE, MOST_VALIDATION_ROWS / len(y))
    strata = [np.flatnonzero(y == code) for code in np.unique(y)] if task in CLASS_TASKS else [np.arange(len(y))]
    valid = np.zeros(len(y), dtype=bool)
    for rows in strata:
        count = min(max(1, round(share * len(rows))), len(rows) - 1)
        valid[rng.permutation(rows)[:count]] = True
    return valid


def _unseen_groups(groups: NDArray[Any], rng: np.random.Generator) -> Mask:
    """Groups in random order, each taken while the share is not exceeded; the smallest one if none fits."""
    names, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < 2:
        raise DataRefused("cannot_split", "every row is of one group: there is none left to judge by")
    room = VALIDATION_SHARE * len(groups)
    taken: list[int] = []
    for group in rng.permutation(len(names)):
        if sizes[group] <= room:
            taken.append(int(group))
            room -= sizes[group]
    return np.isin(codes, taken or [int(sizes.argmin())])


def _latest(times: NDArray[Any]) -> Mask:
    if times.dtype.kind == "f" and np.isnan(times).any():
        raise DataRefused("cannot_split", f"{int(np.isnan(times).sum())} rows have no time")
    cut = np.sort(times)[int((1 - VALIDATION_SHARE) * len(times))]
    late: Mask = np.asarray(times >= cut)
    if late.all():
        late = np.asarray(times > cut)
    if not late.any():
        raise DataRefused("cannot_split", "every row is of one moment: there is no later one to judge by")
    return late


def split_note(groups: NDArray[Any] | None, times: NDArray[Any] | None, valid: Mask) -> tuple[str, ...]:
    """How rows were split, where it was asked for."""
    if groups is not None:
        unseen = len(np.unique(groups[valid]))
        return (f"judged on {unseen} groups that the networks never saw, of {len(np.unique(groups))}",)
    return ("judged on the latest rows, trained on those before",) if times is not None else ()
