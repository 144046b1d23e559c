"""What signal theory says about one situation, as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from actwise.contract.evidence import Evidence
from actwise.contract.situation import Situation
from models.formulas import FormulaActivation, is_formula, resolve
from models.formulas.start import assessment
from models.theory import CANDIDATES, Assessment, assess, claim
from service.advice.assembly import effect

_NEGLIGIBLE = 1.0
"""Points up to which theory counts as silent."""


def theory_evidence(situation: Situation, names: Sequence[str], weight: float) -> dict[str, list[Evidence]]:
    """Per candidate, the computed evidence for the exact depth, normalisation and residual paths; `weight` is how much
    of it counts."""
    if situation.layer_type == "recurrent":
        return {}
    network = situation.depth, situation.normalization, situation.residual, situation.optimizer
    return {name: [_told(name, *network, weight)] for name in names}


@lru_cache(maxsize=8192)
def _told(name: str, depth: int, normalization: str, residual: bool, optimizer: str, weight: float) -> Evidence:
    found, index = _assessed(name, depth, normalization, residual, optimizer)
    paths = "with" if residual else "without"
    scope = (
        f"wide layers at the recommended start, depth {depth}, normalization {normalization}, {paths} residual paths"
    )
    mean, sd = float(found.effect_mean[index]), float(found.effect_sd[index])
    return _evidence(claim(found, index), mean, sd, scope, weight)


def _assessed(name: str, depth: int, normalization: str, residual: bool, optimizer: str) -> tuple[Assessment, int]:
    """What theory found, and the candidate's place in it."""
    formula = resolve(name) if is_formula(name) else None
    if isinstance(formula, FormulaActivation):
        return assessment(formula, depth, normalization, residual, optimizer), 0
    return assess(depth, normalization, residual, optimizer), CANDIDATES.index(name)


def _evidence(text: str, mean: float, sd: float, scope: str, weight: float) -> Evidence:
    direction = "neutral" if abs(mean) < _NEGLIGIBLE else "for" if mean > 0 else "against"
    return Evidence(
        kind="computed",
        source="theory",
        cause="signal_propagation",
        claim=text,
        direction=direction,
        effect=effect(mean, sd),
        scope=scope,
        weight=weight,
    )
