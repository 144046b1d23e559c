"""A race is shown as it eliminated candidates, running or done."""

from __future__ import annotations

from typing import Literal

from actwise.contract.answer import MemberCurve, ProbeReport, Race, RaceEntry
from actwise.contract.evidence import Effect
from service.pages.race import probe_view, race_view


def entry(name: str, status: Literal["in_group", "dropped", "diverged"], dropped_at: int | None) -> RaceEntry:
    lost = status == "diverged"
    return RaceEntry(
        candidate=name,
        status=status,
        learning_rate=None if lost else 0.01,
        seeds=3,
        score=None if lost else 0.9,
        difference=None if lost else Effect(mean=-0.01, low=-0.02, high=0.0),
        dropped_at=dropped_at,
    )


def race(stopped: Literal["running", "decided"] = "decided") -> Race:
    return Race(
        subject="dense",
        metric="accuracy",
        rungs=(20, 80, 320),
        entries=(entry("relu", "in_group", None), entry("tanh", "dropped", 1), entry("sine", "diverged", 0)),
        network_steps=1_234,
        stopped=stopped,
        curves=(
            MemberCurve(candidate="relu", steps=(10, 20), score=(0.5, 0.9), low=(0.4, 0.8), high=(0.6, 1.0)),
            MemberCurve(candidate="tanh", steps=(20,), score=(0.8,)),
            MemberCurve(candidate="sine", steps=(), score=()),
        ),
    )


def test_each_candidate_fills_the_rungs_that_it_ran() -> None:
    rows = {row.name: row for row in race_view(race()).rows}
    assert rows["relu"].cells == ("ran", "ran", "ran")
    assert rows["tanh"].cells == ("ran", "left", "out")
    assert rows["sine"].cells == ("left", "out", "out")


def test_a_candidate_without_a_score_is_shown_without_one() -> None:
    lost = race_view(race()).rows[2]
    assert (lost.score, lost.difference, lost.learning_rate, lost.interval) == ("–", "–", "–", None)


def test_while_it_runs_nobody_is_in_a_group_yet() -> None:
    running = race_view(race("running"))
    assert [row.fate for row in running.rows] == ["still racing", "dropped", "diverged"]
    assert running.ended == "It is running."


def test_curves_and_their_table_hold_the_same_numbers() -> None:
    plot = race_view(race()).curves
    assert plot is not None
    assert [line["name"] for line in plot.data["lines"]] == ["relu", "tanh"]
    assert plot.columns == ("step", "relu", "tanh")
    assert plot.rows == (("10", "0.5", "–"), ("20", "0.9", "0.8"))


def test_a_band_is_drawn_where_the_range_of_the_seeds_is_known() -> None:
    plot = race_view(race()).curves
    assert plot is not None
    relu, tanh = (line["points"] for line in plot.data["lines"])
    assert relu[1] == {"step": 20, "score": 0.9, "low": 0.8, "high": 1.0}
    assert tanh == [{"step": 20, "score": 0.8}]


def test_a_race_without_curves_has_no_plot() -> None:
    assert race_view(race().model_copy(update={"curves": ()})).curves is None


def test_a_probe_that_has_not_begun_is_at_nothing() -> None:
    view = probe_view(ProbeReport(network_steps_budget=5_000))
    assert (view.percent, view.races) == (0, ())
    assert view.steps == "0 of 5,000 training steps"
