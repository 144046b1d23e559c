"""A formula as a graph of steps: each makes one value from x, numbers and earlier steps. Equal steps are made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import e, isfinite, isnan, log, pi

from models.formulas.faults import FormulaFault
from models.formulas.tokens import LARGEST_NUMBER

CONSTANTS = {"pi": pi, "e": e}
MOST_STEPS = 120


@dataclass(frozen=True)
class Value:
    """Something that depends on x: place 0 is x itself, place n what step n - 1 makes."""

    place: int


Reference = Value | float
X = Value(0)


@dataclass(frozen=True)
class Step:
    """One operation, by its name in `models.formulas.operations`, and what it is applied to."""

    operation: str
    arguments: tuple[Reference, ...]


@dataclass(frozen=True)
class Graph:
    """Steps in order, each after those that it uses, and the formula's value."""

    steps: tuple[Step, ...]
    result: Reference


class GraphBuilder:
    """Makes steps, works out those of numbers alone, and notes what cannot be worked out.

    `evaluate` gives an operation's value of plain numbers; it may be NaN or infinite.
    """

    def __init__(self, evaluate: Callable[[str, Sequence[float]], float]) -> None:
        self._evaluate = evaluate
        self._steps: list[Step] = []
        self._known: dict[Step, Value] = {}
        self.faults: list[FormulaFault] = []

    def step(self, operation: str, arguments: Sequence[Reference], position: int) -> Reference:
        """What the operation makes of its arguments; `position` is where the formula says so."""
        numbers = [one for one in arguments if isinstance(one, float)]
        if len(numbers) == len(arguments):
            return self._number(operation, numbers, position)
        if operation == "power":
            return self._power(arguments[0], arguments[1], position)
        if operation == "clip":
            return self.step("min", (self.step("max", arguments[:2], position), arguments[2]), position)
        stable = self._softplus_argument(operation, arguments[0])
        return self._made(operation, arguments, position) if stable is None else self.step(*stable, position)

    def finish(self, result: Reference) -> Graph:
        """The graph, without the steps that the result does not need."""
        kept: dict[Value, Value] = {X: X}
        steps: list[Step] = []
        for value in sorted(self._needed(result), key=lambda one: one.place):
            step = self._steps[value.place - 1]
            steps.append(Step(step.operation, tuple(_moved(one, kept) for one in step.arguments)))
            kept[value] = Value(len(steps))
        return Graph(tuple(steps), _moved(result, kept))

    def _needed(self, result: Reference) -> set[Value]:
        found: set[Value] = set()
        waiting = [result]
        while waiting:
            value = waiting.pop()
            if isinstance(value, Value) and value != X and value not in found:
                found.add(value)
                waiting += self._steps[value.place - 1].arguments
        return found

    def _number(self, operation: str, numbers: Sequence[float], position: int) -> float:
        found = self._evaluate(operation, numbers)
        if isfinite(found) and abs(found) <= LARGEST_NUMBER:
            return found
        what = "is not a real number" if isnan(found) else f"goes beyond {LARGEST_NUMBER:g}"
        message = f"{operation} of {' and '.join(f'{one:g}' for one in numbers)} {what}"
        self.faults.append(FormulaFault("impossible_number", message, position))
        return 1.0

    def _made(self, operation: str, arguments: Sequence[Reference], position: int) -> Reference:
        step = Step(operation, tuple(arguments))
        if step in self._known:
            return self._known[step]
        if len(self._steps) >= MOST_STEPS:
            self._too_complex(position)
            return X
        self._steps.append(step)
        self._known[step] = Value(len(self._steps))
        return self._known[step]

    def _too_complex(self, position: int) -> None:
        if not any(fault.code == "too_complex" for fault in self.faults):
            message = f"a formula has at most {MOST_STEPS} different operations"
            self.faults.append(FormulaFault("too_complex", message, position))

    def _power(self, base: Reference, exponent: Reference, position: int) -> Reference:
        """Small powers by products; an exponent that depends on x by exp(exponent * log(base))."""
        if isinstance(exponent, float):
            simple = {0.0: 1.0, 1.0: base}.get(exponent)
            if simple is not None:
                return simple
            if exponent == 2:
                return self._made("square", (base,), position)
            return self._made("power", (base, exponent), position)
        if isinstance(base, float) and base <= 0:
            message = f"{base:g} to a power that depends on x is not a real number: the base must be above 0"
            self.faults.append(FormulaFault("impossible_power", message, position))
            return X
        scale: Reference = log(base) if isinstance(base, float) else self.step("log", (base,), position)
        return self.step("exp", (self.step("multiply", (exponent, scale), position),), position)

    def _softplus_argument(self, operation: str, reference: Reference) -> tuple[str, tuple[Reference]] | None:
        """softplus(u) for log(1 + exp(u)), which overflows where softplus does not; None for anything else."""
        exponential: Reference | None = reference if operation == "log1p" else None
        added = self._step_of(reference)
        if operation == "log" and added is not None and added.operation == "add":
            others = [one for one in added.arguments if one != 1.0]
            exponential = others[0] if len(others) == 1 else None
        found = None if exponential is None else self._step_of(exponential)
        return ("softplus", (found.arguments[0],)) if found is not None and found.operation == "exp" else None

    def _step_of(self, reference: Reference) -> Step | None:
        if isinstance(reference, float) or reference == X:
            return None
        return self._steps[reference.place - 1]


def _moved(reference: Reference, places: dict[Value, Value]) -> Reference:
    return places[reference] if isinstance(reference, Value) else reference
