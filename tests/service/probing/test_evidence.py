"""From a race to points."""

from __future__ import annotations

import pytest

from actwise.contract.answer import ProbeReport, Race, RaceEntry
from actwise.contract.evidence import Effect
from service.probing.evidence import probe_evidence


def entry(
    name: str, score: float | None, difference: float, status: str = "in_group", dropped_at: int | None = None
) -> RaceEntry:
    effect = (
        Effect(mean=difference, low=difference - 0.01, high=difference + 0.01)
        if difference
        else Effect(mean=0, low=0, high=0)
    )
    return RaceEntry(
        candidate=name,
        status=status,
        learning_rate=None if score is None else 0.01,
        seeds=5,
        score=score,
        difference=None if score is None else effect,
        dropped_at=dropped_at,
    )


def report(*entries: RaceEntry, data: str = "your data, mine.csv", baseline: float = 0.1) -> ProbeReport:
    race = Race(
        subject="dense",
        metric="accuracy",
        rungs=(100, 300, 900),
        entries=entries,
        network_steps=1,
        stopped="decided",
        baseline=baseline,
    )
    return ProbeReport(network_steps_budget=1, data=data, races=(race,))


def test_a_race_that_nobody_ran_or_won_says_nothing() -> None:
    assert probe_evidence(ProbeReport(network_steps_budget=0)) == {}
    assert probe_evidence(report()) == {}
    assert probe_evidence(report(entry("a", 0.1, 0.0), entry("b", 0.1, -1e-12))) == {}


def test_points_count_from_the_trivial_predictor_to_the_best() -> None:
    rows = probe_evidence(report(entry("a", 0.9, 0.0), entry("b", 0.82, -0.08)))["dense"]
    assert rows["a"].mean == 0.0
    assert rows["b"].mean == pytest.approx(-10.0)


def test_a_candidate_that_diverged_is_worth_no_more_than_the_trivial_predictor() -> None:
    rows = probe_evidence(report(entry("a", 0.9, 0.0), entry("b", None, 0.0, "diverged", 0)))["dense"]
    assert rows["b"].mean == -100.0
    assert rows["b"].evidence.direction == "against"


def test_doubt_grows_from_your_data_to_bundled_to_synthetic_ones() -> None:
    entries = (entry("a", 0.9, 0.0), entry("b", 0.82, -0.08))
    kinds = ("your data, mine.csv", "bundled data set digits", "synthetic data: a random teacher network")
    spreads = [probe_evidence(report(*entries, data=kind))["dense"]["b"].sd for kind in kinds]
    assert spreads == sorted(set(spreads))


def test_a_candidate_dropped_before_the_last_rung_is_known_less_well() -> None:
    early = probe_evidence(report(entry("a", 0.9, 0.0), entry("b", 0.7, -0.2, "dropped", 1)))["dense"]["b"]
    late = probe_evidence(report(entry("a", 0.9, 0.0), entry("b", 0.7, -0.2, "dropped", 2)))["dense"]["b"]
    assert early.mean == late.mean
    assert early.sd > late.sd
