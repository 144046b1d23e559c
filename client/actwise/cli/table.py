"""An answer as a table that a person likes to read."""

from __future__ import annotations

from collections.abc import Container

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from actwise.cli.formulas import formula_lines
from actwise.cli.gates import gate_lines, gate_table
from actwise.cli.starts import start_lines
from actwise.contract.answer import HiddenChoice, OutputChoice, Race, Recommendation
from actwise.contract.evidence import Effect, Evidence
from actwise.phrases import SIGN, cited, points, reason, start

_SHOWN = 8


def render(answer: Recommendation, console: Console, explain: bool) -> None:
    """Print the answer; with `explain`, all evidence, assumptions and what was not checked."""
    for sentence in answer.summary:
        console.print(sentence)
    if answer.formulas:
        console.print(_list("Your formulas", list(formula_lines(answer.formulas))))
    own = {one.activation for one in answer.formulas}
    for block in answer.hidden:
        console.print(_hidden(f"Hidden layers: {block.block}", block.ranking, explain, own))
        if block.gates:
            console.print(_hidden(f"Gates: {block.block}", block.gates, explain))
        if block.by_gate:
            console.print(gate_table(block.block, block.by_gate))
    console.print(_output(answer, explain))
    for race in answer.probe.races if answer.probe else ():
        console.print(race_table(race))
    if answer.flips:
        console.print(_list("What would change this", [flip.sentence for flip in answer.flips]))
    if explain:
        _explain(answer, console)
    console.print(Text(f"{answer.id}  rules {answer.receipt.rules[:12]}", style="dim"))


def _hidden(title: str, ranking: tuple[HiddenChoice, ...], explain: bool, own: Container[str] = ()) -> RenderableType:
    """The first choices and the caller's own."""
    table = _table(title, ("", "activation", "tie", "best", "points", "cost", "start", "why"))
    shown = [choice for choice in ranking if explain or choice.rank <= _SHOWN or choice.activation in own]
    for choice in shown:
        table.add_row(
            str(choice.rank),
            Text(choice.activation, style="bold"),
            str(choice.tie_group),
            _percent(choice.probability_best),
            points(choice.effect),
            f"{choice.cost.relative:.1f}x",
            start(choice.initialization.scheme, choice.initialization.gain),
            reason(choice.evidence),
        )
    left = len(ranking) - len(shown)
    return Group(table, Text(f"  and {left} more: --explain or --json shows all", style="dim")) if left else table


def _output(answer: Recommendation, explain: bool) -> RenderableType:
    table = _table("Output", ("", "activation", "tie", "units", "loss", "from logits", "bias starts at", "why"))
    ranking: tuple[OutputChoice, ...] = answer.output.ranking if explain else answer.output.ranking[:4]
    for choice in ranking:
        table.add_row(
            str(choice.rank),
            Text(choice.activation, style="bold"),
            str(choice.tie_group),
            choice.units,
            choice.loss,
            "yes" if choice.from_logits else "no",
            choice.bias_initialization,
            reason(choice.evidence),
        )
    return table


def race_table(race: Race) -> RenderableType:
    """How the candidates of a race fared."""
    title = f"Race: {race.subject}, {race.metric}, {race.network_steps:,} training steps, {race.stopped}"
    table = _table(
        title, ("candidate", "status", "learning rate", "score", "difference", "dead", "saturated", "gradient")
    )
    for entry in race.entries:
        table.add_row(
            Text(entry.candidate, style="bold" if entry.status == "in_group" else ""),
            entry.status.replace("_", " "),
            _number(entry.learning_rate, "g"),
            _number(entry.score, ".4f"),
            _interval(entry.difference),
            _number(entry.dead_share, ".0%"),
            _number(entry.saturated_share, ".0%"),
            _number(entry.gradient_ratio, "+.1f"),
        )
    return table


def _explain(answer: Recommendation, console: Console) -> None:
    for block in answer.hidden:
        for choice in block.ranking:
            console.print(Text(f"\n{choice.rank}. {choice.activation} ({block.block})", style="bold"))
            for item in choice.evidence:
                console.print(Padding(_claim(item), (0, 0, 0, 3)))
            for caution in choice.cautions:
                console.print(Padding(f"! {caution}", (0, 0, 0, 3)))
            for line in start_lines(choice.initialization, answer.request.framework):
                console.print(Padding(Text(line), (0, 0, 0, 3)))
        if block.by_gate:
            console.print(_list(f"Gates of {block.block}", list(gate_lines(block.by_gate))))
    assumed = [f"{item.field} = {item.value}: {item.because}" for item in answer.assumptions]
    console.print(_list("Assumed", assumed))
    console.print(_list("Not checked", list(answer.not_checked)))


def _claim(item: Evidence) -> str:
    sources = "; ".join(map(cited, item.citations))
    contested = " (contested)" if item.contested else ""
    weight = "habit" if item.kind == "practice" else f"{points(item.effect)} points"
    if item.kind != "practice" and item.weight < 1:
        weight += f", counts {item.weight:.0%}"
    return f"{SIGN[item.direction]} {item.claim}{contested} [{weight}; {sources or item.source}]"


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _list(title: str, lines: list[str]) -> RenderableType:
    return Group(Text(f"\n{title}", style="bold"), *(Text(f"  {line}") for line in lines))


def _interval(effect: Effect | None) -> str:
    return "" if effect is None else f"{effect.mean:+.4f} ({effect.low:+.4f}..{effect.high:+.4f})"


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
