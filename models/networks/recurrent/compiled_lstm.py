"""LSTM layers with sigmoid gates in float32, by compiled kernels.

A kernel takes all passes between two functions of the cell in one; with a tanh in the cell, all of a step's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.activations.base import Array
from models.kernels.recurrent import step, step_from, strided
from models.networks.recurrent.lstm import Lstm


@dataclass(frozen=True, slots=True)
class _Step:
    """What runs over the arrays of one step, forward and back."""

    to_candidate: Callable[[], None]
    remember: Callable[[], None]
    squash: Callable[[], None]
    show: Callable[[], None]
    to_squashed: Callable[[Array], None]
    to_memory: Callable[[Array], None]
    to_blocks: Callable[[], None]
    through_candidate: Callable[[Array], None]


class CompiledLstm(Lstm):
    """An LSTM layer with sigmoid gates and any function in the cell."""

    def _make_steps(self) -> None:
        super()._make_steps()
        self._compiled = [self._compile(step, z) for step, z in enumerate(self.landing)]

    def _compile(self, at: int, z: Array) -> _Step:
        before, memory, squashed, state = self._memory[at], self._memory[at + 1], self._squashed[at], self.state[at + 1]
        size, through, delta, views = self.sizes.run, self._spare, self._delta, self._steps[at]
        return _Step(
            self.candidate.apply_at(views.candidate, views.candidate_work),
            step("lstm_remember", *size, z, before, memory, squashed),
            self.candidate.apply_at(squashed, views.squashed_work),
            step("lstm_show", *size, z, squashed, *strided(state)),
            step_from("lstm_to_squashed", *size, z, squashed, through, delta),
            self.candidate.pull_at(squashed, views.squashed_work),
            step("lstm_to_blocks", *size, z, before, through, self._memory_delta, delta),
            self.candidate.pull_at(views.candidate, views.candidate_work),
        )

    def _advance(self, step: int) -> None:
        at = self._compiled[step]
        at.to_candidate()
        at.remember()
        at.squash()
        at.show()

    def _pull(self, step: int, delta: Array) -> None:
        at = self._compiled[step]
        at.to_squashed(delta)
        at.to_memory(self._spare)
        at.to_blocks()
        at.through_candidate(self._delta_blocks[3])


class CompiledUsualLstm(Lstm):
    """An LSTM layer with sigmoid gates and a tanh in the cell."""

    def _make_steps(self) -> None:
        self._make_memory()
        self.landing = self._room(self.sizes.steps)
        self._kernels = [self._compile(step, z) for step, z in enumerate(self.landing)]

    def _compile(self, at: int, z: Array) -> tuple[Callable[[], None], Callable[[Array], None]]:
        before, memory, squashed, state = self._memory[at], self._memory[at + 1], self._squashed[at], self.state[at + 1]
        return (
            step("lstm_forward", *self.sizes.run, z, before, memory, squashed, *strided(state)),
            step_from("lstm_backward", *self.sizes.run, z, before, squashed, self._memory_delta, self._delta),
        )

    def _advance(self, step: int) -> None:
        self._kernels[step][0]()

    def _pull(self, step: int, delta: Array) -> None:
        self._kernels[step][1](delta)
