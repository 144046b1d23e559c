"""The matrix products of a recurrent layer by compiled kernels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from models.activations.base import Array
from models.kernels.recurrent import LANES, room_for_panel, step, step_from, strided
from models.networks.recurrent.products import Products


class CompiledProducts(Products):
    """The same in float32."""

    def __init__(self, scaled: Array, joined: Array, landing: Sequence[Array] | Array, height: int) -> None:
        members, blocks, columns = scaled.shape
        rows, last = joined.shape[3], len(landing) - 1
        sizes, panel = (members, blocks, columns, rows), room_for_panel(blocks, columns, rows)
        gradient = np.zeros((members, blocks, -(-columns // LANES) * LANES), scaled.dtype)
        self._kept = scaled, joined, landing, panel
        self.gradient = gradient[:, :, :columns]
        self._forward = [
            step("recurrent_product", *sizes, panel, scaled, seen, *strided(z))
            for seen, z in zip(joined, landing, strict=False)
        ]
        back = partial(step_from, "recurrent_product_back", *sizes, height)
        self._back = [
            back(int(t != last), panel, scaled, joined[t], gradient, gradient.shape[2], arrays=2)
            for t in range(last + 1)
        ]

    def forward(self, step: int) -> None:
        self._forward[step]()

    def back(self, step: int, delta: Array, out: Array) -> None:
        self._back[step](delta, out)
