"""A quote as a few lines: what a probe would cost, and what it may change."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.quote import Quote, QuotedRace

_SHOWN = 12


def quote_lines(quote: Quote) -> Iterator[str]:
    """The quote, line by line."""
    if quote.refused is not None:
        yield f"No probe can be run: {quote.refused}"
        return
    yield (
        f"At most {quote.seconds:.3g} s on {_count(quote.cores, 'core')}: {quote.network_steps} network-steps; "
        "less when it is decided early"
    )
    yield f"on {quote.data}"
    for race in quote.races:
        yield from _race(race)


def _race(race: QuotedRace) -> Iterator[str]:
    yield f"{race.subject}: {race.network}; trained for {', '.join(map(str, race.rungs))} steps"
    yield f"    may come first   {_listed(race.may_lead)}"
    yield f"    ranks may change {_listed(race.raced)}"
    if race.not_raced:
        yield f"    not raced        {_listed(race.not_raced)}"


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_SHOWN]) or "none"
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
