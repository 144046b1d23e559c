"""Recurrent layers in use: their functions under the eyes of an observer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.activations.base import Array
from models.networks.base import Alteration, Observer
from models.networks.recurrent.functions import Function


@dataclass
class Use:
    """One layer's functions while it is in use; `ended` [n] says which rows have ended before the present step."""

    layer: int
    raced: str
    functions: dict[str, Function]
    observe: Observer | None
    alter: Alteration | None
    ended: NDArray[np.bool_] | None = None

    def apply(self, place: str, z: Array) -> None:
        """Replace z [M, units, n] at the place "gates" or "cell" by the function's values there."""
        watched = place == self.raced
        if watched and self.observe is not None and not (self.ended is not None and self.ended.all()):
            self.observe(self.layer, z if self.ended is None else z[:, :, ~self.ended])
        function = self.functions[place]
        function.evaluate(z, out=z, work=function.work_like(z))
        if watched and self.alter is not None:
            self.alter(self.layer, z)

    def keep(self, new: Array, old: Array) -> Array:
        """What a step gives, but what was before it in rows that have ended."""
        return new if self.ended is None else np.where(self.ended, old, new)
