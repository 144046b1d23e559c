"""The LSTM with sigmoid gates and tanh cell, in fewer passes than any functions need.

What is kept of a step is scaled so that factors vanish, m standing for -2 c, j for -2 i:

    m = f m' + j g                              exp(m) is then what tanh(c) needs
    dc += dh (o - h a),  a = tanh(c)            since h = o a, this is o (1 - a^2)
    gradient at z of i, f, o     dc (j g) (2 + j) / -4,     dc (f m') (1 - f) / -2,     dh h (1 - o)
    gradient at z of g           dc (j - (j g) g) / -2

with the products j g and f m' kept from the way forward, and the divisors in `_delta_scales`. The matrix product lands
in one array for all steps: the exponential, which computes more than it moves, carries it to where it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.activations.base import Array
from models.networks.recurrent.lstm import Lstm


@dataclass(frozen=True, slots=True)
class _Step:
    """Views of what one step reads and writes, [M, ..., rows] each."""

    z: Array
    let_in: Array
    keep: Array
    let_out: Array
    candidate: Array
    keep_and_out: Array
    let_in_product: Array
    keep_product: Array
    memory_before: Array
    memory: Array
    squashed: Array
    state: Array


class UsualLstm(Lstm):
    """An LSTM layer for these two functions alone."""

    def _make_steps(self) -> None:
        sizes, units = self.sizes, self.sizes.units
        self._make_memory()
        self._scales[...], self._scales[3 * units :] = -1, -2
        for block, divisor in enumerate((-4, -2, 1, -2)):
            self._delta_scales[block * units : (block + 1) * units] = 1 / divisor
        self.landing = [self._room(1)[0]] * sizes.steps
        self._rests = np.empty((sizes.members, 3 * units, sizes.rows), sizes.dtype)
        self._let_in_rest, self._other_rests = self._rests[:, :units], self._rests[:, units:]
        kept = np.empty((2, sizes.steps, *sizes.state), sizes.dtype)
        each = zip(self._room(sizes.steps), *kept, strict=True)
        self._usual_steps = [self._usual_step(step, *at) for step, at in enumerate(each)]
        number = sizes.dtype.type
        self._one, self._two, self._minus_two = number(1), number(2), number(-2)

    def _usual_step(self, step: int, z: Array, let_in_product: Array, keep_product: Array) -> _Step:
        let_in, keep, let_out, candidate = self._blocks(z)
        return _Step(
            z,
            let_in,
            keep,
            let_out,
            candidate,
            z[:, self.sizes.units : 3 * self.sizes.units],
            let_in_product,
            keep_product,
            self._memory[step],
            self._memory[step + 1],
            self._squashed[step],
            self.state[step + 1],
        )

    def _advance(self, step: int) -> None:
        at = self._usual_steps[step]
        np.exp(self.landing[step], out=at.z)
        np.add(at.z, self._one, out=at.z)
        np.divide(self._minus_two, at.let_in, out=at.let_in)
        np.divide(self._one, at.keep_and_out, out=at.keep_and_out)
        np.divide(self._two, at.candidate, out=at.candidate)
        np.subtract(at.candidate, self._one, out=at.candidate)
        np.multiply(at.keep, at.memory_before, out=at.keep_product)
        np.multiply(at.let_in, at.candidate, out=at.let_in_product)
        np.add(at.keep_product, at.let_in_product, out=at.memory)
        np.exp(at.memory, out=at.squashed)
        np.add(at.squashed, self._one, out=at.squashed)
        np.divide(self._two, at.squashed, out=at.squashed)
        np.subtract(at.squashed, self._one, out=at.squashed)
        np.multiply(at.let_out, at.squashed, out=at.state)

    def _to_memory(self, step: int, delta: Array) -> None:
        at, spare = self._usual_steps[step], self._spare
        np.multiply(delta, at.state, out=self._delta_blocks[2])
        np.multiply(at.state, at.squashed, out=spare)
        np.subtract(at.let_out, spare, out=spare)
        np.multiply(spare, delta, out=spare)
        np.add(self._memory_delta, spare, out=self._memory_delta)

    def _to_blocks(self, step: int) -> None:
        at, spare, memory_delta = self._usual_steps[step], self._spare, self._memory_delta
        np.multiply(memory_delta, at.let_in_product, out=self._delta_blocks[0])
        np.multiply(memory_delta, at.keep_product, out=self._delta_blocks[1])
        np.add(at.let_in, self._two, out=self._let_in_rest)
        np.subtract(self._one, at.keep_and_out, out=self._other_rests)
        np.multiply(self._gates_delta, self._rests, out=self._gates_delta)
        np.multiply(at.let_in_product, at.candidate, out=spare)
        np.subtract(at.let_in, spare, out=spare)
        np.multiply(memory_delta, spare, out=self._delta_blocks[3])
        np.multiply(memory_delta, at.keep, out=memory_delta)
