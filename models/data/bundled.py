"""Data sets that ship with scikit-learn: nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from actwise.contract.names import nearest_name
from models.data.formats.shaping import View, shaped
from models.data.table import DataRefused, Table


@dataclass(frozen=True)
class Bundled:
    """One data set: the function of sklearn.datasets that loads it, and the tasks that it can stand for.

    `sizes`: the axes of one row, where it has several.
    """

    loader: str
    tasks: tuple[str, ...]
    modality: str
    sizes: tuple[int, ...] = ()


BUNDLED: dict[str, Bundled] = {
    "digits": Bundled("load_digits", ("multiclass_classification",), "image", (8, 8)),
    "wine": Bundled("load_wine", ("multiclass_classification",), "tabular"),
    "iris": Bundled("load_iris", ("multiclass_classification",), "tabular"),
    "breast_cancer": Bundled("load_breast_cancer", ("binary_classification",), "tabular"),
    "diabetes": Bundled("load_diabetes", ("regression", "positive_regression", "count_regression"), "tabular"),
    "linnerud": Bundled("load_linnerud", ("regression",), "tabular"),
}


def bundled_table(name: str, task: str | None = None, view: View | None = None) -> Table:
    """A bundled data set, its rows as columns unless `view` sees more in them.

    Raises DataRefused for an unknown name, or a task that the set cannot stand for.
    """
    known = BUNDLED.get(name)
    if known is None:
        near = nearest_name(name, BUNDLED)
        hint = f" (did you mean {near!r}?)" if near else ""
        raise DataRefused("unknown_data", f"no bundled data set {name[:60]!r}{hint}; there are {', '.join(BUNDLED)}")
    if task is not None and task not in known.tasks:
        fitting = ", ".join(sorted(other for other, entry in BUNDLED.items() if task in entry.tasks)) or "none"
        raise DataRefused("wrong_task", f"{name} is for {', '.join(known.tasks)}; bundled for {task}: {fitting}")
    x, y = _loader(known.loader)(return_X_y=True)
    rows = np.asarray(x, np.float64)
    flat, row = shaped(rows.reshape(len(rows), *(known.sizes or rows.shape[1:])), view or View(), None, None)
    return Table(name, flat, np.asarray(y), row=row)


def _loader(name: str) -> Callable[..., Any]:
    import sklearn.datasets

    return getattr(sklearn.datasets, name)  # type: ignore[no-any-return]
