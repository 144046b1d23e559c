"""Short wordings that every face of an answer shares."""

from __future__ import annotations

from actwise.contract.answer import ProbeReport, Race
from actwise.contract.evidence import Citation, Effect, Evidence

SIGN = {"for": "+", "against": "-", "neutral": "·"}
_COUNTS = 0.5
"""Points from which a claim is a reason."""


def reason(evidence: tuple[Evidence, ...]) -> str:
    """What was measured, else the strongest claim in favour that counts, else habit, else the strongest of all."""
    measured = [item for item in evidence if item.kind == "measured" and item.source == "probe"]
    favourable = [item for item in evidence if item.direction == "for"]
    counting = [item for item in favourable if item.effect.mean * item.weight >= _COUNTS]
    habits = [item for item in favourable if item.kind == "practice"]
    for item in (*measured, *counting, *habits, *favourable, *evidence):
        return f"{SIGN[item.direction]} {item.claim}"
    return ""


def points(effect: Effect) -> str:
    """An effect with its interval, in points."""
    return f"{effect.mean:+.1f} ({effect.low:+.1f}..{effect.high:+.1f})"


def cited(citation: Citation) -> str:
    """Where a claim can be read, without the address."""
    year = f"({citation.year})" if citation.year else ""
    return " ".join(part for part in (citation.title, year, citation.where or "") if part)


def start(scheme: str, gain: float | None) -> str:
    """How weights begin: the scheme, and the gain where there is one."""
    return scheme if gain is None else f"{scheme} {gain:.3f}"


def progress(report: ProbeReport) -> str:
    """How far a probe is, in a few words; none before its races have begun."""
    return "; ".join(race_progress(race) for race in report.races if race.stopped == "running")


def race_progress(race: Race) -> str:
    """The rung that a race is on, and how many candidates are left."""
    left = sum(entry.status == "in_group" for entry in race.entries)
    return f"{race.subject}: rung {rung(race)} of {len(race.rungs)}, {left} of {len(race.entries)} candidates left"


def rung(race: Race) -> int:
    """The rung that a race is on, counted from 1: the one after the longest training that has a curve."""
    trained = max((curve.steps[-1] for curve in race.curves if curve.steps), default=0)
    return min(len(race.rungs), 1 + sum(steps <= trained for steps in race.rungs))
