"""`actwise compare`: two answers, what differs and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from actwise.cli.backend import Backend, choose
from actwise.cli.describe import read_file
from actwise.cli.options import Shape
from actwise.cli.streams import console, say
from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError, Fault
from actwise.contract.reading import read_request
from actwise.differences import (
    ChoiceDifference,
    Differences,
    FieldDifference,
    RankingDifference,
    Standing,
    Told,
    differences,
)
from actwise.differing_evidence import Reason

_FOREMOST = 5
"""How many of the first choices are shown."""
_REASONS = 4
"""How many reasons are told for a choice that came to the top or left it."""


def run(one: str, other: str, url: str | None, shape: Shape) -> None:
    """Print what differs; a request in a file is answered first."""
    backend = choose(url)
    first, second = _answer(one, backend), _answer(other, backend)
    found = differences(first, second)
    if shape == "json":
        say(json.dumps({"ids": [first.id, second.id], **asdict(found)}, indent=2))
    elif shape == "quiet":
        for ranking in found.rankings:
            before, after = ranking.leaders
            if before != after:
                say(f"{_title(ranking)}: {before or '-'} {after or '-'}")
    else:
        _print((first.id, second.id), found)


def _answer(what: str, backend: Backend) -> Recommendation:
    if what.startswith("rec_") and not Path(what).exists():
        return backend.find(what)
    data = read_file(Path(what))
    if isinstance(data, dict) and "receipt" in data:
        try:
            return Recommendation.model_validate(data)
        except ValidationError as error:
            message = f"{what} is no answer of this version: {error.error_count()} fields do not fit"
            raise ContractError((Fault(pointer="", code="invalid", message=message),)) from None
    return backend.recommend(read_request(data), lambda _report: None)


def _print(ids: tuple[str, str], found: Differences) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    out.print(Text(" | ".join(ids)))
    for title, lines in _sections(found):
        kept = list(lines)
        if kept:
            out.print(Text(f"\n{title}", style="bold"))
        for line in kept:
            out.print(Padding(Text(line), (0, 0, 0, 2), expand=False))


def _sections(found: Differences) -> Iterator[tuple[str, Iterable[str]]]:
    yield "Asked differently", map(_field, found.fields)
    yield "Resting on something else", map(_field, found.circumstances)
    yield "First choices", map(_first, found.rankings)
    for ranking in found.rankings:
        yield f"Ranks, {_title(ranking)}", (_moved(one) for one in _foremost(ranking) if one.moved)
    yield "Foretold by the first answer", found.foretold
    for ranking in found.rankings:
        before, after = ranking.leaders
        told = [one for one in ranking.choices if one.name in (before, after)] if before != after else []
        yield (
            f"Why, {_title(ranking)} (points as they count)",
            chain.from_iterable((_reason(one, reason) for reason in one.reasons[:_REASONS]) for one in told),
        )


def _title(ranking: RankingDifference) -> str:
    return " and ".join(dict.fromkeys(name for name in (ranking.first_name, ranking.second_name) if name))


def _first(ranking: RankingDifference) -> str:
    before, after = ranking.leaders
    same = f"{_title(ranking)}: {before}, the same"
    return same if before == after else f"{_title(ranking)}: {before or 'none'} | {after or 'none'}"


def _foremost(ranking: RankingDifference) -> Iterator[ChoiceDifference]:
    """Choices that are among the first in either answer."""
    for one in ranking.choices:
        if min(standing.rank for standing in (one.first, one.second) if standing) <= _FOREMOST:
            yield one


def _moved(one: ChoiceDifference) -> str:
    return f"{one.name}: {_place(one.first)} | {_place(one.second)}"


def _place(standing: Standing | None) -> str:
    return "not ranked" if standing is None else f"{standing.rank}. in tie {standing.tie}, best {standing.chance:.0%}"


def _reason(one: ChoiceDifference, reason: Reason) -> str:
    return f"{one.name} [{_points(reason.first)} | {_points(reason.second)}] {reason.claim} ({reason.source})"


def _points(value: float | None) -> str:
    return "unsaid" if value is None else f"{value:+.1f}"


def _field(one: FieldDifference) -> str:
    return f"{one.field}: {_word(one.first)} | {_word(one.second)}"


def _word(told: Told | None) -> str:
    if told is None:
        return "not said"
    text = told.value if isinstance(told.value, str) else json.dumps(told.value)
    short = text if len(text) <= 60 else f"{text[:12]}..."
    return f"{short} (assumed)" if told.because else short
