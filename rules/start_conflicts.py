"""Known conflicts about how weights start: where frameworks, papers and computation disagree."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from actwise.contract.answer import StartConflict
from actwise.contract.vocabulary import Framework
from models.activations import gains, get
from rules.bibliography import Source
from rules.format import Reference
from rules.statements import cited
from rules.yaml_text import read_yaml

FILE = Path(__file__).with_suffix(".yaml")


class Conflict(BaseModel):
    """One conflict as written: whom it concerns, and a sentence whose numbers in braces are computed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    activations: Literal["all"] | tuple[str, ...]
    frameworks: tuple[Framework, ...] = Field(min_length=1)
    says: str
    sources: tuple[Reference, ...] = Field(min_length=1)

    def concerns(self, name: str, framework: str | None) -> bool:
        """Whether it is about this activation in this framework; None stands for any framework."""
        here = framework is None or framework in self.frameworks
        return here and (self.activations == "all" or name in self.activations)


class StartConflicts:
    """The conflicts, ready to be told. Immutable; the store inside only remembers what was told before."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._told: dict[tuple[str, str | None], tuple[StartConflict, ...]] = {}

    def about(self, name: str, framework: str | None) -> tuple[StartConflict, ...]:
        """Those that concern an activation in a framework, in the order of the file; None stands for any framework.

        Raises UnknownActivation. scikit-learn lets nobody choose a start, so there are none.
        """
        key = (name, framework)
        if key not in self._told:
            found = (one for one in conflicts() if one.concerns(name, framework))
            self._told[key] = tuple(self._tell(one, name) for one in found)
        return self._told[key]

    def _tell(self, conflict: Conflict, name: str) -> StartConflict:
        says = conflict.says.format_map(figures(name)) if "{" in conflict.says else conflict.says
        return StartConflict(claim=says, citations=cited(conflict.sources, self._sources))


@cache
def conflicts() -> tuple[Conflict, ...]:
    """All conflicts as written. Raises ValidationError when the file is wrong."""
    adapter: TypeAdapter[tuple[Conflict, ...]] = TypeAdapter(tuple[Conflict, ...])
    return adapter.validate_python(read_yaml(FILE.read_text(encoding="utf-8")))


def figures(name: str) -> dict[str, Any]:
    """The computed numbers that a sentence about an activation may hold."""
    at_rest = abs(float(get(name).slope(0.0)))
    return {**gains(get(name))._asdict(), "critical": 1 / at_rest if at_rest else np.inf, "gelu_gap": gelu_gap()}


@cache
def gelu_gap() -> float:
    """The largest difference between the exact GELU and its tanh form; both meet zero and x beyond |x| = 6."""
    x = np.linspace(-6, 6, 12_001)
    return float(np.abs(get("gelu").value(x) - get("gelu_tanh").value(x)).max())
