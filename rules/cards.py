"""Rules and sources as plain data for the API, the command line and the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from actwise.contract.evidence import Answer, Citation
from rules.bibliography import Read, Source
from rules.causes import CAUSES
from rules.compiled import CompiledRule
from rules.statements import citations
from rules.verdicts import Verdict, trust
from rules.weighing import counts, multiplier


class RuleCard(Answer):
    """One rule: when it fires, what it says about which candidates, how strongly, and who says so."""

    id: str
    role: str
    kind: str
    when: str = Field(description="the conditions in words")
    conditions: dict[str, Any] = Field(description="the conditions as written")
    favours: tuple[str, ...]
    against: tuple[str, ...]
    support: dict[str, float] | None = Field(None, description="share of published networks, in rules of practice")
    excludes: bool
    strength: str | None
    mean: float | None = Field(
        description="size of the effect in points as it is used; none for practice and exclusions"
    )
    sd: float | None
    cause: str
    cause_description: str
    because: str
    citations: tuple[Citation, ...]
    contested: bool
    contested_by: tuple[str, ...]
    caution: str | None
    experiment: str | None
    verification: Verdict | None = Field(None, description="what the experiment said; none: there is none, or not yet")
    scope: str | None
    unverified: bool
    carries: tuple[str, ...] = Field((), description="ids of the claims that the rule stands for")
    multiplier: float | None = Field(
        None, description="what the size is multiplied by in ordinary hidden layers, fitted to its cause; none: 1"
    )
    counts: bool = Field(
        True, description="false: practice, an exclusion, or a claim that is counted from its table instead"
    )


class SourceCard(Answer):
    """One source, how much of it was read, and the rules that cite it."""

    key: str
    title: str
    authors: str
    year: int
    venue: str | None
    url: str | None
    read: Read
    rules: tuple[str, ...]


def rule_card(
    one: CompiledRule, sources: Mapping[str, Source], verdict: Verdict | None = None, house: bool = False
) -> RuleCard:
    """The card of one rule, with what its experiment said."""
    rule = one.rule
    sized = rule.kind != "practice" and not rule.excludes
    return RuleCard(
        id=rule.id,
        role=rule.role,
        kind=rule.kind,
        when=one.when(),
        conditions=rule.when,
        favours=one.favours,
        against=one.against,
        support=rule.support,
        excludes=rule.excludes,
        strength=rule.strength,
        mean=rule.size.mean * trust(verdict) if sized else None,
        sd=rule.size.sd if sized else None,
        cause=rule.cause,
        cause_description=CAUSES[rule.cause],
        because=rule.because,
        citations=citations(rule, sources),
        contested=bool(rule.contested),
        contested_by=rule.contested if isinstance(rule.contested, tuple) else (),
        caution=rule.caution,
        experiment=rule.experiment.id if rule.experiment else None,
        verification=verdict,
        scope=rule.scope,
        unverified=rule.unverified,
        carries=rule.carries,
        multiplier=multiplier(rule, house),
        counts=counts(rule, house),
    )


def source_card(key: str, source: Source, compiled: Sequence[CompiledRule]) -> SourceCard:
    """The card of one source."""
    citing = tuple(one.rule.id for one in compiled if any(found.key == key for found in one.rule.sources))
    return SourceCard(key=key, rules=citing, **source.model_dump())
