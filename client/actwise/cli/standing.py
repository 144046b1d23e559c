"""How a race of one's own trainer stands, for a person."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from actwise.cli.table import race_table
from actwise.contract.race import RaceState


def render(state: RaceState, console: Console) -> None:
    """Print a race: what is decided, who stands how, what is left to do."""
    for sentence in state.summary:
        console.print(Text(sentence))
    console.print(race_table(state.standing))
    budget = state.request.budget
    console.print(
        Text(
            f"{state.runs_paid:g} of {budget.runs:g} full trainings of {budget.length} {budget.unit}; {_counted(state)}"
        )
    )
    if state.last_failure:
        console.print(Text(f"! the last failure: {state.last_failure}"))
    for lease in state.leases:
        trainer = lease.trainer or "somebody"
        console.print(Text(f"  {trainer} trains {lease.activation} until {lease.until:%H:%M:%S} UTC ({lease.task})"))
    console.print(Text(f"{state.id}  {state.status}", style="dim"))


def _counted(state: RaceState) -> str:
    parts = [f"{state.results} results"]
    if state.failures:
        parts.append(f"{state.failures} of them failed or diverged")
    if state.status == "running":
        parts.append(f"{state.open} tasks open")
    return ", ".join(parts)
