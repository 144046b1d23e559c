"""The long short-term memory [Hochreiter and Schmidhuber 1997], with forget gates [Gers et al. 2000]:

    i, f, o = s(U h + W x + b)          s the gates' function, f the cell's; each with weights of its own
    g       = f(U h + W x + b)
    c_t     = f * c_(t-1) + i * g
    h_t     = o * f(c_t)

Both places of f are raced together, as one argument names them together in Keras.
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
    let_in: Array
    keep: Array
    let_out: Array
    candidate: Array
    memory_before: Array
    memory: Array
    squashed: Array
    state: Array
    gates_work: Array
    candidate_work: Array
    squashed_work: Array


class Lstm(Layer):
    """A layer of long short-term memory; its blocks are let_in, keep, let_out, candidate."""

    cell = "lstm"
    memories = 2

    def _make_steps(self) -> None:
        sizes = self.sizes
        self._make_memory()
        self._scales[self._gated] = self.gates.scale
        self._scales[self._gated.stop :] = self.candidate.scale
        self.landing = self._room(sizes.steps)
        gates_works = works(self.gates, sizes.steps, self._gates_delta)
        candidate_works = works(self.candidate, sizes.steps, self._spare)
        squashed_works = works(self.candidate, sizes.steps, self._spare)
        each = zip(self.landing, gates_works, candidate_works, squashed_works, strict=True)
        self._steps = [self._step(step, *at) for step, at in enumerate(each)]

    def _step(self, step: int, z: Array, *step_works: Array) -> _Step:
        let_in, keep, let_out, candidate = self._blocks(z)
        return _Step(
            z[:, self._gated],
            let_in,
            keep,
            let_out,
            candidate,
            self._memory[step],
            self._memory[step + 1],
            self._squashed[step],
            self.state[step + 1],
            *step_works,
        )

    def _make_memory(self) -> None:
        sizes, dtype = self.sizes, self.sizes.dtype
        self._memory = apart(1, (sizes.steps + 1, *sizes.state), dtype)
        self._squashed = apart(2, (sizes.steps, *sizes.state), dtype)
        self._memory_delta = apart(3, sizes.state, dtype)
        self._delta = self._room(1, place=4)[0]
        self._spare = apart(5, sizes.state, dtype)
        self._delta_blocks = self._blocks(self._delta)
        self._gates_delta = self._delta[:, self._gated]

    def _carried(self, step: int) -> list[tuple[Array, Array]]:
        return [*super()._carried(step), (self._memory[step + 1], self._memory[step])]

    def _advance(self, step: int) -> None:
        at = self._steps[step]
        self.gates.apply(at.gates, at.gates_work)
        self.candidate.apply(at.candidate, at.candidate_work)
        np.multiply(at.keep, at.memory_before, out=at.memory)
        np.multiply(at.let_in, at.candidate, out=self._spare)
        np.add(at.memory, self._spare, out=at.memory)
        self.candidate.evaluate(at.memory, out=at.squashed, work=at.squashed_work)
        np.multiply(at.let_out, at.squashed, out=at.state)

    def _begin_backward(self) -> None:
        super()._begin_backward()
        self._memory_delta[...] = 0

    def _retreat(self, step: int, delta: Array, ended: Ended | None) -> tuple[Array, Array | None]:
        passing = None
        if ended is not None:
            passing = self._ending.part(step, 1, self._memory_delta)
        self._pull(step, delta)
        if passing is not None:
            np.add(self._memory_delta, passing, out=self._memory_delta)
        return self._delta, None

    def _pull(self, step: int, delta: Array) -> None:
        """From the gradients at the state and the memory to those at z and at the memory before."""
        self._to_memory(step, delta)
        self._to_blocks(step)

    def _to_memory(self, step: int, delta: Array) -> None:
        """From the gradient at the state to those at the output gate and the memory."""
        at = self._steps[step]
        np.multiply(delta, at.squashed, out=self._delta_blocks[2])
        np.multiply(delta, at.let_out, out=self._spare)
        self.candidate.pull(self._spare, at.squashed, at.squashed_work)
        np.add(self._memory_delta, self._spare, out=self._memory_delta)

    def _to_blocks(self, step: int) -> None:
        """From the gradient at the memory to those at z and at the memory before."""
        at = self._steps[step]
        let_in, keep, _, candidate = self._delta_blocks
        np.multiply(self._memory_delta, at.candidate, out=let_in)
        np.multiply(self._memory_delta, at.memory_before, out=keep)
        np.multiply(self._memory_delta, at.let_in, out=candidate)
        np.multiply(self._memory_delta, at.keep, out=self._memory_delta)
        self.gates.pull(self._gates_delta, at.gates, at.gates_work)
        self.candidate.pull(candidate, at.candidate, at.candidate_work)

    def use(self, z: Array, before: Sequence[Array], use: Use) -> tuple[Array, ...]:
        let_in, keep, let_out, candidate = self._blocks(z)
        use.apply("gates", z[:, self._gated])
        use.apply("cell", candidate)
        memory = keep * before[1] + let_in * candidate
        squashed = memory.copy()
        use.apply("cell", squashed)
        return let_out * squashed, memory
