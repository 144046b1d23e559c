"""One ranking in the making: what a panel made of a block, or of the output, and of everything near it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.formulas import resolve
from service.advice.case import View
from service.advice.panel import Judgement, Measured, Panel, Theory
from service.advice.posterior import Floats
from service.probing.evidence import Measurement

Findings = Mapping[str, Mapping[str, Measurement]]
"""What a probe measured, by block (or "output") and candidate."""


class Ranked(NamedTuple):
    """What a panel made of one block, or of the output: of the description itself, and the first choice (an index into
    the panel's candidates, -1 when nothing is left) in each situation of the view."""

    panel: Panel
    view: View
    judgement: Judgement
    firsts: list[int]


def judged(
    panel: Panel, view: View, permitted: NDArray[np.bool_], theory: Theory | None, found: Measured | None
) -> Ranked:
    """Judge all situations of a view."""
    judgement = panel.judge(view.situations, view.patterns, permitted, theory, found, view.transfer)
    return Ranked(panel, view, judgement, judgement.first().tolist())


def measured(panel: Panel, found: Mapping[str, Measurement] | None) -> Measured | None:
    """What a probe found about one block, laid out over the panel's candidates; None when it found nothing."""
    if not found:
        return None
    rows = [found.get(name) for name in panel.candidates]
    return Measured(
        np.array([row.mean if row else 0.0 for row in rows]), np.array([row.sd if row else np.inf for row in rows])
    )


def levels(names: Sequence[str]) -> Floats:
    """[names]: cost level of each activation, 0 (class A) to 3 (class D)."""
    return np.array(["ABCD".index(resolve(name).cost_class) for name in names], dtype=np.float64)
