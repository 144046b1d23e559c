"""A recommendation as HTML: what to use, how sure that is, why, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from actwise.contract.answer import BlockRanking, Code, HiddenChoice, OutputChoice, Race, Recommendation
from actwise.contract.evidence import Evidence
from actwise.notebook.elements import (
    Html,
    code,
    element,
    faint,
    folded,
    interval,
    joined,
    listed,
    page,
    sources,
    table,
)
from actwise.phrases import SIGN, points, progress, reason, start

_SHOWN = 8
_HEADS = 4


def html(answer: Recommendation) -> Html:
    """The whole answer."""
    return page(
        *(element("p", sentence, style="margin:.2em 0") for sentence in answer.summary),
        *_under_way(answer),
        *(part for block in answer.hidden for part in _block(block, answer.request.framework)),
        *_output(answer.output.ranking, answer.request.framework),
        *(_race(race) for race in (answer.probe.races if answer.probe else ())),
        folded("What would change this", *_unless_empty(flip.sentence for flip in answer.flips)),
        folded("Assumed", *_unless_empty(f"{one.field} = {one.value}: {one.because}" for one in answer.assumptions)),
        folded("Not checked", *_unless_empty(answer.not_checked)),
        faint(f"{answer.id} · {'; '.join(answer.scope.basis)} · rules {answer.receipt.rules[:12]}"),
    )


def _under_way(answer: Recommendation) -> Iterator[Html]:
    if answer.probe is None or answer.status == "complete":
        return
    done = f"{answer.probe.progress:.3f}"
    bar = element("progress", f"{answer.probe.progress:.0%}", value=done, max="1", aria_label="progress of the probe")
    yield element("p", bar, f" {answer.probe.progress:.0%}, {progress(answer.probe) or answer.status}")


def _block(block: BlockRanking, framework: str | None) -> Iterator[Html]:
    yield from _hidden(f"Hidden layers: {block.block}", block.ranking, framework)
    if block.gates:
        yield from _hidden(f"Gates: {block.block}", block.gates, framework)


def _hidden(title: str, ranking: Sequence[HiddenChoice], framework: str | None) -> Iterator[Html]:
    columns = ("", "activation", "tie", "best", "points", "", "cost", "start", "why")
    shown, rest = ranking[:_SHOWN], ranking[_SHOWN:]
    yield table(title, columns, _hidden_rows(shown, ranking))
    if rest:
        yield folded(f"{len(rest)} more", table("", columns, _hidden_rows(rest, ranking)))
    yield _details(ranking[0], framework)


def _hidden_rows(shown: Sequence[HiddenChoice], ranking: Sequence[HiddenChoice]) -> Iterator[tuple[str, ...]]:
    low, high = _scale(ranking)
    for choice in shown:
        yield (
            str(choice.rank),
            element("b", choice.activation),
            str(choice.tie_group),
            f"{choice.probability_best:.0%}",
            points(choice.effect),
            interval(choice.effect, low, high),
            f"{choice.cost.relative:.1f}x",
            start(choice.initialization.scheme, choice.initialization.gain),
            reason(choice.evidence),
        )


def _output(ranking: Sequence[OutputChoice], framework: str | None) -> Iterator[Html]:
    rows = (
        (
            str(choice.rank),
            element("b", choice.activation),
            str(choice.tie_group),
            choice.units,
            choice.loss,
            "yes" if choice.from_logits else "no",
            choice.bias_initialization,
            reason(choice.evidence),
        )
        for choice in ranking[:_HEADS]
    )
    columns = ("", "activation", "tie", "units", "loss", "from logits", "bias starts at", "why")
    yield table("Output", columns, rows)
    if ranking:
        yield _details(ranking[0], framework)


def _details(choice: HiddenChoice | OutputChoice, framework: str | None) -> Html:
    """Everything about one choice: what speaks for and against it, what to mind, lines to paste."""
    parts = [listed(_claim(item) for item in choice.evidence), listed(choice.cautions)]
    parts += [code(lines) for lines in _lines(choice, framework)]
    return folded(f"{choice.activation}: evidence and code", *(part for part in parts if part))


def _claim(item: Evidence) -> Html:
    weight = "habit" if item.kind == "practice" else f"{points(item.effect)} points"
    return joined([f"{SIGN[item.direction]} {item.claim} ({weight})", sources(item.citations)])


def _lines(choice: HiddenChoice | OutputChoice, framework: str | None) -> Iterator[str]:
    for found in (choice.code, *([choice.initialization.calls] if isinstance(choice, HiddenChoice) else [])):
        lines = getattr(found, framework or "pytorch") or _any(found)
        if lines:
            yield lines


def _any(found: Code) -> str | None:
    return found.pytorch or found.keras or found.jax or found.sklearn


def _race(race: Race) -> Html:
    rows = (
        (
            element("b", entry.candidate) if entry.status == "in_group" else entry.candidate,
            entry.status.replace("_", " "),
            "" if entry.score is None else f"{entry.score:.4f}",
            "" if entry.learning_rate is None else f"{entry.learning_rate:g}",
            str(entry.seeds),
        )
        for entry in race.entries
    )
    title = f"Race: {race.subject}, {race.metric}, {race.network_steps:,} training steps, {race.stopped}"
    return table(title, ("candidate", "status", "score", "learning rate", "seeds"), rows)


def _scale(ranking: Sequence[HiddenChoice]) -> tuple[float, float]:
    """The range of the intervals, with zero."""
    effects = [choice.effect for choice in ranking]
    return min(0.0, *(one.low for one in effects)), max(0.0, *(one.high for one in effects))


def _unless_empty(lines: Iterable[str]) -> Iterator[Html]:
    found = listed(lines)
    if found:
        yield found
