"""What a probe says about each candidate, in points, and as evidence.

One point is one hundredth of the way from the trivial predictor to the best candidate. A race compares with its
leader; differences of pairs carry the noise of both, so each candidate is given half the variance of its
difference, and the leader the typical one. To that come two things that more seeds cannot remove: that few rows
judge, and that the probe is not the caller's network on the caller's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from statistics import median

from actwise.contract.answer import ProbeReport, Race, RaceEntry
from actwise.contract.evidence import Direction, Effect, Evidence

_TO_SD = 2 * 1.645
_LEAST_RANGE = 1e-9
TRANSFER_SD = {"your data": 0.5, "bundled data": 2.0, "synthetic data": 4.0}
"""Points by which a candidate's standing shifts from the probe to the network described, by kind of data."""
EARLY_SD_SHARE = 0.3
"""Part of the measured distance that a longer training may undo, for candidates dropped before the last rung."""
DIVERGED_SD = 25.0


@dataclass(frozen=True)
class Measurement:
    """One candidate: its effect against the leader of its race, in points, and the same as evidence."""

    mean: float
    sd: float
    evidence: Evidence


def probe_evidence(report: ProbeReport) -> dict[str, dict[str, Measurement]]:
    """Measurements by subject (block name, or "output"), then by candidate. Empty for a refused or unstarted probe.

    Races in which no candidate beats the trivial predictor say nothing and are left out.
    """
    found = {race.subject: _race_evidence(race, report) for race in report.races}
    return {subject: rows for subject, rows in found.items() if rows}


def transfer_sd(report: ProbeReport) -> float:
    """Points by which what a probe measured may mislead about the caller's network, by what it was trained on."""
    return next((sd for kind, sd in TRANSFER_SD.items() if report.data.startswith(kind)), max(TRANSFER_SD.values()))


def _race_evidence(race: Race, report: ProbeReport) -> dict[str, Measurement]:
    scores = [entry.score for entry in race.entries if entry.score is not None]
    best = max(scores, default=None)
    baseline = race.baseline or 0.0
    if best is None or best - baseline <= _LEAST_RANGE:
        return {}
    scale = 100.0 / (best - baseline)
    spreads = [
        _spread(entry) for entry in race.entries if entry.difference and entry.difference.high > entry.difference.low
    ]
    typical = median(spreads) if spreads else 0.0
    return {
        entry.candidate: _measurement(entry, race, report, scale, typical) for entry in race.entries if entry.seeds > 0
    }


def _spread(entry: RaceEntry) -> float:
    """Standard deviation of one candidate's own mean, in the metric."""
    difference = entry.difference
    return (difference.high - difference.low) / _TO_SD / sqrt(2) if difference else 0.0


def _measurement(entry: RaceEntry, race: Race, report: ProbeReport, scale: float, typical: float) -> Measurement:
    transfer = transfer_sd(report)
    if entry.difference is None:
        mean, sd = -100.0, DIVERGED_SD
    else:
        mean = scale * entry.difference.mean
        own = scale * (_spread(entry) or typical)
        early = EARLY_SD_SHARE * abs(mean) if _ended_early(entry, race) else 0.0
        sd = hypot(own, transfer, early)
    return Measurement(mean, sd, _evidence(entry, race, report, mean, sd))


def _ended_early(entry: RaceEntry, race: Race) -> bool:
    return entry.dropped_at is not None and entry.dropped_at < len(race.rungs) - 1


def _evidence(entry: RaceEntry, race: Race, report: ProbeReport, mean: float, sd: float) -> Evidence:
    low, high = mean - 1.645 * sd, mean + 1.645 * sd
    return Evidence(
        kind="measured",
        source="probe",
        cause="outcome",
        claim=_claim(entry, race),
        direction=_direction(entry, mean),
        effect=Effect(mean=round(mean, 3), low=round(low, 3), high=round(high, 3)),
        scope=report.scope or report.data,
    )


def _direction(entry: RaceEntry, mean: float) -> Direction:
    if entry.status != "in_group":
        return "against"
    return "for" if mean >= 0.0 else "neutral"


def _claim(entry: RaceEntry, race: Race) -> str:
    if entry.difference is None or entry.score is None:
        return f"could not be trained: its networks diverged at every learning rate ({race.metric})"
    place = "best of the race" if entry.difference.mean == 0.0 else f"{entry.difference.mean:+.4g} to the best"
    ending = {
        "in_group": "not told apart from the best",
        "dropped": "behind the best of this race by more than chance",
        "diverged": "diverged",
    }[entry.status]
    seeds = f"{entry.seeds} seeds at learning rate {entry.learning_rate:g}"
    return f"{race.metric} {entry.score:.4g} over {seeds}: {place}; {ending}"
