"""A table as it arrives, before any preparation, and the refusal of data that no probe can learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from models.data.rows import RowShape


class DataRefused(ValueError):
    """Data on which no probe is run.

    `code` is a stable name: constant_target, one_class, too_few_rows, too_many_classes, target_missing,
    target_not_finite, target_not_numeric, target_out_of_range, wrong_shape, not_numeric, no_features,
    wrong_task, task_not_trainable, unknown_data, unknown_column, duplicate_columns, wrong_encoding, too_large,
    unreadable, cannot_split. `message` says what was found and what would do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Table:
    """Raw data: `x` [rows, features] float64, NaN where a value is missing; `y` [rows] or [rows, outputs], any type.

    `levels`: for each column of x the words that its codes 0, 1, ... stand for, None where it holds numbers; empty
    when all do. `row`: what the features of a row are, when they are not columns. `groups`, `times`: [rows], what to
    split by.
    """

    name: str
    x: NDArray[Any]
    y: NDArray[Any]
    notes: tuple[str, ...] = ()
    levels: tuple[tuple[str, ...] | None, ...] = ()
    row: RowShape | None = None
    groups: NDArray[Any] | None = None
    times: NDArray[Any] | None = None
