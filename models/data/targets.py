"""Targets per kind of task: checked, encoded, and refused with the reason when they cannot be learned.

classes         whole numbers 0..classes-1 (int64, [rows])          binary, multiclass, ordinal
labels          0 or 1 per label (float32, [rows, labels])          multilabel
numbers         target units (float32, [rows] or [rows, outputs])   every kind of regression
shares          rows that add up to one (float32, [rows, parts])    proportions
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data.table import DataRefused

CLASS_TASKS = ("binary_classification", "multiclass_classification", "ordinal")
NUMBER_TASKS = (
    "regression",
    "count_regression",
    "positive_regression",
    "bounded_regression",
    "quantile_regression",
    "heteroscedastic_regression",
)
TRAINABLE_TASKS: tuple[str, ...] = (*CLASS_TASKS, "multilabel_classification", *NUMBER_TASKS, "proportions")
MOST_CLASSES = 200
_LARGEST = 1e30


@dataclass(frozen=True)
class Targets:
    """Encoded targets. `classes` is None for numbers; `outputs` counts the targets predicted at once."""

    values: NDArray[Any]
    classes: int | None
    outputs: int
    notes: tuple[str, ...] = ()


def encode(y: NDArray[Any], task: str) -> Targets:
    """The targets of a task as training arrays. Raises DataRefused; a row is never dropped here."""
    if task not in TRAINABLE_TASKS:
        allowed = ", ".join(TRAINABLE_TASKS)
        raise DataRefused("task_not_trainable", f"no probe network is trained for {task}; a probe can do: {allowed}")
    if task in CLASS_TASKS:
        return _classes(_single(y, task), task)
    values = _numbers(y)
    if task == "multilabel_classification":
        return _labels(values)
    return _shares(values) if task == "proportions" else _quantities(values, task)


def _single(y: NDArray[Any], task: str) -> NDArray[Any]:
    flat = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if flat.ndim != 1:
        raise DataRefused("wrong_shape", f"{task} has one label per row, but the target has shape {y.shape}")
    return flat


def _numbers(y: NDArray[Any]) -> NDArray[np.float64]:
    try:
        values = y.astype(np.float64)
    except (TypeError, ValueError):
        raise DataRefused("target_not_numeric", "the target holds values that are no numbers") from None
    if values.ndim not in (1, 2):
        raise DataRefused("wrong_shape", f"a target has shape [rows] or [rows, outputs], not {y.shape}")
    if not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        raise DataRefused("target_not_finite", f"{bad} target values are NaN or infinite: remove those rows")
    if np.abs(values).max(initial=0.0) > _LARGEST:
        raise DataRefused("target_out_of_range", f"targets beyond {_LARGEST:g} do not fit 32 bits: rescale them")
    return values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values


def _classes(y: NDArray[Any], task: str) -> Targets:
    words = y.astype(str) if y.dtype == object else y
    if words.dtype.kind == "f" and not np.isfinite(words).all():
        raise DataRefused("target_not_finite", "some labels are NaN or infinite: remove those rows")
    if words.dtype.kind in "US" and (words == "").any():
        raise DataRefused("target_not_finite", "some labels are empty: remove those rows")
    levels, codes = np.unique(words, return_inverse=True)
    if len(levels) < 2:
        raise DataRefused("one_class", f"every row has the label {str(levels[0])[:40]!r}: nothing to tell apart")
    if len(levels) > min(MOST_CLASSES, max(2, len(y) // 4)):
        raise DataRefused(
            "too_many_classes", f"{len(levels)} different labels in {len(y)} rows: for a number, say regression"
        )
    if task == "binary_classification" and len(levels) != 2:
        raise DataRefused("wrong_task", f"{len(levels)} labels found: say multiclass_classification")
    return Targets(codes.astype(np.int64), len(levels), 1)


def _labels(values: NDArray[np.float64]) -> Targets:
    labels = values[:, None] if values.ndim == 1 else values
    if not np.isin(labels, (0.0, 1.0)).all():
        raise DataRefused("wrong_task", "the labels of a multilabel task are 0 or 1, one column per label")
    if (labels.min(axis=0) == labels.max(axis=0)).all():
        raise DataRefused("one_class", "no label ever changes: nothing to tell apart")
    return Targets(labels.astype(np.float32), labels.shape[1], labels.shape[1])


def _shares(values: NDArray[np.float64]) -> Targets:
    if values.ndim != 2 or values.min() < 0 or not np.allclose(values.sum(axis=1), 1, atol=1e-3):
        raise DataRefused("wrong_task", "proportions are rows of at least two shares that add up to one")
    _refuse_constant(values)
    return Targets(values.astype(np.float32), values.shape[1], values.shape[1])


def _quantities(values: NDArray[np.float64], task: str) -> Targets:
    _refuse_constant(values)
    lowest = float(values.min())
    if task in ("count_regression", "positive_regression") and lowest < 0:
        raise DataRefused("target_out_of_range", f"{task} has no target below zero, but {lowest:g} was found")
    if task == "count_regression" and (values != np.floor(values)).any():
        raise DataRefused("wrong_task", "counts are whole numbers: say positive_regression for other amounts")
    outputs = values.shape[1] if values.ndim == 2 else 1
    return Targets(values.astype(np.float32), None, outputs)


def _refuse_constant(values: NDArray[np.float64]) -> None:
    as_trained = values.astype(np.float32)
    if (as_trained.min(axis=0) == as_trained.max(axis=0)).all():
        shown = float(np.ravel(as_trained)[0])
        raise DataRefused("constant_target", f"every target is {shown:g} in 32 bits: there is nothing to predict")
