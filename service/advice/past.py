"""What past probes of similar networks say beyond rules, theory and comparisons, as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from actwise.contract.evidence import Evidence
from actwise.contract.situation import Situation
from models.prior.prior import Prior
from service.advice.assembly import effect
from service.advice.case import Key

PAST_KEY: Key = attrgetter("classes", "rows", "features", "noise", "heavy_tailed", "cell")
"""What a ranking of hidden layers depends on, besides `case.HIDDEN_KEY`, where past probes speak."""

_NEGLIGIBLE = 0.25
"""Points up to which nothing is said."""


def past_evidence(prior: Prior, situation: Situation, columns: Sequence[int]) -> dict[str, Evidence]:
    """Evidence about the candidates in `columns`, against the mean of these; nothing where it is negligible, or where
    no such networks were trained."""
    if not prior.speaks_of(situation):
        return {}
    effects, spread = prior.effects(situation)
    effects = effects[list(columns)] - effects[list(columns)].mean()
    return {
        prior.candidates[column]: _told(prior, situation.layer_type, float(points), spread)
        for column, points in zip(columns, effects, strict=True)
        if abs(points) >= _NEGLIGIBLE
    }


def _told(prior: Prior, layer_type: str, points: float, spread: float) -> Evidence:
    voice = prior.learned.voices[layer_type]
    size = f"{abs(points):.1f} points {'above' if points > 0 else 'below'}"
    return Evidence(
        kind="learned",
        source="past-probes",
        cause="reported_quality",
        claim=f"In past probes of similar networks it came out {size} what rules, theory and comparisons expect.",
        direction="for" if points > 0 else "against",
        effect=effect(points, spread),
        scope=f"{voice.races} small {layer_type} networks, trained briefly; model {prior.learned.version}",
        weight=voice.weight,
    )
