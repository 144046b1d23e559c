"""Rules as evidence: one record per rule and candidate."""

from __future__ import annotations

from collections.abc import Mapping

from actwise.contract.evidence import Citation, Effect, Evidence
from rules.bibliography import Source
from rules.compiled import CompiledRule
from rules.format import Rule

_FIFTH_PERCENTILE = -1.6448536269514722
_NOTHING = Effect(mean=0.0, low=0.0, high=0.0)


def evidence_of(one: CompiledRule, candidate: str, sources: Mapping[str, Source]) -> Evidence:
    """What a rule says about a candidate. Raises ValueError when it says nothing about it.

    Evidence of practice carries no effect on quality; its claim names the share.
    """
    rule, direction = one.rule, one.direction(candidate)
    if not direction:
        raise ValueError(f"rule {rule.id} says nothing about {candidate}")
    silent = rule.kind == "practice" or rule.excludes
    return Evidence(
        kind=rule.kind,
        source=rule.id,
        cause=rule.cause,
        claim=_claim(rule, candidate),
        direction="for" if direction > 0 else "against",
        effect=_NOTHING if silent else _effect(rule, direction),
        contested=bool(rule.contested),
        citations=citations(rule, sources),
        scope=rule.scope or one.when(),
    )


def citations(rule: Rule, sources: Mapping[str, Source]) -> tuple[Citation, ...]:
    """The rule's sources as citations."""
    return tuple(
        Citation(
            source=reference.key,
            title=sources[reference.key].title,
            year=sources[reference.key].year,
            where=reference.where,
            url=sources[reference.key].url,
        )
        for reference in rule.sources
    )


def _claim(rule: Rule, candidate: str) -> str:
    if rule.kind == "practice":
        share = (rule.support or {})[candidate]
        return f"{rule.because} (about {share:.0%} choose {candidate})"
    return f"excluded: {rule.because}" if rule.excludes else rule.because


def _effect(rule: Rule, direction: int) -> Effect:
    mean, spread = direction * rule.size.mean, -_FIFTH_PERCENTILE * rule.size.sd
    return Effect(mean=mean, low=round(mean - spread, 2), high=round(mean + spread, 2))
