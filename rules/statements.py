"""Rules as evidence: one record per rule and candidate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from actwise.contract.evidence import Citation, Effect, Evidence
from rules.bibliography import Source
from rules.compiled import CompiledRule
from rules.format import Reference, Rule
from rules.verdicts import Verdict, trust

_FIFTH_PERCENTILE = -1.6448536269514722
_NOTHING = Effect(mean=0.0, low=0.0, high=0.0)


def evidence_of(
    one: CompiledRule,
    candidate: str,
    sources: Mapping[str, Source],
    verdict: Verdict | None = None,
    weight: float = 1.0,
) -> Evidence:
    """What a rule says about a candidate. Raises ValueError when it says nothing about it.

    Evidence of practice carries no effect on quality; its claim names the share. A claim that our experiment refutes
    keeps a quarter of its size and says so. `weight` is how much of the effect counts where it is shown.
    """
    rule, direction = one.rule, one.direction(candidate)
    if not direction:
        raise ValueError(f"rule {rule.id} says nothing about {candidate}")
    silent = rule.kind == "practice" or rule.excludes
    return Evidence(
        kind=rule.kind,
        source=rule.id,
        cause=rule.cause,
        claim=_claim(rule, candidate) + _doubt(verdict),
        direction="for" if direction > 0 else "against",
        effect=_NOTHING if silent else _effect(rule, direction, trust(verdict)),
        contested=bool(rule.contested),
        citations=citations(rule, sources),
        scope=rule.scope or one.when(),
        weight=1.0 if silent else weight,
    )


def citations(rule: Rule, sources: Mapping[str, Source]) -> tuple[Citation, ...]:
    """The rule's sources as citations."""
    return cited(rule.sources, sources)


def cited(references: Iterable[Reference], sources: Mapping[str, Source]) -> tuple[Citation, ...]:
    """References to the bibliography as citations. Raises KeyError for a key that is not in it."""
    return tuple(
        Citation(
            source=reference.key,
            title=sources[reference.key].title,
            year=sources[reference.key].year,
            where=reference.where,
            url=sources[reference.key].url,
        )
        for reference in references
    )


def _claim(rule: Rule, candidate: str) -> str:
    if rule.kind == "practice":
        share = (rule.support or {})[candidate]
        return f"{rule.because} (about {share:.0%} choose {candidate})"
    return f"excluded: {rule.because}" if rule.excludes else rule.because


def _doubt(verdict: Verdict | None) -> str:
    return f" ({verdict.sentence()})" if verdict and verdict.verdict == "refuted" else ""


def _effect(rule: Rule, direction: int, trusted: float) -> Effect:
    mean, spread = direction * rule.size.mean * trusted, -_FIFTH_PERCENTILE * rule.size.sd
    return Effect(mean=mean, low=round(mean - spread, 2), high=round(mean + spread, 2))
