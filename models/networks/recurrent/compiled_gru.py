"""GRU layers with sigmoid gates in float32, by compiled kernels.

A kernel takes all passes on one side of the cell's function in one; with a tanh, all of a step's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.activations.base import Array
from models.kernels.recurrent import step, step_from, strided
from models.networks.recurrent.gru import Gru
from models.networks.recurrent.inputs import Ended


@dataclass(frozen=True, slots=True)
class _Step:
    """What runs over the arrays of one step, forward and back."""

    reset: Callable[[], None]
    apply: Callable[[], None]
    mix: Callable[[], None]
    to_candidate: Callable[[Array], None]
    pull: Callable[[Array], None]
    to_blocks: Callable[[], None]


class CompiledGru(Gru):
    """A layer of gated recurrent units with sigmoid gates and any function in the cell."""

    def _make_steps(self) -> None:
        super()._make_steps()
        self._compiled = [self._compile(step, z) for step, z in enumerate(self.landing)]

    def _compile(self, at: int, z: Array) -> _Step:
        before, state, size, views = self.state[at], self.state[at + 1], self.sizes.run, self._steps[at]
        return _Step(
            step("gru_reset", *size, z),
            self.candidate.apply_at(views.candidate, views.candidate_work),
            step("gru_mix", *size, z, before, *strided(state)),
            step_from("gru_to_candidate", *size, z, *strided(before), self._past, self._delta),
            self.candidate.pull_at(views.candidate, views.candidate_work),
            step("gru_to_blocks", *size, z, self._delta),
        )

    def _advance(self, step: int) -> None:
        at = self._compiled[step]
        at.reset()
        at.apply()
        at.mix()

    def _retreat(self, step: int, delta: Array, ended: Ended | None) -> tuple[Array, Array | None]:
        at = self._compiled[step]
        at.to_candidate(delta)
        at.pull(self._delta_blocks[2])
        at.to_blocks()
        return self._delta, self._past


class CompiledUsualGru(Gru):
    """A layer of gated recurrent units with sigmoid gates and a tanh in the cell."""

    def _make_steps(self) -> None:
        self._make_room()
        self._kernels = [self._compile(step, z) for step, z in enumerate(self.landing)]

    def _compile(self, at: int, z: Array) -> tuple[Callable[[], None], Callable[[Array], None]]:
        before, state = self.state[at], self.state[at + 1]
        return (
            step("gru_forward", *self.sizes.run, z, before, *strided(state)),
            step_from("gru_backward", *self.sizes.run, z, *strided(before), self._past, self._delta),
        )

    def _advance(self, step: int) -> None:
        self._kernels[step][0]()

    def _retreat(self, step: int, delta: Array, ended: Ended | None) -> tuple[Array, Array | None]:
        self._kernels[step][1](delta)
        return self._delta, self._past
