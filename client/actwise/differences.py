"""Two answers side by side: what their descriptions say differently, what became of every choice, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

from actwise.contract.answer import Flip, HiddenChoice, OutputChoice, Recommendation
from actwise.contract.request import Block, TaskDescription
from actwise.differing_evidence import Fired, Reason, fired, reasons


class Told(NamedTuple):
    """The value of a field; `because` says why it was assumed, None where the caller said it."""

    value: Any
    because: str | None


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that both answers see differently; None where one of them has no value for it."""

    field: str
    first: Told | None
    second: Told | None


class Standing(NamedTuple):
    """Where a choice stands. `behind`: points of its mean effect below that of the first choice; tie 1 is the best."""

    rank: int
    tie: int
    chance: float
    behind: float


@dataclass(frozen=True, slots=True)
class ChoiceDifference:
    """One choice in both answers, None where it is not among the choices; the reasons that changed most come first."""

    name: str
    first: Standing | None
    second: Standing | None
    reasons: tuple[Reason, ...]

    @property
    def moved(self) -> bool:
        """Whether its rank or its tie is another."""
        return (self.first and self.first[:2]) != (self.second and self.second[:2])


@dataclass(frozen=True, slots=True)
class RankingDifference:
    """One ranking in both answers; a name is None where an answer has no such ranking."""

    first_name: str | None
    second_name: str | None
    choices: tuple[ChoiceDifference, ...]
    only_first: tuple[Fired, ...]
    only_second: tuple[Fired, ...]

    @property
    def leaders(self) -> tuple[str | None, str | None]:
        """The first choice of each."""
        first = next((one.name for one in self.choices if one.first and one.first.rank == 1), None)
        return first, next((one.name for one in self.choices if one.second and one.second.rank == 1), None)


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything: fields by name, hidden layers block by block, then the output.

    `circumstances` are what answers rest on beside the description: version, rules, past probes, data. `foretold` are
    the sentences in which the first answer already told what one of the changes would bring.
    """

    fields: tuple[FieldDifference, ...]
    circumstances: tuple[FieldDifference, ...]
    hidden: tuple[RankingDifference, ...]
    output: RankingDifference
    foretold: tuple[str, ...]

    @property
    def rankings(self) -> tuple[RankingDifference, ...]:
        """All of them."""
        return (*self.hidden, self.output)


class Ranked(NamedTuple):
    """A ranking under its name; `choices` by the name of each."""

    name: str
    choices: Mapping[str, HiddenChoice | OutputChoice]


def differences(first: Recommendation, second: Recommendation) -> Differences:
    """What is different from the first answer to the second."""
    fields = _fields(_told(first), _told(second))
    hidden = tuple(_ranking(*pair) for pair in _paired(_hidden(first), _hidden(second)))
    output = _ranking(_output(first), _output(second))
    foretold = tuple(_foretold(first.flips, fields, (*hidden, output)))
    return Differences(fields, _fields(_rests_on(first), _rests_on(second)), hidden, output, foretold)


def _rests_on(answer: Recommendation) -> dict[str, Told]:
    receipt = answer.receipt
    found = {"version": receipt.version, "rules": receipt.rules, "learned": receipt.learned, "data": receipt.data}
    return {name: Told(value, None) for name, value in found.items() if value is not None}


def _foretold(
    flips: Sequence[Flip], fields: Sequence[FieldDifference], rankings: Sequence[RankingDifference]
) -> Iterator[str]:
    """Flips whose change was made, and whose first choice it became."""
    made = {one.field: one.second.value for one in fields if one.second}
    leaders = {one.first_name: one.leaders[1] for one in rankings}
    for flip in flips:
        if made.get(flip.field) == flip.value and leaders.get(flip.block) == flip.then:
            yield flip.sentence


def _told(answer: Recommendation) -> dict[str, Told]:
    """Every field with a value; what was assumed replaces what it was made from."""
    stated = {field: Told(value, None) for field, value in _stated(answer.request)}
    return stated | {one.field: Told(one.value, one.because) for one in answer.assumptions}


def _stated(request: TaskDescription) -> Iterator[tuple[str, Any]]:
    said = request.model_dump(mode="json", exclude_defaults=True, exclude={"layers"})
    yield from _flat(said, "")
    blocks = request.layers or ()
    for place, block in enumerate(blocks):
        path = f"layers.{_block_name(block, place, len(blocks))}."
        yield from _flat(block.model_dump(mode="json", exclude_defaults=True, exclude={"name"}), path)


def _block_name(block: Block, place: int, count: int) -> str:
    """As the answer calls it."""
    return block.name or (f"{block.layer_type}-{place + 1}" if count > 1 else block.layer_type)


def _flat(data: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _fields(first: Mapping[str, Told], second: Mapping[str, Told]) -> tuple[FieldDifference, ...]:
    """Fields with different values; those that a caller said come first."""
    names = [name for name in {**first, **second} if _value(first, name) != _value(second, name)]
    found = [FieldDifference(name, first.get(name), second.get(name)) for name in names]
    return tuple(
        sorted(found, key=lambda one: not any(told and told.because is None for told in (one.first, one.second)))
    )


def _value(told: Mapping[str, Told], name: str) -> Any:
    return told[name].value if name in told else None


def _hidden(answer: Recommendation) -> list[Ranked]:
    found = []
    for block in answer.hidden:
        found.append(Ranked(block.block, {one.activation: one for one in block.ranking}))
        if block.gates:
            found.append(Ranked(f"gates of {block.block}", {one.activation: one for one in block.gates}))
    return found


def _output(answer: Recommendation) -> Ranked:
    return Ranked("output", {one.head: one for one in answer.output.ranking})


def _paired(first: Sequence[Ranked], second: Sequence[Ranked]) -> list[tuple[Ranked | None, Ranked | None]]:
    """Rankings of one name together, the others in their order; gates only with gates."""
    names = {one.name for one in first} & {one.name for one in second}
    pairs: list[tuple[Ranked | None, Ranked | None]] = [
        (one, other) for one in first for other in second if one.name == other.name
    ]
    for gates in (False, True):
        one, other = (
            [ranked for ranked in ranking if ranked.name not in names and _gates(ranked) == gates]
            for ranking in (first, second)
        )
        pairs += zip_longest(one, other)
    return pairs


def _gates(ranked: Ranked) -> bool:
    return ranked.name.startswith("gates of ")


def _ranking(first: Ranked | None, second: Ranked | None) -> RankingDifference:
    one, other = _choices(first), _choices(second)
    names = sorted({**one, **other}, key=lambda name: _ranks(one.get(name), other.get(name)))
    both = first is not None and second is not None
    return RankingDifference(
        first_name=first.name if first else None,
        second_name=second.name if second else None,
        choices=tuple(_choice(name, one, other) for name in names),
        only_first=fired(one, other) if both else (),
        only_second=fired(other, one) if both else (),
    )


def _choices(ranked: Ranked | None) -> Mapping[str, HiddenChoice | OutputChoice]:
    return ranked.choices if ranked else {}


def _ranks(one: HiddenChoice | OutputChoice | None, other: HiddenChoice | OutputChoice | None) -> tuple[int, int]:
    """By the better of both ranks."""
    ranks = [choice.rank for choice in (one, other) if choice]
    return min(ranks), other.rank if other else max(ranks)


def _choice(
    name: str, one: Mapping[str, HiddenChoice | OutputChoice], other: Mapping[str, HiddenChoice | OutputChoice]
) -> ChoiceDifference:
    return ChoiceDifference(
        name=name,
        first=_standing(one.get(name), one),
        second=_standing(other.get(name), other),
        reasons=reasons(one[name].evidence, other[name].evidence) if name in one and name in other else (),
    )


def _standing(
    choice: HiddenChoice | OutputChoice | None, ranking: Mapping[str, HiddenChoice | OutputChoice]
) -> Standing | None:
    if choice is None:
        return None
    leader = next(iter(ranking.values()))
    return Standing(
        choice.rank, choice.tie_group, choice.probability_best, round(leader.effect.mean - choice.effect.mean, 2)
    )
