"""Arrays that begin at different places of a page of memory.

A cache keeps few lines, usually eight, from one and the same place of all pages. Large arrays begin at the same place,
and units times rows is often a multiple of a page, so that a dozen arrays that are walked through side by side would
drive each other out.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from models.activations.base import Array

PAGE, PLACES = 4096, 8


def apart(place: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """An array of zeros that begins at one of the eight places."""
    size = prod(shape)
    room = np.zeros(size + 2 * PAGE // dtype.itemsize, dtype)
    start: int = room.__array_interface__["data"][0]
    offset = (place * PAGE // PLACES - start) % PAGE // dtype.itemsize
    return room[offset : offset + size].reshape(shape)
