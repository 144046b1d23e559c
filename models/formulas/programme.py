"""A graph made ready to run: places in a few buffers, worked through block by block, so that all stay in cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.activations.base import Array
from models.formulas.graph import Graph, Reference, Value, X
from models.formulas.operations import OPERATIONS, Dual, Room, Rule

BLOCK = 16384
"""Elements worked on at once."""


@dataclass(frozen=True)
class _Instruction:
    """A step with the buffer that it writes; arguments are buffers, -1 for x, or plain numbers."""

    rule: Rule
    sources: tuple[int | None, ...]
    numbers: tuple[float, ...]
    target: int


class Programme:
    """Value and slope of a formula for arrays of x."""

    def __init__(self, graph: Graph) -> None:
        self._instructions, self.buffers = _allocated(graph)

    def run(self, x: Array, slope: Array) -> None:
        """Replace x, one-dimensional and contiguous, by f(x), and `slope` of the same shape by f'(x)."""
        pairs = np.empty((2 * self.buffers + 1, min(BLOCK, max(1, len(x)))), x.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, len(x), BLOCK):
                self._block(x[start : start + BLOCK], slope[start : start + BLOCK], pairs)

    def _block(self, x: Array, slope: Array, pairs: Array) -> None:
        size = len(x)
        rooms = [
            Room(pairs[2 * place, :size], pairs[2 * place + 1, :size], pairs[-1, :size])
            for place in range(self.buffers)
        ]
        for one in self._instructions[:-1]:
            one.rule(_duals(one, x, rooms), rooms[one.target])
        if not self._instructions:
            slope[...] = 1
            return
        last = self._instructions[-1]
        value = x if -1 not in last.sources else rooms[last.target].value
        last.rule(_duals(last, x, rooms), Room(value, slope, pairs[-1, :size]))
        if value is not x:
            np.copyto(x, value)


def _duals(instruction: _Instruction, x: Array, rooms: Sequence[Room]) -> list[Dual]:
    pairs = zip(instruction.sources, instruction.numbers, strict=True)
    return [_dual(source, number, x, rooms) for source, number in pairs]


def _dual(source: int | None, number: float, x: Array, rooms: Sequence[Room]) -> Dual:
    if source is None:
        return Dual(number, 0.0)
    return Dual(x, 1.0) if source < 0 else Dual(rooms[source].value, rooms[source].slope)


def _allocated(graph: Graph) -> tuple[tuple[_Instruction, ...], int]:
    """The instructions, and how many buffers they share: one is free again after the last step that reads it."""
    last_use = {
        one: number for number, step in enumerate(graph.steps) for one in step.arguments if isinstance(one, Value)
    }
    homes: dict[Value, int] = {X: -1}
    free: list[int] = []
    count, instructions = 0, []
    for number, step in enumerate(graph.steps):
        if not free:
            free, count = [count], count + 1
        home = free.pop()
        sources = tuple(homes[one] if isinstance(one, Value) else None for one in step.arguments)
        instructions.append(_Instruction(OPERATIONS[step.operation].rule, sources, _numbers(step.arguments), home))
        homes[Value(number + 1)] = home
        ended = {one for one in step.arguments if isinstance(one, Value) and one != X and last_use[one] == number}
        free += sorted(homes[one] for one in ended)
    return tuple(instructions), count


def _numbers(arguments: Sequence[Reference]) -> tuple[float, ...]:
    return tuple(one if isinstance(one, float) else 0.0 for one in arguments)
