"""What a probe tells: how far it is, its races, and how every candidate fared and learned."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from actwise.contract.evidence import Answer, Effect


class MemberCurve(Answer):
    """Validation score over training of one candidate at its own best learning rate."""

    candidate: str
    steps: tuple[int, ...]
    score: tuple[float, ...] = Field(description="mean over the seeds")
    low: tuple[float, ...] = Field((), description="of the worst seed at each step; empty where only means are known")
    high: tuple[float, ...] = Field((), description="of the best seed at each step; empty where only means are known")


class RaceEntry(Answer):
    """How one candidate fared in the race."""

    candidate: str
    status: Literal["in_group", "dropped", "diverged"]
    learning_rate: float | None
    seeds: int
    score: float | None = Field(description="mean score at the last rung reached; higher is better")
    difference: Effect | None = Field(description="paired difference to the leader, in the metric")
    dead_share: float | None = Field(None, ge=0, le=1)
    saturated_share: float | None = Field(None, ge=0, le=1)
    gradient_ratio: float | None = Field(None, description="log10 of the first layer's over the last layer's gradient")
    dropped_at: int | None = Field(None, description="rung after which it was dropped")
    steps_to_level: Effect | None = Field(
        None, description="steps of the longest training to the race's level, with interval; None: not by every seed"
    )


class Race(Answer):
    """One race: what was compared, on which score, and how it ended."""

    subject: str = Field(description="block name, or 'output'")
    metric: str
    rungs: tuple[int, ...] = Field(description="training steps per rung")
    entries: tuple[RaceEntry, ...]
    network_steps: int
    stopped: Literal["running", "decided", "budget", "deadline", "cancelled"]
    curves: tuple[MemberCurve, ...] = ()
    baseline: float | None = Field(None, description="score of the trivial predictor")
    level: float | None = Field(None, description="nine tenths of the way from the baseline to the leader's score")


class ProbeReport(Answer):
    """Progress while the probe runs, and its result."""

    network_steps_budget: int
    network_steps_done: int = 0
    progress: float = Field(0.0, ge=0, le=1)
    data: str = ""
    scope: str = ""
    refused: str | None = Field(None, description="why no probe could be run on this data")
    races: tuple[Race, ...] = ()
