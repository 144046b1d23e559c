"""From a raw table to the arrays that networks train on, checked, split and standardised.

What happens to odd data, in this order; every change leaves a sentence in `notes`:
    rows equal in all features and in the target   all but the first are dropped, so that no row is on both sides
    fewer than MINIMUM_ROWS rows                   DataRefused("too_few_rows")
    NaN, infinite or non-numeric targets, one class, a constant target, too many classes: DataRefused (see targets)
    classes with a single row                      the row is dropped: it cannot be both learned and tested
    more than MOST_ROWS rows                       a random part is used
    infinite features                              treated as missing
    features that are constant in training         dropped; DataRefused("no_features") when none is left
    missing features                               the training median
    values more than CLIP deviations from the mean clipped: one far value would rule the training
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data.rows import RowShape, table_rows
from models.data.table import DataRefused, Table
from models.data.targets import CLASS_TASKS, Targets, encode

MINIMUM_ROWS = 20
MOST_ROWS = 30_000
MOST_VALIDATION_ROWS = 5_000
VALIDATION_SHARE = 0.3
CLIP = 10.0

Features = NDArray[np.float64]


@dataclass(frozen=True)
class PreparedData:
    """Arrays ready for training.

    x_train, x_valid: [rows, features] float32, standardised by the training rows; `row` tells what the features of
    one row are: columns, steps, pixels, tokens or a node of a graph. y_train, y_valid: int64
    classes [rows], or float32 in target units [rows] or [rows, outputs]. `fingerprint`: SHA-256 of the raw
    table, its task and the split, in hexadecimal.
    """

    name: str
    x_train: NDArray[np.float32]
    y_train: NDArray[Any]
    x_valid: NDArray[np.float32]
    y_valid: NDArray[Any]
    task: str
    classes: int | None
    features: int
    outputs: int
    fingerprint: str
    notes: tuple[str, ...] = ()
    row: RowShape = field(default_factory=RowShape)


def prepare(table: Table, task: str, seed: int = 0) -> PreparedData:
    """A table prepared for a task; `seed` decides the split. Raises DataRefused, see above."""
    x = _feature_matrix(table)
    targets = encode(table.y, task)
    notes = list(table.notes)
    keep = _rows_kept(x, targets, task, np.random.default_rng([seed, 1]), notes)
    x, y = x[keep], targets.values[keep]
    if task in CLASS_TASKS:
        y = np.unique(y, return_inverse=True)[1].astype(np.int64)
    valid = _validation_mask(y, task, np.random.default_rng([seed, 2]))
    _refuse_constant_training(y[~valid])
    x_train, x_valid = _standardised(x[~valid], x[valid], notes)
    if int(valid.sum()) < 100:
        notes.append(f"only {int(valid.sum())} rows judge the networks: small differences cannot be seen")
    return PreparedData(
        name=table.name,
        x_train=x_train,
        y_train=np.ascontiguousarray(y[~valid]),
        x_valid=x_valid,
        y_valid=np.ascontiguousarray(y[valid]),
        task=task,
        classes=int(y.max()) + 1 if task in CLASS_TASKS else targets.classes,
        features=x_train.shape[1],
        outputs=targets.outputs,
        fingerprint=_fingerprint(_feature_matrix(table), targets.values, task, seed),
        notes=tuple(notes),
        row=table_rows(x_train.shape[1]),
    )


def _feature_matrix(table: Table) -> Features:
    try:
        x = table.x.astype(np.float64)
    except (TypeError, ValueError):
        raise DataRefused("not_numeric", "the features hold values that are no numbers") from None
    if x.ndim != 2 or len(x) != len(table.y):
        shapes = f"{table.x.shape} and {table.y.shape}"
        raise DataRefused("wrong_shape", f"features are [rows, features] with one target per row; found {shapes}")
    if x.shape[1] == 0:
        raise DataRefused("no_features", "there is no feature to learn from")
    if len(x) < MINIMUM_ROWS:
        raise DataRefused("too_few_rows", f"{len(x)} rows; a probe needs at least {MINIMUM_ROWS}")
    return x


def _rows_kept(
    x: Features, targets: Targets, task: str, rng: np.random.Generator, notes: list[str]
) -> NDArray[np.int64]:
    """Indices of the rows that are used, in their own order."""
    keep = _first_occurrences(np.column_stack([x, targets.values.reshape(len(x), -1).astype(np.float64)]))
    if len(keep) < len(x):
        notes.append(f"{len(x) - len(keep)} repeated rows were dropped")
    _refuse_few(len(keep))
    if task in CLASS_TASKS:
        keep = _without_single_rows(keep, targets.values, notes)
        _refuse_few(len(keep))
    if len(keep) > MOST_ROWS:
        keep = np.sort(rng.choice(keep, MOST_ROWS, replace=False))
        notes.append(f"a random {MOST_ROWS} of {len(x)} rows were used")
    return keep


def _refuse_few(rows: int) -> None:
    if rows < MINIMUM_ROWS:
        raise DataRefused("too_few_rows", f"{rows} different rows; a probe needs at least {MINIMUM_ROWS}")


def _first_occurrences(rows: Features) -> NDArray[np.int64]:
    """Indices of the rows that no earlier row equals; all NaN are equal, and so are 0 and -0."""
    plain = np.ascontiguousarray(np.where(np.isnan(rows), np.nan, rows + 0.0))
    keys = plain.view(np.dtype((np.void, plain.dtype.itemsize * plain.shape[1]))).ravel()
    _, first = np.unique(keys, return_index=True)
    return np.sort(first)


def _without_single_rows(keep: NDArray[np.int64], codes: NDArray[Any], notes: list[str]) -> NDArray[np.int64]:
    counts = np.bincount(codes[keep])
    single = int((counts == 1).sum())
    if single:
        notes.append(f"{single} classes with one row each are not learned")
    keep = keep[counts[codes[keep]] > 1]
    if len(np.unique(codes[keep])) < 2:
        raise DataRefused("one_class", "fewer than two classes have more than one row")
    return keep


def _validation_mask(y: NDArray[Any], task: str, rng: np.random.Generator) -> NDArray[np.bool_]:
    """True for the rows that judge; every class is on both sides."""
    share = min(VALIDATION_SHARE, MOST_VALIDATION_ROWS / len(y))
    groups = [np.flatnonzero(y == code) for code in np.unique(y)] if task in CLASS_TASKS else [np.arange(len(y))]
    valid = np.zeros(len(y), dtype=bool)
    for group in groups:
        count = min(max(1, round(share * len(group))), len(group) - 1)
        valid[rng.permutation(group)[:count]] = True
    return valid


def _refuse_constant_training(y: NDArray[Any]) -> None:
    if (y.min(axis=0) == y.max(axis=0)).all():
        raise DataRefused("constant_target", "the target hardly ever changes: all rows left for training share it")


def _standardised(
    train: Features, valid: Features, notes: list[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    train, valid = (np.where(np.isfinite(part), part, np.nan) for part in (train, valid))
    missing = int(np.isnan(train).sum() + np.isnan(valid).sum())
    varies = np.array([_varies(column) for column in train.T])
    if not varies.any():
        raise DataRefused("no_features", "every feature is constant or missing")
    if not varies.all():
        notes.append(f"{int((~varies).sum())} constant features were dropped")
    train, valid = train[:, varies], valid[:, varies]
    if missing:
        notes.append(f"{missing} missing feature values were filled with the median")
        median = np.nanmedian(train, axis=0)
        train, valid = (np.where(np.isnan(part), median, part) for part in (train, valid))
    centre = train.mean(axis=0)
    spread = (train - centre).std(axis=0)
    scaled = [np.clip((part - centre) / spread, -CLIP, CLIP) for part in (train, valid)]
    return np.ascontiguousarray(scaled[0], np.float32), np.ascontiguousarray(scaled[1], np.float32)


def _varies(column: Features) -> bool:
    known = column[~np.isnan(column)]
    if len(known) == 0:
        return False
    return bool(known.max() - known.min() > 1e-12 * max(1e-300, float(np.abs(known).max())))


def _fingerprint(x: Features, y: NDArray[Any], task: str, seed: int) -> str:
    digest = hashlib.sha256(f"{task}|{seed}|{x.shape}|{y.shape}|{y.dtype.str}".encode())
    digest.update(np.ascontiguousarray(x).tobytes())
    digest.update(np.ascontiguousarray(y).tobytes())
    return digest.hexdigest()
