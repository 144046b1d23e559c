"""Answers as rows of plain values, and as pandas frames where pandas is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from actwise.contract.answer import HiddenChoice, Recommendation
    from actwise.contract.diagnosis import Diagnosis
    from actwise.contract.evidence import Effect
    from actwise.contract.quote import Quote

Row = dict[str, Any]
Rows = Literal["choices", "evidence", "race", "curves"]


def recommendation_rows(answer: Recommendation, rows: Rows) -> Iterator[Row]:
    """What stands in an answer: ranked choices, their evidence, the races' candidates, or their learning curves.

    Raises ValueError for another word.
    """
    known = {"choices": _choices, "evidence": _evidence, "race": _entries, "curves": _curves}
    if rows not in known:
        raise ValueError(f"there are no rows {rows!r}: say {', '.join(known)}")
    return known[rows](answer)


def finding_rows(diagnosis: Diagnosis) -> Iterator[Row]:
    """One row for each finding."""
    for found in diagnosis.findings:
        fix = found.fix.sentence if found.fix else None
        proof = found.proof.sentence if found.proof else None
        kept = found.model_dump(include={"check", "severity", "where", "message", "because"})
        yield kept | {"proof": proof, "fix": fix}


def quoted_rows(quote: Quote) -> Iterator[Row]:
    """One row for each candidate of each race."""
    for race in quote.races:
        for name in (*race.raced, *race.not_raced):
            yield {
                "subject": race.subject,
                "candidate": name,
                "raced": name in race.raced,
                "may_lead": name in race.may_lead,
            }


def frame(rows: Iterable[Row]) -> Any:
    """A pandas DataFrame of rows. Raises ImportError with the command that installs pandas."""
    try:
        import pandas  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        raise ImportError("to_frame() needs one more package: pip install pandas") from None
    return pandas.DataFrame(list(rows))


def _ranked(answer: Recommendation) -> Iterator[tuple[str, str, HiddenChoice]]:
    for block in answer.hidden:
        for part, ranking in (("hidden", block.ranking), ("gates", block.gates or ())):
            yield from ((block.block, part, choice) for choice in ranking)


def _choices(answer: Recommendation) -> Iterator[Row]:
    for block, part, choice in _ranked(answer):
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
    for head in answer.output.ranking:
        kept = head.model_dump(include={"rank", "activation", "tie_group", "probability_best", "head", "loss"})
        yield {"block": "output", "part": "output"} | kept | _spread(head.effect)


def _evidence(answer: Recommendation) -> Iterator[Row]:
    chosen = [(block, part, one.activation, one.evidence) for block, part, one in _ranked(answer)]
    chosen += [("output", "output", one.activation, one.evidence) for one in answer.output.ranking]
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


def _entries(answer: Recommendation) -> Iterator[Row]:
    for race in answer.probe.races if answer.probe else ():
        for entry in race.entries:
            yield (
                {"subject": race.subject, "metric": race.metric}
                | entry.model_dump(exclude={"difference", "steps_to_level"})
                | _spread(entry.difference, "difference")
            )


def _curves(answer: Recommendation) -> Iterator[Row]:
    for race in answer.probe.races if answer.probe else ():
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
