"""Which published networks use an activation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules.precedents.habits import HIDDEN_NAMES, OUTPUT_NAMES
from rules.precedents.store import Precedent
from service.pages.words import value_words

_CHOICES = {
    "explicit": "written out",
    "default_argument": "a default",
    "framework": "set by the framework",
}


@dataclass(frozen=True, slots=True)
class Network:
    """One published network, and where its choice can be read."""

    name: str
    year: int
    kind: str
    domain: str
    choice: str
    source: str


@dataclass(frozen=True, slots=True)
class Share:
    """Networks of one layer type: those that use the activation, all, and the share as a percentage."""

    kind: str
    count: int
    total: int
    percent: int


@dataclass(frozen=True, slots=True)
class Usage:
    """The networks that use it in one place, the newest first, and their shares by layer type, the largest first."""

    networks: tuple[Network, ...]
    shares: tuple[Share, ...]
    total: int


def hidden_usage(name: str, known: Sequence[Precedent]) -> Usage:
    """Networks with this activation in their hidden layers, among those of which that is known."""
    return _usage(name, [(one, HIDDEN_NAMES.get(one.hidden_activation, one.hidden_activation)) for one in known])


def output_usage(name: str, known: Sequence[Precedent]) -> Usage:
    """Networks with this activation on their output, likewise."""
    pairs = [(one, OUTPUT_NAMES.get(one.output_activation, one.output_activation)) for one in known]
    return _usage(name, pairs, output=True)


def use_counts(known: Sequence[Precedent]) -> Mapping[str, int]:
    """How many networks use each activation somewhere; one that uses it twice counts once."""
    found: Counter[str] = Counter()
    for one in known:
        places = (
            HIDDEN_NAMES.get(one.hidden_activation, one.hidden_activation),
            OUTPUT_NAMES.get(one.output_activation, one.output_activation),
        )
        found.update({name for name in places if name})
    return found


def _usage(name: str, pairs: Iterable[tuple[Precedent, str]], *, output: bool = False) -> Usage:
    told = [(one, choice) for one, choice in pairs if choice]
    using = [one for one, choice in told if choice == name]
    totals = Counter(one.layer_type for one, _ in told)
    counts = Counter(one.layer_type for one in using)
    shares = [
        Share(value_words(kind), count, totals[kind], _percent(count, totals[kind])) for kind, count in counts.items()
    ]
    return Usage(
        networks=tuple(_network(one, output) for one in sorted(using, key=lambda one: (-one.year, one.name))),
        shares=tuple(sorted(shares, key=lambda share: (-share.count / share.total, share.kind))),
        total=len(told),
    )


def _percent(part: int, whole: int) -> int:
    return max(1, round(100 * part / whole))


def _network(one: Precedent, output: bool) -> Network:
    return Network(
        name=one.name,
        year=one.year,
        kind=value_words(one.layer_type),
        domain=one.domain or value_words(one.task),
        choice="" if output else _CHOICES.get(one.choice, one.choice),
        source=(one.output_source if output else one.source) or one.source,
    )
