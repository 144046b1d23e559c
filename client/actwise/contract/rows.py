"""An answer as rows of plain values: ranked choices, their evidence, the races' candidates, their learning curves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from actwise.contract.choices import BlockRanking, HiddenChoice, OutputRanking
from actwise.contract.evidence import Effect
from actwise.contract.frames import Row
from actwise.contract.probe import ProbeReport

Rows = Literal["choices", "evidence", "race", "curves"]
Hidden = tuple[BlockRanking, ...]


def answer_rows(hidden: Hidden, output: OutputRanking, probe: ProbeReport | None, rows: Rows) -> Iterator[Row]:
    """The rows of one kind. Raises ValueError for another word."""
    known = {
        "choices": lambda: _choices(hidden, output),
        "evidence": lambda: _evidence(hidden, output),
        "race": lambda: _entries(probe),
        "curves": lambda: _curves(probe),
    }
    if rows not in known:
        raise ValueError(f"there are no rows {rows!r}: say {', '.join(known)}")
    return known[rows]()


def _ranked(hidden: Hidden) -> Iterator[tuple[str, str, HiddenChoice]]:
    for block in hidden:
        for part, ranking in (("hidden", block.ranking), ("gates", block.gates or ())):
            yield from ((block.block, part, choice) for choice in ranking)


def _choices(hidden: Hidden, output: OutputRanking) -> Iterator[Row]:
    for block, part, choice in _ranked(hidden):
        yield {
            "block": block,
            "part": part,
            "rank": choice.rank,
            "activation": choice.activation,
            "tie_group": choice.tie_group,
            "probability_best": choice.probability_best,
            **_spread(choice.effect),
            "cost": choice.cost.relative,
            "scheme": choice.initialization.scheme,
            "gain": choice.initialization.gain,
        }
    for head in output.ranking:
        kept = head.model_dump(include={"rank", "activation", "tie_group", "probability_best", "head", "loss"})
        yield {"block": "output", "part": "output"} | kept | _spread(head.effect)


def _evidence(hidden: Hidden, output: OutputRanking) -> Iterator[Row]:
    chosen = [(block, part, one.activation, one.evidence) for block, part, one in _ranked(hidden)]
    chosen += [("output", "output", one.activation, one.evidence) for one in output.ranking]
    for block, part, activation, evidence in chosen:
        for item in evidence:
            kept = item.model_dump(include={"kind", "source", "cause", "claim", "direction", "contested", "weight"})
            cited = "; ".join(citation.title for citation in item.citations)
            yield (
                {"block": block, "part": part, "activation": activation}
                | kept
                | _spread(item.effect)
                | {"citations": cited}
            )


def _entries(probe: ProbeReport | None) -> Iterator[Row]:
    for race in probe.races if probe else ():
        for entry in race.entries:
            yield (
                {"subject": race.subject, "metric": race.metric}
                | entry.model_dump(exclude={"difference", "steps_to_level"})
                | _spread(entry.difference, "difference")
            )


def _curves(probe: ProbeReport | None) -> Iterator[Row]:
    for race in probe.races if probe else ():
        for curve in race.curves:
            for step, score in zip(curve.steps, curve.score, strict=True):
                yield {"subject": race.subject, "candidate": curve.candidate, "step": step, "score": score}


def _spread(effect: Effect | None, name: str = "effect") -> Row:
    """An effect in three columns."""
    return {
        name: effect.mean if effect else None,
        f"{name}_low": effect.low if effect else None,
        f"{name}_high": effect.high if effect else None,
    }
