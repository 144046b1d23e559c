"""NPZ: the arrays of NumPy, read without its own loader: sizes are checked before memory is taken.

    x [rows, ...] and y [rows] or [rows, outputs]   `X` will do, and so will another name for y when it is the target
    lengths [rows]                                  whole numbers: how many steps of each row count
    vocabulary []                                   x [rows, steps] holds tokens 0..vocabulary-1, -1 after the end
    features [nodes, numbers], edges [2, edges] or [edges, 2], y [nodes]
                                                    a graph; -1 as class or NaN as number: an unlabelled node
    any other array [rows]                          can be named as group or time

Ragged sequences: pad them to one length and give `lengths`, or fill the rest of each row with NaN.
"""

from __future__ import annotations

import io
import struct
import tokenize
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actwise.contract.names import nearest_name
from models.data.formats.columns import MOST_CELLS, Parts
from models.data.formats.shaping import View, as_graph, shaped
from models.data.table import DataRefused, Table

MAGIC = b"PK\x03\x04"
MOST_ARRAYS = 100
_MOST_BYTES = 8 * MOST_CELLS
_LONGEST_HEADER = 10_000
_COLUMNS = View()
_KINDS = "biufUS"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    ValueError,
    OSError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
)


def read_npz(content: bytes, name: str, parts: Parts, view: View = _COLUMNS) -> Table:
    """The table in an NPZ file; rows of several axes are what `view` sees in them. Raises DataRefused."""
    arrays = read_arrays(content, name)
    y_name = parts.target or "y"
    x_name = next((one for one in ("x", "X") if one in arrays and one != y_name), None)
    if x_name is None and {"features", "edges"} <= arrays.keys() and y_name in arrays:
        return as_graph(name, arrays["features"], arrays["edges"], arrays[y_name])
    if x_name is None or y_name not in arrays:
        found = ", ".join(sorted(arrays)) or "nothing"
        raise DataRefused("unreadable", f"{name} must hold arrays 'x' and {y_name!r}; it holds {found[:300]}")
    x, y = arrays[x_name], arrays[y_name]
    _refuse_unequal(arrays, x_name, y_name, name)
    flat, row = shaped(x, view, arrays.get("lengths"), arrays.get("vocabulary"))
    groups, times = (_named(arrays, one, len(x)) for one in (parts.group, parts.time))
    return Table(name, flat, y, row=row, groups=groups, times=times)


def read_arrays(content: bytes, name: str) -> dict[str, NDArray[Any]]:
    """Every array by its name. Raises DataRefused for objects, for broken files and for those that are too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = _entries(packed, name)
            return {_array_name(entry): _array(packed, entry, name) for entry in entries}
    except DataRefused:
        raise
    except _BROKEN as error:
        raise DataRefused("unreadable", f"{name} is no NPZ file of plain arrays: {str(error)[:120]}") from None


def _entries(packed: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    entries = packed.infolist()
    if len(entries) > MOST_ARRAYS:
        raise DataRefused("too_large", f"{name} holds {len(entries)} arrays; at most {MOST_ARRAYS} are read")
    size = sum(entry.file_size for entry in entries)
    if size > _MOST_BYTES:
        raise DataRefused("too_large", f"{name} unpacks to {size:,} bytes; at most {_MOST_BYTES:,} are read")
    odd = [entry.filename for entry in entries if entry.compress_type not in _METHODS or entry.flag_bits & 1]
    if odd:
        raise DataRefused("unreadable", f"{name}: {odd[0][:60]!r} is encrypted or packed in an unusual way")
    _refuse_twice([_array_name(entry) for entry in entries], name)
    return entries


def _array_name(entry: zipfile.ZipInfo) -> str:
    return entry.filename.removesuffix(".npy")


def _refuse_twice(names: Sequence[str], name: str) -> None:
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise DataRefused("duplicate_columns", f"{name} has several arrays called {twice[0][:60]!r}: keep one")


def _array(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> NDArray[Any]:
    """One array; what its header claims must be what the archive holds."""
    with packed.open(entry) as file:
        head = io.BytesIO(file.read(min(entry.file_size, _LONGEST_HEADER + 12)))
        shape, order, kind = _header(head)
        if kind.kind not in _KINDS:
            what = "Python objects, which are never loaded" if kind.hasobject else f"values of type {kind}"
            raise DataRefused("unreadable", f"{name}: array {entry.filename[:60]!r} holds {what}")
        wanted = kind.itemsize
        for length in shape:
            wanted *= length
        if wanted != entry.file_size - head.tell():
            message = f"{name}: array {entry.filename[:60]!r} claims the shape {shape} and does not hold it"
            raise DataRefused("unreadable", message)
        rest = head.read() + file.read()
    return np.frombuffer(rest, kind).reshape(shape, order="F" if order else "C")


def _header(head: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    major, _ = np.lib.format.read_magic(head)
    if major == 1:
        return np.lib.format.read_array_header_1_0(head, max_header_size=_LONGEST_HEADER)
    return np.lib.format.read_array_header_2_0(head, max_header_size=_LONGEST_HEADER)


def _refuse_unequal(arrays: Mapping[str, NDArray[Any]], x_name: str, y_name: str, name: str) -> None:
    if arrays[x_name].ndim == 0 or arrays[y_name].ndim == 0 or len(arrays[x_name]) != len(arrays[y_name]):
        shapes = f"{arrays[x_name].shape} and {arrays[y_name].shape}"
        message = f"{name}: {x_name!r} and {y_name!r} have one entry per row; found shapes {shapes}"
        raise DataRefused("wrong_shape", message)


def _named(arrays: Mapping[str, NDArray[Any]], wanted: str | None, rows: int) -> NDArray[Any] | None:
    if wanted is None:
        return None
    if wanted not in arrays:
        near = nearest_name(wanted, arrays)
        hint = f": did you mean {near!r}?" if near else f"; there are {', '.join(arrays)[:300]}"
        raise DataRefused("unknown_column", f"no array {wanted[:60]!r}{hint}")
    if arrays[wanted].shape != (rows,):
        message = f"array {wanted[:60]!r} must have one entry per row, not the shape {arrays[wanted].shape}"
        raise DataRefused("wrong_shape", message)
    return arrays[wanted]
