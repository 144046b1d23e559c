"""Multi-head attention by compiled kernels; see `models.networks.attention.heads`."""

from __future__ import annotations

from ctypes import Structure, addressof, c_float, c_long, c_void_p
from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from models.activations.base import Array
from models.kernels.library import address, kernel, member_stride

_TILE = 16
_LANES = 8


class _Sizes(Structure):
    """`attention` in the kernel's source."""

    _fields_ = (
        *((name, c_long) for name in ("members", "rows", "heads", "channels", "steps", "room", "places")),
        ("scale", c_float),
        ("allowed", c_void_p),
        *((name, c_long) for name in ("shares", "share_stride", "row_stride")),
    )


class Attending:
    """Attention between all steps of rows: M members, rows, heads of so many channels, and steps.

    Arrays are [M, channels of all heads, rows * steps].
    """

    def __init__(self, members: int, rows: int, heads: int, channels: int, steps: int) -> None:
        self._members, self._rows, self._heads, self._steps = members, rows, heads, steps
        self._room = _whole(steps, _TILE)
        self._sizes = _Sizes(
            members, rows, heads, channels, steps, self._room, rows * steps, 1 / sqrt(channels), None, 1, 0, 0
        )
        matrix = channels * self._room
        self._allowed: Array | None = None
        self._scratch = np.zeros(5 * matrix + self._room + 2 * self._room**2, np.float32)

    def pairs(self) -> Array:
        """Room for what `forward` keeps for `backward`; its numbers start as zeros, as the kernels ask."""
        lines = _whole(self._steps, _LANES) + 1
        return np.zeros((self._members, self._rows, self._heads, lines, self._room), np.float32)

    def forward(self, projected: Array, allowed: Array | None, pairs: Array, attended: Array) -> None:
        """Write attended [M, width (+ 1), places] from q, k and v in projected [M, 3 width, places].

        `allowed` [shares, rows or 1, 1, keys, queries] is 1 where a query may attend to a key, else 0; each query
        may attend to one key at least.
        """
        self._see(allowed)
        _attend()(*self._all(projected, pairs), address(attended), member_stride(attended), address(self._scratch))

    def backward(self, projected: Array, pairs: Array, attended: Array, delta: Array, projected_delta: Array) -> None:
        """Write the gradient at projected from delta, that at attended [M, width, places]."""
        assert delta.flags.c_contiguous
        assert projected_delta.flags.c_contiguous
        rest = map(address, (delta, projected_delta, self._scratch))
        _attend_backward()(*self._all(projected, pairs), address(attended), member_stride(attended), *rest)

    def _all(self, projected: Array, pairs: Array) -> tuple[int, int, int]:
        assert projected.flags.c_contiguous
        assert pairs.flags.c_contiguous
        return addressof(self._sizes), address(projected), address(pairs)

    def _see(self, allowed: Array | None) -> None:
        self._allowed = allowed = None if allowed is None else np.ascontiguousarray(allowed)
        if allowed is None:
            self._sizes.allowed = None
            return
        sizes, (shares, rows) = self._sizes, allowed.shape[:2]
        sizes.allowed, sizes.shares = address(allowed), shares
        sizes.share_stride, sizes.row_stride = rows * self._steps**2, (rows > 1) * self._steps**2


def _whole(count: int, of: int) -> int:
    return -(-count // of) * of


@cache
def _attend() -> Any:
    return kernel("attend", c_void_p, c_void_p, c_void_p, c_void_p, c_long, c_void_p)


@cache
def _attend_backward() -> Any:
    return kernel("attend_backward", *[c_void_p] * 4, c_long, c_void_p, c_void_p, c_void_p)
