"""Each gate of a recurrent cell by itself, one line a gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.table import Table
from rich.text import Text

from actwise.contract.answer import GateChoice

ByGate = Mapping[str, tuple[GateChoice, ...]]


def gate_table(block: str, by_gate: ByGate) -> Table:
    """The first choice for each gate with the rule that speaks loudest, and what comes after it with its tie group."""
    title = f"Each gate by itself: {block}"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("gate", "activation", "best", "points", "then", "rule"):
        table.add_column(column, overflow="fold")
    for gate, (first, *others) in by_gate.items():
        table.add_row(
            gate,
            Text(first.activation, style="bold"),
            f"{first.probability_best:.0%}",
            f"{first.effect.mean:+.1f}",
            ", ".join(_short(other, first) for other in others),
            next(iter(first.rules), ""),
        )
    return table


def gate_lines(by_gate: ByGate) -> Iterator[str]:
    """What speaks about the choices for each gate, and what to mind with the first of them."""
    for gate, choices in by_gate.items():
        for choice in choices:
            yield f"{gate}: {choice.activation} {choice.effect.mean:+.1f} [{', '.join(choice.rules) or 'no rule'}]"
        yield from (f"{gate}: ! {caution}" for caution in choices[0].cautions)


def _short(choice: GateChoice, first: GateChoice) -> str:
    tied = " tied" if choice.tie_group == first.tie_group else ""
    return f"{choice.activation} {choice.effect.mean:+.1f}{tied}"
