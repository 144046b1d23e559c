"""A caller's own data: the bytes of a CSV, Parquet or NPZ file, told apart by how they begin.

What each format may hold is said in `models.data.formats`. Whatever cannot be read raises DataRefused.
"""

from __future__ import annotations

from typing import Literal

from models.data.formats import npz, parquet
from models.data.formats.columns import Parts
from models.data.formats.csv_text import read_csv
from models.data.formats.shaping import View
from models.data.table import DataRefused, Table

MOST_BYTES = 200_000_000

FileFormat = Literal["csv", "parquet", "npz"]


def format_of(content: bytes, name: str = "") -> FileFormat:
    """The format that the first bytes show; a name that ends in .npz or .parquet decides where they show none."""
    if content.startswith(npz.MAGIC) or name.lower().endswith(".npz"):
        return "npz"
    if content.startswith(parquet.MAGIC) or name.lower().endswith(".parquet"):
        return "parquet"
    return "csv"


def read_table(
    content: bytes, name: str, target: str | None = None, parts: Parts | None = None, view: View | None = None
) -> Table:
    """A table from the content of a file.

    Args:
        name: how messages call the file.
        target: what to predict, in short for Parts(target).
        parts: the parts that columns play.
        view: how the network looks at arrays with several axes; as columns unless said.
    """
    if len(content) > MOST_BYTES:
        raise DataRefused("too_large", f"{name} has {len(content):,} bytes; at most {MOST_BYTES:,} are read")
    known = parts or Parts(target=target)
    kind = format_of(content, name)
    if kind == "npz":
        return npz.read_npz(content, name, known, view or View())
    return parquet.read_parquet(content, name, known) if kind == "parquet" else read_csv(content, name, known)
