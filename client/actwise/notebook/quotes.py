"""A quote as HTML: what a probe would cost, and what it may change."""

from __future__ import annotations

from actwise.contract.quote import Quote
from actwise.notebook.elements import Html, element, page, table

_SHOWN = 12


def html(quote: Quote) -> Html:
    """The whole quote."""
    if quote.refused is not None:
        return page(element("p", f"No probe can be run: {quote.refused}"))
    rows = (
        (race.subject, race.network, _listed(race.may_lead), _listed(race.raced), _listed(race.not_raced))
        for race in quote.races
    )
    return page(
        element(
            "p",
            element("b", f"At most {quote.seconds:.3g} s"),
            f" on {quote.cores} core(s): {quote.network_steps:,} network-steps; less when it is decided early.",
        ),
        element("p", f"On {quote.data}"),
        table("Races", ("", "network", "may come first", "ranks may change", "not raced"), rows),
    )


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_SHOWN]) or "none"
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
