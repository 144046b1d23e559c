"""What a race will do, fixed before it starts: entrants, learning rates, rungs, seeds and budget.

A network-step is one optimiser step of one network. With K entrants and L learning rates, rungs of S/9 and S steps cost

    K S (2 L / 9 + 2)

so a budget B buys S = B / (K (2 L / 9 + 2 + RESERVE)) steps, where the reserve pays for more seeds and lower learning
rates where they are needed. A third rung between the two would cost more than it saves (docs/race.md). S is kept
between FEWEST_STEPS and `most_steps`; a budget too small for FEWEST_STEPS leaves out the entrants at the end of the
list, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.networks.shapes import Network
from models.race.terms import FIRST_SEEDS, RaceTerms
from models.training.task import OptimizerKind, TrainingTask, usual_clip

LEARNING_RATES: dict[str, tuple[float, ...]] = {
    "adam": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
    "sgd": (1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
}
FEWEST_STEPS = 180
MOST_STEPS = 900
RESERVE = 1.0


class Entrant(BaseModel):
    """One candidate and how its networks are built: what is judged, and everything that goes with it."""

    model_config = ConfigDict(frozen=True)

    candidate: str
    activation: str
    head: str
    gain: float = Field(gt=0)
    centred: bool = False
    input_gain: float | None = Field(None, gt=0, description="gain of the first hidden layer, where it is another")
    outputs: int = Field(ge=1, description="raw outputs that its head needs")

    def task(self, name: str, network: Network, **rest: Any) -> TrainingTask:
        """Its training in such a network, with as many outputs as its head needs.

        `name` becomes the task's id, and `rest` its other fields.
        """
        return TrainingTask(
            id=name,
            candidate=self.candidate,
            activation=self.activation,
            head=self.head,
            network=network.model_copy(update={"outputs": self.outputs}),
            gain=self.gain,
            centred=self.centred,
            input_gain=self.input_gain,
            clip_norm=usual_clip(network),
            **rest,
        )


class RacePlan(RaceTerms):
    """A race of networks that we train ourselves, as plain data."""

    entrants: tuple[Entrant, ...] = Field(min_length=1, description="in order of prior belief, best first")
    network: Network
    optimizer: OptimizerKind = "adam"
    batch_size: int = Field(64, ge=1)
    seed: int = Field(0, ge=0)
    target_low: float | None = Field(None, description="lowest possible target, where it is known")
    target_high: float | None = Field(None, description="highest possible target, where it is known")
    evaluations: int = Field(8, ge=1)

    @property
    def candidates(self) -> tuple[str, ...]:
        return tuple(entrant.candidate for entrant in self.entrants)

    def looks(self, rung: int) -> int:
        """Points on the curve of a training; short ones are asked for their final score alone."""
        return min(self.evaluations, self.rungs[rung]) if rung == len(self.rungs) - 1 else 1


def plan_race(
    key: str,
    subject: str,
    entrants: Sequence[Entrant],
    network: Network,
    budget: int,
    *,
    optimizer: OptimizerKind = "adam",
    most_seeds: int = 5,
    most_steps: int = MOST_STEPS,
    batch_size: int = 64,
    seed: int = 0,
    margin: float = 0.01,
    metric: str = "accuracy",
    baseline: float = 0.0,
    target_low: float | None = None,
    target_high: float | None = None,
) -> RacePlan:
    """A race within `budget` network-steps.

    Raises ValueError when the budget is below `least_budget(2, rates)`: it cannot compare two candidates.
    """
    rates = LEARNING_RATES[optimizer]
    if budget < least_budget(min(2, len(entrants)), len(rates)):
        least = least_budget(2, len(rates))
        raise ValueError(f"{budget} network-steps cannot compare two candidates: at least {least} are needed")
    fitting = min(len(entrants), budget // least_budget(1, len(rates)))
    steps = min(most_steps, int(budget / (fitting * steps_factor(len(rates)))))
    return RacePlan(
        key=key,
        subject=subject,
        entrants=tuple(entrants[:fitting]),
        network=network,
        optimizer=optimizer,
        learning_rates=rates,
        rungs=rungs(steps),
        most_seeds=most_seeds,
        batch_size=batch_size,
        seed=seed,
        margin=margin,
        metric=metric,
        baseline=baseline,
        target_low=target_low,
        target_high=target_high,
        budget=budget,
        notes=_notes(entrants, fitting, steps, most_steps),
    )


def steps_factor(rates: int) -> float:
    """Network-steps that one entrant may need, in units of the last rung's steps."""
    return FIRST_SEEDS * (rates / 9 + 1) + RESERVE


def least_budget(entrants: int, rates: int) -> int:
    """Fewest network-steps with which so many entrants can be compared."""
    return entrants * (int(FEWEST_STEPS * steps_factor(rates)) + 1)


def rungs(steps: int) -> tuple[int, int]:
    """A ninth of the steps, and all of them; every rung is a training of its own, from scratch."""
    return max(1, steps // 9), steps


def _notes(entrants: Sequence[Entrant], fitting: int, steps: int, most_steps: int) -> tuple[str, ...]:
    notes = []
    if fitting < len(entrants):
        left_out = ", ".join(entrant.candidate for entrant in entrants[fitting:])
        notes.append(f"the budget is too small for all candidates: not raced: {left_out}")
    if steps < most_steps:
        notes.append(
            f"the budget allows {steps} steps per network instead of {most_steps}: slow learners may look worse"
        )
    return tuple(notes)
