"""Every training that a race on a cheap task can ask for, done once and kept on disk.

A rung trains from scratch, so a race is a function of (candidate, learning rate, rung, seed) -> result. With all of
these in a table, hundreds of races with different seeds cost no training.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.racing.tasks import STEPS, Contest
from models.race.plan import LEARNING_RATES, Entrant
from models.training.run import run_task
from models.training.schedule import evaluation_steps
from models.training.task import MemberResult, TaskResult, TrainingTask

SEEDS = 24
RATES = LEARNING_RATES["adam"]
RUNGS = STEPS // 9, STEPS // 3, STEPS
POINTS = 8


@dataclass(frozen=True)
class ScoreTable:
    """Curves [rungs, candidates, rates, seeds, points], NaN where there is no point, and steps taken [.. seeds]."""

    candidates: tuple[str, ...]
    curves: NDArray[np.float64]
    steps: NDArray[np.int64]

    @property
    def final(self) -> NDArray[np.float64]:
        """Scores after the last step [rungs, candidates, rates, seeds]; NaN: diverged."""
        return self.curves[..., -1]

    def member(self, candidate: str, rate: float, steps: int, seed: int) -> MemberResult:
        """One training, as the trainer would give it."""
        place = RUNGS.index(steps), self.candidates.index(candidate), RATES.index(rate), seed
        curve = self.curves[place]
        whole = bool(np.isfinite(curve[-1]))
        last = _points(steps)
        points = [
            (step, score) for step, score in zip(last, curve[-len(last) :].tolist(), strict=True) if score == score
        ]
        return MemberResult(
            learning_rate=rate,
            seed=seed,
            score=points[-1][1] if whole else None,
            diverged_at=None if whole else int(self.steps[place]),
            curve_steps=tuple(step for step, _ in points),
            curve_scores=tuple(score for _, score in points),
        )

    def run(self, task: TrainingTask, seeds: Mapping[int, int]) -> TaskResult:
        """The result of a task whose seeds stand for others of the table."""
        members = tuple(
            self.member(task.candidate, rate, task.steps, seeds[seed]).model_copy(update={"seed": seed})
            for rate, seed in task.members
        )
        taken = sum(member.diverged_at or task.steps for member in members)
        return TaskResult(id=task.id, candidate=task.candidate, members=members, network_steps=taken)


def table_of(contest: Contest, cache: Path) -> ScoreTable:
    """The table of a task, from the cache where it has been made before and the trainer still gives what it holds."""
    tasks = {(rung, entrant.candidate): _task(contest, entrant, rung) for rung in RUNGS for entrant in contest.entrants}
    digest = hashlib.sha256(contest.data.fingerprint.encode())
    for task in tasks.values():
        digest.update(task.model_dump_json(exclude_defaults=True).encode())
    path = cache / f"{contest.name.replace(' ', '-')}-{digest.hexdigest()[:12]}.npz"
    names = tuple(entrant.candidate for entrant in contest.entrants)
    if not path.exists() or not _still_true(_load(path, names), tasks[RUNGS[0], names[0]], contest):
        results = {key: run_task(task, contest.data) for key, task in tasks.items()}
        _save(path, results, names)
    return _load(path, names)


def _still_true(table: ScoreTable, task: TrainingTask, contest: Contest) -> bool:
    """Whether a task, trained anew, gives what the table holds for it: one of the shortest stands for all."""
    known = table.run(task, {seed: seed for seed in task.seeds})
    now = run_task(task, contest.data)
    return [_told(member) for member in now.members] == [_told(member) for member in known.members]


def _told(member: MemberResult) -> float | None:
    """The score as the table keeps it."""
    return None if member.score is None else float(np.float32(member.score))


def _load(path: Path, names: tuple[str, ...]) -> ScoreTable:
    with np.load(path) as stored:
        return ScoreTable(names, stored["curves"].astype(np.float64), stored["steps"])


def _task(contest: Contest, entrant: Entrant, steps: int) -> TrainingTask:
    return entrant.task(
        f"{steps}/{entrant.candidate}",
        contest.network,
        learning_rates=RATES,
        seeds=tuple(range(SEEDS)),
        steps=steps,
        batch_size=contest.batch_size,
        metric=contest.judged.metric,
        evaluations=len(_points(steps)),
    )


def _save(path: Path, results: Mapping[tuple[int, str], TaskResult], names: tuple[str, ...]) -> None:
    shape = len(RUNGS), len(names), len(RATES), SEEDS
    curves, taken = np.full((*shape, POINTS), np.nan, np.float32), np.zeros(shape, np.int64)
    for (steps, name), result in results.items():
        for member in result.members:
            place = RUNGS.index(steps), names.index(name), RATES.index(member.learning_rate), member.seed
            start = POINTS - len(_points(steps))
            curves[place][start : start + len(member.curve_scores)] = member.curve_scores
            taken[place] = member.diverged_at or steps
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft.npz")
    np.savez_compressed(draft, curves=curves, steps=taken)
    draft.rename(path)


def _points(steps: int) -> tuple[int, ...]:
    """Where curves have points: all along the last rung, and at the end of the shorter ones."""
    return evaluation_steps(steps, POINTS if steps == RUNGS[-1] else 1)
