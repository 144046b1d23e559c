"""Data made in a test, prepared as those of a probe are."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.data.prepared import PreparedData
from models.data.rows import RowShape


def prepared(x: Any, y: Any, row: RowShape, classes: int) -> PreparedData:
    """Rows x [n, features] of some form and their classes y [n]; the last third is there to judge by."""
    x, y, cut = x.astype(np.float32), y.astype(np.int64), len(x) * 2 // 3
    return PreparedData(
        name="made",
        x_train=x[:cut],
        y_train=y[:cut],
        x_valid=x[cut:],
        y_valid=y[cut:],
        task="multiclass_classification",
        classes=classes,
        features=x.shape[1],
        outputs=1,
        fingerprint="",
        row=row,
    )
