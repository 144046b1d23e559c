"""Rows of plain values as pandas frames, where pandas is installed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]


def frame(rows: Iterable[Row]) -> Any:
    """A pandas DataFrame of rows. Raises ImportError with the command that installs pandas."""
    try:
        import pandas
    except ImportError:
        raise ImportError("to_frame() needs one more package: pip install pandas") from None
    return pandas.DataFrame(list(rows))
