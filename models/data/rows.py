"""What the numbers of one row are: every network takes rows [n, features], and views them in its own shape.

table       (columns,)                      the last len(categories) columns hold codes 0..levels-1
sequence    (steps, channels)               steps after the end of a sequence are NaN in every channel
tokens      (steps,)                        codes 0..vocabulary-1; -1 after the end
signal      (length, channels)              for convolution along one axis
image       (height, width, channels)       channels last
node        (1,)                            the index of a node of `graph`
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Form = Literal["table", "sequence", "tokens", "signal", "image", "node"]


@dataclass(frozen=True, eq=False)
class Graph:
    """A fixed graph of n nodes: `features` [n, F] float32, `edges` [2, E] int64, each undirected edge once."""

    features: NDArray[np.float32]
    edges: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RowShape:
    """The form of a row and its sizes, in C order.

    `categories` are the numbers of levels of a table's last columns, `vocabulary` the number of tokens.
    """

    form: Form = "table"
    sizes: tuple[int, ...] = (1,)
    categories: tuple[int, ...] = ()
    vocabulary: int | None = None
    graph: Graph | None = None

    @property
    def features(self) -> int:
        """Numbers per row."""
        return prod(self.sizes)


def table_rows(columns: int) -> RowShape:
    """Rows of plain numeric columns."""
    return RowShape("table", (columns,))
