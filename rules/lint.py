"""Checks on the rules as a set: sources, duplicates, and contradictions that nobody has marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from actwise.contract.names import nearest_name
from rules.bibliography import Source
from rules.causes import CAUSES
from rules.compiled import CompiledRule
from rules.experiments import EXPERIMENTS, TrialFault
from rules.faults import Finding
from rules.format import Rule
from rules.satisfiable import example

Entries = Sequence[tuple[str, Rule]]


def lint(entries: Entries, compiled: Sequence[CompiledRule], sources: Mapping[str, Source]) -> list[Finding]:
    """Every finding about the rules together. `entries` are all rules read, with the file of each;
    `compiled` those of them that could be compiled."""
    files = {rule.id: file for file, rule in entries}
    return [
        *_duplicate_ids(entries),
        *_sources(entries, sources),
        *_vocabulary(entries),
        *_trials(compiled, files),
        *_contested(entries),
        *_duplicates(compiled, files),
        *_contradictions(compiled, files),
    ]


def _duplicate_ids(entries: Entries) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for file, rule in entries:
        if rule.id in seen:
            yield Finding(file, rule.id, f"this id is taken by a rule in {seen[rule.id]}")
        seen.setdefault(rule.id, file)


def _sources(entries: Entries, sources: Mapping[str, Source]) -> Iterator[Finding]:
    for file, rule in entries:
        for reference in rule.sources:
            if reference.key not in sources:
                yield Finding(
                    file, rule.id, f"source {reference.key!r} is in no bibliography{_near(reference.key, sources)}"
                )
        known = [sources[reference.key] for reference in rule.sources if reference.key in sources]
        if known and not rule.unverified and all(source.read == "unverified" for source in known):
            yield Finding(file, rule.id, "rests on sources that nobody has read: mark it unverified")


def _vocabulary(entries: Entries) -> Iterator[Finding]:
    for file, rule in entries:
        if rule.cause not in CAUSES:
            yield Finding(file, rule.id, f"unknown cause {rule.cause!r}{_near(rule.cause, CAUSES)}")
        if rule.experiment is not None and rule.experiment.id not in EXPERIMENTS:
            near = _near(rule.experiment.id, EXPERIMENTS)
            yield Finding(file, rule.id, f"unknown experiment {rule.experiment.id!r}{near}")


def _trials(compiled: Sequence[CompiledRule], files: Mapping[str, str]) -> Iterator[Finding]:
    for one in compiled:
        if one.rule.experiment is not None and one.rule.experiment.id in EXPERIMENTS:
            try:
                one.comparison()
            except TrialFault as fault:
                yield from (Finding(files[one.rule.id], one.rule.id, f"experiment: {text}") for text in fault.faults)


def _contested(entries: Entries) -> Iterator[Finding]:
    ids = {rule.id for _, rule in entries}
    for file, rule in entries:
        for other in rule.contested if isinstance(rule.contested, tuple) else ():
            if other not in ids:
                yield Finding(file, rule.id, f"contested by {other!r}, which is no rule{_near(other, ids)}")


def _duplicates(compiled: Sequence[CompiledRule], files: Mapping[str, str]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for one in compiled:
        said = repr(
            (one.rule.role, one.rule.kind, one.rule.cause, sorted(one.conditions.items()), one.favours, one.against)
        )
        if said in seen:
            yield Finding(files[one.rule.id], one.rule.id, f"says exactly what {seen[said]} says: merge their sources")
        seen.setdefault(said, one.rule.id)


def _contradictions(compiled: Sequence[CompiledRule], files: Mapping[str, str]) -> Iterator[Finding]:
    for first, second in _opposed(compiled):
        marked = first.rule.contests(second.rule.id) and second.rule.contests(first.rule.id)
        if not marked and example(first.conditions, second.conditions) is not None:
            shared = ", ".join(name for name in _spoken(first) if first.direction(name) * second.direction(name) < 0)
            yield Finding(
                files[first.rule.id],
                first.rule.id,
                f"contradicts {second.rule.id} about {shared} ({first.rule.cause}) where both hold: "
                "narrow their conditions, or mark both contested",
            )


def _opposed(compiled: Sequence[CompiledRule]) -> Iterator[tuple[CompiledRule, CompiledRule]]:
    """Pairs of claims of one role and cause that pull a candidate in opposite directions."""
    groups: dict[tuple[str, str], list[CompiledRule]] = defaultdict(list)
    for one in compiled:
        if one.rule.kind != "practice" and not one.rule.excludes:
            groups[one.rule.role, one.rule.cause].append(one)
    for group in groups.values():
        for first, second in combinations(group, 2):
            if set(first.favours) & set(second.against) or set(first.against) & set(second.favours):
                yield first, second


def _spoken(one: CompiledRule) -> tuple[str, ...]:
    return one.favours + one.against


def _near(word: str, allowed: Mapping[str, object] | set[str]) -> str:
    near = nearest_name(word, allowed)
    return f": did you mean {near!r}?" if near else ""
