"""Elementwise passes over slices of larger arrays, at full speed.

A ufunc on operands that are not contiguous as a whole, such as one block of units of every member, goes through an
iterator with buffers. With NumPy's usual buffer of 8192 elements it copies runs of less than half of that into the
buffer, to make longer inner loops; that takes two to three times as long as the passes here do. A small buffer
leaves the operands where they are: 12 x 2048 float32 of 12 x 8192, plus a number, take 4 us instead of 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

BUFFER = 512
"""Elements; anything from 16 to 2048 is equally fast."""


@contextmanager
def direct_passes() -> Iterator[None]:
    """Inside, runs of at least `BUFFER` elements are worked on in place, and overflow to infinity is no warning.

    Both end with the context: NumPy ties the buffer's size to that of its error handling.
    """
    with np.errstate(over="ignore"):
        np.setbufsize(BUFFER)
        yield
