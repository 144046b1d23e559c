"""The plain recurrent layer [Elman 1990]:

h_t = f(U h_(t-1) + W x_t + b)
"""

from __future__ import annotations

from collections.abc import Sequence

from models.activations.base import Array
from models.networks.recurrent.functions import works
from models.networks.recurrent.inputs import Ended
from models.networks.recurrent.layer import Layer
from models.networks.recurrent.use import Use


class Elman(Layer):
    """A plain layer."""

    cell = "rnn"

    def _make_steps(self) -> None:
        self._scales[...] = self.candidate.scale
        self.landing = self.state[1:]
        self._works = works(self.candidate, self.sizes.steps, self.state[0])
        each = list(zip(self.landing, self._works, strict=True))
        self._apply = [self.candidate.apply_at(*at) for at in each]
        self._pull = [self.candidate.pull_at(*at) for at in each]

    def _advance(self, step: int) -> None:
        self._apply[step]()

    def _retreat(self, step: int, delta: Array, ended: Ended | None) -> tuple[Array, Array | None]:
        self._pull[step](delta)
        return delta, None

    def use(self, z: Array, before: Sequence[Array], use: Use) -> tuple[Array, ...]:
        use.apply("cell", z)
        return (z,)
