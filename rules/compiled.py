"""One rule made ready for use: conditions read, candidates selected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actwise.contract.names import nearest_name
from rules.candidates import CandidateTable
from rules.conditions import Condition, ConditionError, read_condition
from rules.experiments import Comparison, comparison
from rules.fields import FIELDS
from rules.format import Rule
from rules.satisfiable import example
from rules.selectors import read_selectors, select


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule, its conditions, and the candidates that it speaks for and against."""

    rule: Rule
    conditions: Mapping[str, Condition]
    favours: tuple[str, ...]
    against: tuple[str, ...]

    def direction(self, candidate: str) -> int:
        """+1, -1, or 0 when the rule does not speak of the candidate."""
        return (candidate in self.favours) - (candidate in self.against)

    def when(self) -> str:
        """The conditions in words."""
        return ", ".join(condition.words(field) for field, condition in self.conditions.items()) or "always"

    def comparison(self) -> Comparison | None:
        """What the rule's experiment compares; None when it names none. Raises TrialFault."""
        if self.rule.experiment is None:
            return None
        return comparison(self.rule.experiment, self.rule.because, self.conditions, self.favours, self.against)


def compile_rule(rule: Rule, table: CandidateTable) -> tuple[CompiledRule | None, list[str]]:
    """The compiled rule, and everything that is wrong with it; None when it cannot be used at all."""
    faults = list(rule.form_faults())
    conditions = _conditions(rule.when, faults)
    favours = _selection(rule.favours, "for", table, faults)
    against = _selection(rule.against, "against", table, faults)
    if rule.support is not None:
        faults += [_unknown_name(name, table) for name in rule.support if name not in table.properties]
        favours = tuple(name for name in table.names if rule.support.get(name, 0.0) > 0)
    both = [name for name in favours if name in against]
    if both:
        faults.append(f"is both for and against {', '.join(both)}")
    return (None if faults else CompiledRule(rule, conditions, favours, against)), faults


def joined(one: CompiledRule, added: CandidateTable) -> CompiledRule:
    """The rule over more candidates: it speaks of those that its selectors take, but of none for and against at once.

    Rules of practice name who uses what, so they speak of no further candidate.
    """
    if one.rule.support is not None:
        return one
    favours, against = (_taken(raw, added) for raw in (one.rule.favours, one.rule.against))
    return replace(
        one,
        favours=(*one.favours, *(name for name in favours if name not in against)),
        against=(*one.against, *(name for name in against if name not in favours)),
    )


def _taken(raw: Any, added: CandidateTable) -> tuple[str, ...]:
    selectors = read_selectors(raw) if raw is not None else ()
    return tuple(name for name, row in added.properties.items() if any(one.holds(row) for one in selectors))


def _conditions(when: Mapping[str, Any], faults: list[str]) -> dict[str, Condition]:
    before, found = len(faults), {}
    for field, raw in when.items():
        try:
            found[field] = read_condition(raw)
        except ConditionError as error:
            faults.append(f"when.{field}: {error}")
            continue
        faults += _condition_faults(field, found[field])
    if len(faults) == before and example(found) is None:
        faults.append("can never fire: no situation satisfies its conditions together")
    return found


def _condition_faults(field: str, condition: Condition) -> list[str]:
    if field not in FIELDS:
        near = nearest_name(field, FIELDS)
        hint = f"did you mean {near!r}? " if near else ""
        return [f"when.{field}: unknown field of a situation: {hint}Known are {', '.join(FIELDS)}"]
    known = FIELDS[field]
    faults = [f"when.{field} {fault}" for value in condition.values if (fault := known.fault(value))]
    if condition.bounds and not known.numeric:
        faults.append(f"when.{field} is not a number, so it cannot be {' or '.join(condition.bounds)} anything")
    if condition.contains and known.kind not in ("text", "words"):
        faults.append(f"when.{field} is not text: write the value itself instead of contains")
    if known.kind == "words":
        faults += [f"when.{field} {fault}" for word in condition.contains if (fault := known.fault(word))]
        if condition.values:
            faults.append(f"when.{field} is a list: write contains")
    return faults


def _selection(raw: Any, key: str, table: CandidateTable, faults: list[str]) -> tuple[str, ...]:
    if raw is None:
        return ()
    try:
        selectors = read_selectors(raw)
    except ConditionError as error:
        faults.append(f"{key}: {error}")
        return ()
    found: list[str] = []
    chosen = select(selectors, table, found)
    faults += [f"{key}: {fault}" for fault in found]
    return chosen


def _unknown_name(name: str, table: CandidateTable) -> str:
    near = nearest_name(name, table.names)
    hint = f"did you mean {near!r}? " if near else ""
    return f"support: {name!r} is no {table.role} candidate: {hint}Known are {', '.join(table.names)}"
