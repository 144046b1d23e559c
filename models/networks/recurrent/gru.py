"""The gated recurrent unit [Cho et al. 2014], with the reset gate after the product as in cuDNN, PyTorch and Keras:

r, u = s(U h + W x + b)             s the gates' function, f the cell's; each with weights of its own
n    = f(W x + b + r * (U h + b'))
h_t  = (1 - u) * n + u * h_(t-1)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.activations.base import Array
from models.networks.recurrent.apart import apart
from models.networks.recurrent.functions import works
from models.networks.recurrent.inputs import Ended
from models.networks.recurrent.layer import Layer
from models.networks.recurrent.use import Use


@dataclass(frozen=True, slots=True)
class _Step:
    """Views of what one step reads and writes, [M, ..., rows] each."""

    gates: Array
    reset: Array
    update: Array
    candidate: Array
    recalled: Array
    before: Array
    state: Array
    gates_work: Array
    candidate_work: Array


class Gru(Layer):
    """A layer of gated recurrent units; its blocks are reset, update, candidate, recalled: U h + b'."""

    cell = "gru"

    def _make_steps(self) -> None:
        sizes = self.sizes
        self._scales[self._gated] = self.gates.scale
        self._make_room()
        gates_works = works(self.gates, sizes.steps, self._gates_delta)
        candidate_works = works(self.candidate, sizes.steps, self._past)
        self._steps = [
            self._step(step, *at)
            for step, at in enumerate(zip(self.landing, gates_works, candidate_works, strict=True))
        ]

    def _make_room(self) -> None:
        sizes = self.sizes
        self.landing = self._room(sizes.steps)
        self._delta = self._room(1, place=4)[0]
        self._delta_blocks = self._blocks(self._delta)
        self._gates_delta = self._delta[:, self._gated]
        self._past = apart(2, sizes.state, sizes.dtype)

    def _step(self, step: int, z: Array, gates_work: Array, candidate_work: Array) -> _Step:
        reset, update, candidate, recalled = self._blocks(z)
        return _Step(
            z[:, self._gated],
            reset,
            update,
            candidate,
            recalled,
            self.state[step],
            self.state[step + 1],
            gates_work,
            candidate_work,
        )

    def _advance(self, step: int) -> None:
        at = self._steps[step]
        self.gates.apply(at.gates, at.gates_work)
        np.multiply(at.reset, at.recalled, out=self._past)
        np.add(at.candidate, self._past, out=at.candidate)
        self.candidate.evaluate(at.candidate, out=at.candidate, work=at.candidate_work)
        np.subtract(at.before, at.candidate, out=self._past)
        np.multiply(self._past, at.update, out=self._past)
        np.add(at.candidate, self._past, out=at.state)

    def _retreat(self, step: int, delta: Array, ended: Ended | None) -> tuple[Array, Array | None]:
        at = self._steps[step]
        reset, update, candidate, recalled = self._delta_blocks
        np.subtract(at.before, at.candidate, out=update)
        np.multiply(update, delta, out=update)
        np.multiply(delta, at.update, out=self._past)
        np.subtract(delta, self._past, out=candidate)
        self.candidate.pull(candidate, at.candidate, at.candidate_work)
        np.multiply(candidate, at.recalled, out=reset)
        np.multiply(candidate, at.reset, out=recalled)
        self.gates.pull(self._gates_delta, at.gates, at.gates_work)
        return self._delta, self._past

    def use(self, z: Array, before: Sequence[Array], use: Use) -> tuple[Array, ...]:
        reset, update, candidate, recalled = self._blocks(z)
        use.apply("gates", z[:, self._gated])
        candidate += reset * recalled
        use.apply("cell", candidate)
        return (candidate + update * (before[0] - candidate),)
