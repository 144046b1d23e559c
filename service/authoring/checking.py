"""Whether a case holds: every expectation is checked, and every failure says what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from actwise.contract.answer import BlockRanking, GateChoice, HiddenChoice, Recommendation
from actwise.contract.faults import ContractError
from actwise.contract.names import canonical_name, nearest_name
from actwise.contract.situation import Situation, situations_of
from models.heads import get_head
from rules import RuleSet
from rules.candidates import Role
from rules.trace import trace_of
from service.advice.advisor import Advisor
from service.authoring.cases import Case, Outcome, Ready, read_cases

ALL_GATES = "all"

_SHOWN = 4
"""Choices told of a ranking that is not as expected."""


class Entry(NamedTuple):
    """One choice: what it may be called (the first name is told), its tie group and its effect in points."""

    names: tuple[str, ...]
    tie_group: int
    points: float


class CaseFault(ValueError):
    """A case that asks about something that its description does not have."""


def run_cases(text: str, file: str, advisor: Advisor) -> tuple[Outcome, ...]:
    """How every case of a file fares, in its order; cases that cannot be read are failures."""
    return tuple(
        Outcome(file=file, case=one.label, failures=check(one, advisor)) if isinstance(one, Ready) else one
        for one in read_cases(text, file)
    )


def check(ready: Ready, advisor: Advisor) -> tuple[str, ...]:
    """Everything that is not as expected; empty where the case holds."""
    case, rules = ready.case, advisor.rules
    try:
        answer = advisor.recommend(ready.request)
        situations = situations_of(ready.request)
        index = _block(case, situations)
        ranking = _ranking(case, answer.hidden[index])
    except ContractError as error:
        return tuple(f"{fault.pointer or '/'}: {fault.message}" for fault in error.faults)
    except CaseFault as fault:
        return (str(fault),)
    situation = situations[index]
    role: Role = "gate" if case.gate else "attention_weights" if situation.role == "attention_weights" else "hidden"
    if case.gate and case.gate != ALL_GATES:
        situation = situation.changed(gate=case.gate)
    return (
        *_fired(case, rules, situation),
        *_Ranked(ranking, rules.candidates(role), role).failures(case),
        *_output(case, rules, answer),
    )


def _block(case: Case, situations: Sequence[Situation]) -> int:
    """The index of the block that is meant."""
    names = [one.block for one in situations]
    if case.block is None:
        return 0
    if case.block not in names:
        raise CaseFault(f"block: there is no {case.block!r}{_near(case.block, names)} It can be {', '.join(names)}")
    return names.index(case.block)


def _ranking(case: Case, block: BlockRanking) -> tuple[Entry, ...]:
    if case.gate is None:
        return _entries(block.ranking)
    if not block.gates:
        raise CaseFault(f"gate: {block.block} has no gates, which only LSTM and GRU cells have")
    rankings = {ALL_GATES: _entries(block.gates)}
    rankings |= {gate: _entries(choices) for gate, choices in (block.by_gate or {}).items()}
    if case.gate not in rankings:
        known = ", ".join(rankings)
        raise CaseFault(f"gate: there is no {case.gate!r}{_near(case.gate, rankings)} It can be {known}")
    return rankings[case.gate]


def _entries(choices: Sequence[HiddenChoice | GateChoice]) -> tuple[Entry, ...]:
    return tuple(Entry((one.activation,), one.tie_group, one.effect.mean) for one in choices)


def _fired(case: Case, rules: RuleSet, situation: Situation) -> Iterator[str]:
    for field, wanted in (("fires", True), ("silent", False)):
        for name in getattr(case.expect, field):
            try:
                trace = trace_of(rules.rule(name), situation)
            except KeyError as error:
                yield f"{field}: {error.args[0]}"
                continue
            if trace.fired != wanted:
                conditions = trace.failing if wanted else trace.holds
                yield f"{name} {'does not fire' if wanted else 'fires'}: {', '.join(conditions) or 'it always does'}"


def _output(case: Case, rules: RuleSet, answer: Recommendation) -> tuple[str, ...]:
    expect = case.expect
    entries = [Entry((one.head, one.activation), one.tie_group, one.effect.mean) for one in answer.output.ranking]
    heads = rules.candidates("output")
    known = {*heads, *(get_head(head).activation for head in heads)}
    ranked = _Ranked(entries, known, "output", "output_")
    return (
        *ranked.first(expect.output_first),
        *ranked.above(expect.output_above),
        *ranked.excluded(expect.output_excluded),
    )


class _Ranked:
    """A ranking that is compared with what is expected of it. `prefix` is that of the expectations' names."""

    def __init__(self, entries: Sequence[Entry], known: Iterable[str], role: str, prefix: str = "") -> None:
        self._entries, self._known, self._role, self._prefix = entries, tuple(known), role, prefix

    def failures(self, case: Case) -> Iterator[str]:
        """Everything that is not as the case expects."""
        expect = case.expect
        yield from self.first(expect.first)
        yield from self.not_first(expect.not_first)
        yield from self.above(expect.above)
        yield from self.tied(expect.tied)
        if expect.excluded and case.gate not in (None, ALL_GATES):
            yield "excluded: the ranking of one gate holds the first choices only; say gate: all"
        else:
            yield from self.excluded(expect.excluded)

    def first(self, names: Sequence[str]) -> Iterator[str]:
        """One of the names leads."""
        wanted, unknown = self._canonical("first", names)
        yield from unknown
        if wanted and not set(wanted) & set(self._leader()):
            yield f"{self._prefix}first: wanted {' or '.join(wanted)}, found {self._words()}"

    def not_first(self, names: Sequence[str]) -> Iterator[str]:
        """None of the names leads."""
        unwanted, unknown = self._canonical("not_first", names)
        yield from unknown
        if set(unwanted) & set(self._leader()):
            yield f"{self._prefix}not_first: found {self._words()}"

    def above(self, lists: Sequence[Sequence[str]]) -> Iterator[str]:
        """Each name of a list stands above the next."""
        for names in lists:
            wanted, unknown = self._canonical("above", names)
            yield from unknown
            for higher, lower in pairwise(wanted) if not unknown else ():
                places = self._place(higher), self._place(lower)
                if places[0] is None or (places[1] is not None and places[0] >= places[1]):
                    found = ", ".join(self._told(name) for name in (higher, lower))
                    yield f"{self._prefix}above: {higher} does not stand above {lower}: {found}"

    def tied(self, names: Sequence[str]) -> Iterator[str]:
        """All names are in one tie group."""
        wanted, unknown = self._canonical("tied", names)
        yield from unknown
        places = [self._place(name) for name in wanted]
        groups = {None if place is None else self._entries[place].tie_group for place in places}
        if len(groups) > 1 or None in groups:
            yield f"{self._prefix}tied: not one group: {', '.join(map(self._told, wanted))}"

    def excluded(self, names: Sequence[str]) -> Iterator[str]:
        """None of the names is in the ranking."""
        wanted, unknown = self._canonical("excluded", names)
        yield from unknown
        present = [name for name in wanted if self._place(name) is not None]
        if present:
            yield f"{self._prefix}excluded: not so: {', '.join(map(self._told, present))}"

    def _canonical(self, field: str, names: Sequence[str]) -> tuple[list[str], list[str]]:
        """The names as the ranking spells them, and what is wrong with the others."""
        found, unknown = [], []
        for name in names:
            spelled = name if name in self._known else canonical_name(name)
            if spelled in self._known:
                found.append(str(spelled))
            else:
                near = _near(name, self._known)
                unknown.append(f"{self._prefix}{field}: {name!r} is no candidate of the role {self._role}{near}")
        return found, unknown

    def _leader(self) -> tuple[str, ...]:
        return self._entries[0].names

    def _place(self, name: str) -> int | None:
        return next((place for place, entry in enumerate(self._entries) if name in entry.names), None)

    def _told(self, name: str) -> str:
        place = self._place(name)
        if place is None:
            return f"{name} is not in the ranking"
        entry = self._entries[place]
        return f"{name} is {place + 1}. in tie group {entry.tie_group} with {entry.points:+.1f} points"

    def _words(self) -> str:
        shown = (
            f"{place}. {entry.names[0]} (tie group {entry.tie_group}, {entry.points:+.1f})"
            for place, entry in enumerate(self._entries[:_SHOWN], start=1)
        )
        return ", ".join(shown)


def _near(word: str, allowed: Iterable[str]) -> str:
    near = nearest_name(word, allowed)
    return f": did you mean {near!r}?" if near else ""
