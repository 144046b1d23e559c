"""From arrays of several axes to flat rows and the shape in which a network sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data.rows import Form, Graph, RowShape
from models.data.table import DataRefused, Table

LONGEST = 1_000
"""Steps of a sequence, or tokens."""
MOST_TOKENS = 100_000
_LARGEST = 1e30
_NUMBERS = "biuf"
_ONE_AXIS = ("time_series", "audio", "control")


@dataclass(frozen=True)
class View:
    """How a network looks at rows of several axes; `form` decides where it is given.

    Convolution sees an image in two or three axes, unless two are a time series or sound: then [length, channels].
    Recurrent and attention layers see steps along the first axis. All others see plain columns.
    """

    layer_type: str = "dense"
    modality: str | None = None
    form: Form | None = None

    def of(self, axes: int) -> Form:
        """The form of rows with so many axes, 1 for plain numbers."""
        if self.form is not None:
            return self.form
        if axes == 1 or self.layer_type in ("dense", "mixed", "graph"):
            return "table"
        if self.layer_type == "conv":
            return "signal" if axes == 2 and self.modality in _ONE_AXIS else "image"
        return "sequence"


def shaped(
    x: NDArray[Any], view: View, lengths: NDArray[Any] | None, vocabulary: NDArray[Any] | None
) -> tuple[NDArray[Any], RowShape | None]:
    """Rows as [rows, numbers] and their shape; None for the columns of a table. Raises DataRefused."""
    if x.ndim < 2 or 0 in x.shape:
        raise DataRefused("wrong_shape", f"x is [rows, ...] with at least one number per row, not {x.shape}")
    if vocabulary is not None:
        return _tokens(x, vocabulary, lengths)
    if x.dtype.kind not in _NUMBERS:
        raise DataRefused("not_numeric", f"x holds values of type {x.dtype}, which are no numbers")
    if x.ndim > 4:
        raise DataRefused("wrong_shape", f"rows have at most three axes (height, width, channels), not {x.ndim - 1}")
    kind = view.of(x.ndim - 1)
    values = x if lengths is None else _cut(x.astype(np.float64), _checked(lengths, x), np.nan)
    if kind == "table":
        return values.reshape(len(x), -1), None
    sizes = _sizes(x, kind)
    values = values.reshape(len(x), *sizes).astype(np.float64)
    if kind == "sequence":
        _refuse_empty(values)
    return values.reshape(len(x), -1), RowShape(kind, sizes)


def _sizes(x: NDArray[Any], form: Form) -> tuple[int, ...]:
    inner = x.shape[1:]
    if form == "image" and len(inner) > 1:
        return inner if len(inner) == 3 else (*inner, 1)
    if form in ("sequence", "signal"):
        if inner[0] > LONGEST:
            raise DataRefused("too_large", f"rows have {inner[0]} steps; at most {LONGEST} are read: shorten them")
        return (inner[0], int(np.prod(inner[1:])))
    raise DataRefused("wrong_shape", f"rows of the shape {inner} cannot be read as {form}")


def _checked(lengths: NDArray[Any], x: NDArray[Any]) -> NDArray[np.int64]:
    steps = x.shape[1]
    fits = lengths.shape == (len(x),) and lengths.dtype.kind in "iu" and 1 <= lengths.min() <= lengths.max() <= steps
    if not fits:
        message = f"lengths holds one whole number from 1 to {steps} for each of the {len(x)} rows"
        raise DataRefused("wrong_shape", message)
    return lengths.astype(np.int64)


def _cut(values: NDArray[Any], lengths: NDArray[np.int64], filler: float) -> NDArray[Any]:
    """The rows with everything after their length replaced."""
    after = np.arange(values.shape[1]) >= lengths[:, None]
    cut = values.copy()
    cut[after] = filler
    return cut


def _refuse_empty(values: NDArray[Any]) -> None:
    empty = int(np.isnan(values).all(axis=(1, 2)).sum())
    if empty:
        raise DataRefused("wrong_shape", f"{empty} sequences hold nothing but NaN: remove them")


def _tokens(x: NDArray[Any], vocabulary: NDArray[Any], lengths: NDArray[Any] | None) -> tuple[NDArray[Any], RowShape]:
    if vocabulary.size != 1 or vocabulary.dtype.kind not in "iu":
        raise DataRefused("wrong_shape", "vocabulary is one whole number: how many tokens there are")
    size = int(vocabulary.reshape(-1)[0])
    if x.ndim != 2 or x.dtype.kind not in "iu":
        raise DataRefused("wrong_shape", f"tokens are whole numbers [rows, steps], not {x.dtype} of shape {x.shape}")
    if not 2 <= size <= MOST_TOKENS or x.shape[1] > LONGEST:
        message = f"a vocabulary has 2 to {MOST_TOKENS} tokens and a row at most {LONGEST} steps"
        raise DataRefused("too_large", f"{message}; found {size} and {x.shape[1]}")
    codes = _signed(x) if lengths is None else _cut(_signed(x), _checked(lengths, x), -1)
    if codes.min() < -1 or codes.max() >= size:
        message = f"tokens are 0 to {size - 1}, and -1 after the end; found {codes.min()} to {codes.max()}"
        raise DataRefused("wrong_shape", message)
    _refuse_gaps(codes)
    return codes.astype(np.float64), RowShape("tokens", (x.shape[1],), vocabulary=size)


def _signed(codes: NDArray[Any]) -> NDArray[np.int64]:
    """The same numbers as int64; those that it cannot hold become its greatest."""
    if codes.dtype == np.uint64:
        codes = np.minimum(codes, np.uint64(np.iinfo(np.int64).max))
    return codes.astype(np.int64)


def _refuse_gaps(codes: NDArray[np.int64]) -> None:
    present = codes >= 0
    gaps = (present[:, 1:] & ~present[:, :-1]).any() or not present[:, 0].all()
    if gaps:
        raise DataRefused("wrong_shape", "-1 stands only after the end of a row, and no row is empty")


def as_graph(name: str, features: NDArray[Any], edges: NDArray[Any], y: NDArray[Any]) -> Table:
    """A table of the labelled nodes of a graph; its rows are their indices. Raises DataRefused."""
    if features.ndim != 2 or features.dtype.kind not in _NUMBERS or features.shape[1] == 0:
        raise DataRefused("wrong_shape", f"features are numbers [nodes, numbers], not {features.shape}")
    nodes = len(features)
    pairs = _pairs(edges, nodes)
    if y.ndim not in (1, 2) or len(y) != nodes:
        raise DataRefused("wrong_shape", f"y has one entry for each of the {nodes} nodes, not the shape {y.shape}")
    labelled = np.flatnonzero(_labelled(y))
    notes = () if len(labelled) == nodes else (f"{nodes - len(labelled)} nodes have no label",)
    row = RowShape("node", (1,), graph=Graph(_in_range(features), pairs))
    return Table(name, labelled[:, None].astype(np.float64), y[labelled], notes, row=row)


def _in_range(features: NDArray[Any]) -> NDArray[np.float32]:
    values = features.astype(np.float64)
    return np.where(np.abs(values) <= _LARGEST, values, np.nan).astype(np.float32)


def _pairs(edges: NDArray[Any], nodes: int) -> NDArray[np.int64]:
    """[2, edges], each undirected edge once and no node tied to itself."""
    if edges.ndim != 2 or 2 not in edges.shape or edges.dtype.kind not in "iu":
        raise DataRefused("wrong_shape", f"edges are pairs of whole numbers [2, edges], not {edges.shape}")
    pairs = (edges if edges.shape[0] == 2 else edges.T).astype(np.int64)
    if pairs.size and not 0 <= pairs.min() <= pairs.max() < nodes:
        raise DataRefused("wrong_shape", f"edges name nodes 0 to {nodes - 1}; found {pairs.min()} to {pairs.max()}")
    pairs = np.sort(pairs[:, pairs[0] != pairs[1]], axis=0)
    return np.ascontiguousarray(np.unique(pairs, axis=1))


def _labelled(y: NDArray[Any]) -> NDArray[np.bool_]:
    flat = y.reshape(len(y), -1)
    if flat.dtype.kind == "f":
        return np.asarray(np.isfinite(flat).all(axis=1))
    return np.asarray((flat != -1).all(axis=1)) if flat.dtype.kind == "i" else np.ones(len(y), dtype=bool)
