"""A case: one description and its neighbours, laid out so that each panel judges them all at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, resolve
from rules import RuleSet
from service.advice.neighbours import Neighbour, neighbours
from service.advice.panel import Panel
from service.advice.posterior import Floats

TRANSFER_SD = 3.0
"""Points by which a measurement may mislead about a network that differs from the measured one."""

_SAME_OUTCOME = frozenset(
    {
        "compute_budget",
        "deployment.int8",
        "deployment.latency_critical",
        "deployment.operators",
        "deployment.target",
        "domain",
        "framework",
        "prefer",
    }
)

Key = Callable[[Situation], tuple[object, ...]]
"""What besides the rules a judgement depends on."""

HIDDEN_KEY: Key = attrgetter(
    "depth",
    "normalization",
    "residual",
    "layer_type",
    "optimizer",
    "compute_budget",
    "latency_critical",
    "width",
    "task",
    "modality",
    "domain",
    "gated_ffn",
    "adversarial",
    "privacy",
    "input_derivatives",
    "role",
)
"""What a ranking of hidden layers depends on besides the rules: theory, comparisons, precedents, price."""

OUTPUT_KEY: Key = attrgetter("task", "prefer", "modality", "domain")
"""What a ranking of heads depends on besides the rules: the heads made for the task, and precedents."""


@dataclass(frozen=True)
class View:
    """What one panel judges of a case: the description's own situation first, then those neighbours that may be judged
    otherwise. `places` are their places in the case; `patterns` and `transfer` as in `Panel.judge`."""

    places: list[int]
    situations: list[Situation]
    patterns: list[bytes]
    transfer: Floats


class Case:
    """A description and its neighbours; place 0 is the description itself."""

    def __init__(self, rules: RuleSet, request: TaskDescription) -> None:
        self.own, self.assumptions = resolve(request)
        self.request = request
        self.near = neighbours(request, self.own)
        self._situations = [self.own, *(neighbour.situations for neighbour in self.near)]
        flat = [situation for group in self._situations for situation in group]
        self._fired = rules.fired(flat).reshape(len(self._situations), len(self.own), -1)
        self._transfer = np.array([0.0, *map(_transfer, self.near)])

    def fired(self, block: int) -> NDArray[np.bool_]:
        """[rules] what fires for one block of the description itself."""
        return np.asarray(self._fired[0, block])

    def view(self, panel: Panel, block: int, key: Key) -> View:
        """What a panel has to judge of one block; -1 is the last, which feeds the output.

        Neighbours for which the same rules of the role fire, and whose `key` is the same, are judged the same.
        """
        situations = [group[block] for group in self._situations]
        patterns = panel.pool.patterns(self._fired[:, block])
        found = [(pattern, key(one)) for pattern, one in zip(patterns, situations, strict=True)]
        places = [0, *(place for place, one in enumerate(found) if one != found[0])]
        return View(
            places,
            [situations[place] for place in places],
            [patterns[place] for place in places],
            self._transfer[places],
        )


def _transfer(neighbour: Neighbour) -> float:
    return 0.0 if neighbour.change.field in _SAME_OUTCOME else TRANSFER_SD
