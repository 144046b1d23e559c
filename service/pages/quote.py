"""What a probe would cost, in words."""

from __future__ import annotations

from dataclasses import dataclass

from actwise.contract.quote import Quote, QuotedRace
from service.pages.words import counted

_NAMED = 12


@dataclass(frozen=True, slots=True)
class RacePrice:
    """One race of the quote."""

    subject: str
    network: str
    raced: str
    leaders: str
    rungs: str


@dataclass(frozen=True, slots=True)
class QuoteView:
    """The quote, ready to be printed."""

    price: str
    refused: str | None
    data: str
    scope: str
    races: tuple[RacePrice, ...]


def quote_view(quote: Quote) -> QuoteView:
    """A quote in words."""
    cores = counted(quote.cores, "core")
    price = f"About {quote.seconds:.0f} seconds on {cores}, {quote.network_steps:,} training steps at most."
    return QuoteView(price, quote.refused, quote.data, quote.scope, tuple(map(_race, quote.races)))


def _race(race: QuotedRace) -> RacePrice:
    return RacePrice(
        subject=race.subject,
        network=race.network,
        raced=_listed(race.raced),
        leaders=_listed(race.may_lead),
        rungs=", then ".join(f"{steps:,}" for steps in race.rungs),
    )


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "") if names else "none"
