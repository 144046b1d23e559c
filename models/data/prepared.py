"""From a raw table to the arrays that networks train on, checked, split and standardised.

What happens to odd data, in this order; every change leaves a sentence in `notes`:
    infinite features, and those beyond LARGEST    treated as missing
    rows equal in all features and in the target   all but the first are dropped, so that no row is on both sides
    fewer than MINIMUM_ROWS rows                   DataRefused("too_few_rows")
    NaN, infinite or non-numeric targets, one class, a constant target, too many classes: DataRefused (see targets)
    classes with a single row                      the row is dropped: it cannot be both learned and tested
    more than MOST_ROWS rows                       a random part is used
    the split                                      random, by group or by time (see splitting)
    judging rows with the features of a training   removed (see leakage)
    row, whatever their target
    judging rows of a class that training lacks    removed; only a split by group or time leaves any
    columns, channels, tokens, nodes               see preprocessing and scaling
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data.leakage import first_occurrences, without_shared
from models.data.preprocessing import CLIP, Features, prepare_columns
from models.data.rows import RowShape
from models.data.scaling import prepare_rows
from models.data.splitting import split_note, validation_mask
from models.data.table import DataRefused, Table
from models.data.targets import CLASS_TASKS, Targets, encode

__all__ = ["CLIP", "LARGEST", "MINIMUM_ROWS", "MOST_ROWS", "PreparedData", "prepare"]

MINIMUM_ROWS = 20
MOST_ROWS = 30_000
LARGEST = 1e30
_LEAST_JUDGES = 3


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


def prepare(table: Table, task: str, seed: int = 0, *, embed: bool = False) -> PreparedData:
    """A table prepared for a task; `seed` decides the split. Raises DataRefused, see above.

    `embed` keeps columns of many words as codes, for networks that learn an embedding of them.
    """
    raw = _feature_matrix(table)
    targets = encode(table.y, task)
    notes = list(table.notes)
    x = _in_range(raw, notes)
    keep = _rows_kept(x, targets, task, np.random.default_rng([seed, 1]), notes)
    x, y, valid = _split(table, x[keep], targets.values[keep], keep, task, seed, notes)
    _refuse_constant_training(y[~valid])
    if table.row is None:
        made = prepare_columns(
            x[~valid], x[valid], y[~valid], table.levels, classes=task in CLASS_TASKS, embed=embed, seed=seed
        )
    else:
        made = prepare_rows(x[~valid], x[valid], table.row)
    x_train, x_valid, row, more = made
    notes += more
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
        fingerprint=_fingerprint(table, raw, targets.values, task, seed),
        notes=tuple(notes),
        row=row,
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


def _in_range(x: Features, notes: list[str]) -> Features:
    """Features with NaN for what is infinite or so large that its square would be."""
    too_large = np.abs(x) > LARGEST
    count = int(too_large.sum())
    if count == 0:
        return x
    notes.append(f"{count} feature values are infinite or beyond {LARGEST:g}: they count as missing")
    return np.where(too_large, np.nan, x)


def _rows_kept(
    x: Features, targets: Targets, task: str, rng: np.random.Generator, notes: list[str]
) -> NDArray[np.int64]:
    """Indices of the rows that are used, in their own order."""
    keep = first_occurrences(np.column_stack([x, targets.values.reshape(len(x), -1).astype(np.float64)]))
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


def _without_single_rows(keep: NDArray[np.int64], codes: NDArray[Any], notes: list[str]) -> NDArray[np.int64]:
    counts = np.bincount(codes[keep])
    single = int((counts == 1).sum())
    if single:
        notes.append(f"{single} classes with one row each are not learned")
    keep = keep[counts[codes[keep]] > 1]
    if len(np.unique(codes[keep])) < 2:
        raise DataRefused("one_class", "fewer than two classes have more than one row")
    return keep


def _split(
    table: Table, x: Features, y: NDArray[Any], keep: NDArray[np.int64], task: str, seed: int, notes: list[str]
) -> tuple[Features, NDArray[Any], NDArray[np.bool_]]:
    """Rows, targets and the mask of those that judge, without what would leak; classes are numbered from 0."""
    if task in CLASS_TASKS:
        y = np.unique(y, return_inverse=True)[1].astype(np.int64)
    groups, times = (None if one is None else one[keep] for one in (table.groups, table.times))
    valid = validation_mask(y, task, groups, times, np.random.default_rng([seed, 2]))
    notes.extend(split_note(groups, times, valid))
    stay, told = without_shared(x, valid)
    notes.extend(told)
    if task in CLASS_TASKS:
        stay &= _learned_classes(y, valid, stay, notes)
    x, y, valid = x[stay], y[stay], valid[stay]
    if int(valid.sum()) < _LEAST_JUDGES:
        raise DataRefused("cannot_split", "; ".join([f"{int(valid.sum())} rows are left to judge by: too few", *notes]))
    if task in CLASS_TASKS:
        y = _numbered(y, valid)
    return x, y, valid


def _learned_classes(
    y: NDArray[Any], valid: NDArray[np.bool_], stay: NDArray[np.bool_], notes: list[str]
) -> NDArray[np.bool_]:
    """False for judging rows of classes that no training row has."""
    unknown = valid & ~np.isin(y, y[~valid])
    count = int((unknown & stay).sum())
    if count:
        notes.append(f"{count} judging rows were removed: no training row has their class")
    return ~unknown


def _numbered(y: NDArray[Any], valid: NDArray[np.bool_]) -> NDArray[np.int64]:
    if min(len(np.unique(y[valid])), len(np.unique(y[~valid]))) < 2:
        raise DataRefused("one_class", "one side of the split has a single class: split by something else")
    return np.unique(y, return_inverse=True)[1].astype(np.int64)


def _refuse_constant_training(y: NDArray[Any]) -> None:
    if (y.min(axis=0) == y.max(axis=0)).all():
        raise DataRefused("constant_target", "the target hardly ever changes: all rows left for training share it")


def _fingerprint(table: Table, x: Features, y: NDArray[Any], task: str, seed: int) -> str:
    digest = hashlib.sha256(f"{task}|{seed}|{x.shape}|{y.shape}|{y.dtype.str}".encode())
    digest.update(np.ascontiguousarray(x).tobytes())
    digest.update(np.ascontiguousarray(y).tobytes())
    if table.row is not None or table.levels:
        digest.update(
            repr((table.row and (table.row.form, table.row.sizes, table.row.vocabulary), table.levels)).encode()
        )
    graph = table.row.graph if table.row else None
    beside = (table.groups, table.times, graph and graph.features, graph and graph.edges)
    for part in beside:
        if part is not None:
            digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()
