"""What signal theory says about one situation, as evidence."""

from __future__ import annotations

from functools import lru_cache

from actwise.contract.evidence import Evidence
from actwise.contract.situation import Situation
from models.theory import CANDIDATES, assess, claim
from service.advice.assembly import effect

_NEGLIGIBLE = 1.0
"""Points up to which theory counts as silent."""


def theory_evidence(situation: Situation) -> dict[str, list[Evidence]]:
    """Per candidate, the computed evidence for the exact depth, normalisation and residual paths."""
    if situation.layer_type == "recurrent":
        return {}
    return {
        name: [told]
        for name, told in _told(situation.depth, situation.normalization, situation.residual, situation.optimizer)
    }


@lru_cache(maxsize=512)
def _told(depth: int, normalization: str, residual: bool, optimizer: str) -> tuple[tuple[str, Evidence], ...]:
    found = assess(depth, normalization, residual, optimizer)
    paths = "with" if residual else "without"
    scope = (
        f"wide layers at the recommended start, depth {depth}, normalization {normalization}, {paths} residual paths"
    )
    return tuple(
        (name, _evidence(claim(found, index), float(found.effect_mean[index]), float(found.effect_sd[index]), scope))
        for index, name in enumerate(CANDIDATES)
    )


def _evidence(text: str, mean: float, sd: float, scope: str) -> Evidence:
    direction = "neutral" if abs(mean) < _NEGLIGIBLE else "for" if mean > 0 else "against"
    return Evidence(
        kind="computed",
        source="theory",
        cause="signal_propagation",
        claim=text,
        direction=direction,
        effect=effect(mean, sd),
        scope=scope,
    )
