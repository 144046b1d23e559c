"""What an activation costs on this machine, measured once: the only part of a passport that reads a clock."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np

from models.activations import get
from models.activations.base import Activation, Array
from models.formulas import FormulaActivation

FILE = "activation-costs.json"
_SHAPE = (4, 64, 128)
"""Members, units and rows: 128 KiB, which stay in a core's second cache, as in training."""
_ROUNDS = 25
_UNIT = "relu"


class Nanoseconds(NamedTuple):
    """Time of one element, forward and backward, in float32 on one thread."""

    forward: float
    backward: float

    def over(self, other: Nanoseconds) -> Nanoseconds:
        """Both parts relative to another activation's."""
        return Nanoseconds(self.forward / other.forward, self.backward / other.backward)


class Costs:
    """Costs measured on this machine, kept in a folder when one is given, else in this process.

    Those of the catalogue are kept on disk: the first measurement stays, so that later passports agree with it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / FILE if folder else None
        self._lock = Lock()
        self._known = self._read()
        self._of_formula = lru_cache(maxsize=128)(self._beside_unit)

    def of(self, activation: Activation) -> tuple[Nanoseconds, Nanoseconds]:
        """The cost of an elementwise activation, and that of relu."""
        with self._lock:
            if isinstance(activation, FormulaActivation):
                return self._of_formula(activation), self._known[_UNIT]
            if activation.name not in self._known:
                self._known[activation.name] = self._beside_unit(activation)
                self._write()
            return self._known[activation.name], self._known[_UNIT]

    def _beside_unit(self, activation: Activation) -> Nanoseconds:
        """Measured together with relu in turns, and scaled to the cost of relu that is known."""
        found, unit = measured(activation, get(_UNIT))
        if _UNIT not in self._known:
            self._known[_UNIT] = unit
        known = self._known[_UNIT]
        return Nanoseconds(
            found.forward * known.forward / unit.forward, found.backward * known.backward / unit.backward
        )

    def _read(self) -> dict[str, Nanoseconds]:
        """What is kept; nothing when the file is missing or is not what was written."""
        try:
            stored = json.loads(self._file.read_text("utf-8")) if self._file else {}
            found = {str(name): Nanoseconds(*map(float, pair)) for name, pair in stored.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
        usable = _UNIT in found and all(part > 0 for pair in found.values() for part in pair)
        return found if usable else {}

    def _write(self) -> None:
        """Keep everything; a folder that cannot be written costs only the memory of it."""
        if self._file is None:
            return
        spare = self._file.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            spare.write_text(json.dumps(self._known), "utf-8")
            spare.replace(self._file)
        except OSError:
            return


def measured(*activations: Activation) -> tuple[Nanoseconds, ...]:
    """The fastest of several rounds of each, in turns, so that a busy machine disturbs them alike."""
    x = np.random.default_rng(0).normal(size=_SHAPE).astype(np.float32)
    cases = [_Case(activation, x) for activation in activations]
    for _ in range(_ROUNDS):
        for case in cases:
            case.time_once()
    return tuple(Nanoseconds(*(1e9 * part / x.size for part in (case.forward, case.backward))) for case in cases)


class _Case:
    """One activation with buffers made once, as in training."""

    def __init__(self, activation: Activation, x: Array) -> None:
        self._activation, self._x = activation, x
        self._value, self._delta, self._work = x.copy(), x.copy(), activation.work_like(x)
        self._parameters = [np.full((len(x), 1, 1), one.initial, x.dtype) for one in activation.parameters]
        self._gradients = [np.zeros_like(one) for one in self._parameters]
        self.forward = self.backward = float("inf")

    def time_once(self) -> None:
        """One forward and one backward call; the fastest of each is kept."""
        np.copyto(self._value, self._x)
        np.copyto(self._delta, self._x)
        self.forward = min(self.forward, _seconds(self._apply))
        self.backward = min(self.backward, _seconds(self._pull))

    def _apply(self) -> None:
        self._activation.apply(self._value, self._work, self._parameters)

    def _pull(self) -> None:
        self._activation.pull(self._delta, self._value, self._work, self._parameters, self._gradients)


def _seconds(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
