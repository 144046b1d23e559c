"""Races that the caller's own trainer runs: what is asked, what is to be trained, what came of it, how it stands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator

from actwise.contract.answer import Code, Race
from actwise.contract.evidence import Answer
from actwise.contract.request import Strict, TaskDescription

Name = Annotated[str, Field(min_length=1, max_length=320)]
TaskName = Annotated[str, Field(min_length=1, max_length=100)]
TrainerName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
Factor = Annotated[float, Field(ge=1e-12, le=1e6)]
Kind = Literal["final", "partial", "failed", "diverged", "released"]
RaceStatus = Literal["running", "decided", "undecided", "cancelled"]

LARGEST = 1e60
"""No value of a metric, other than one of a training that diverged, is larger."""
FACTORS = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Learning rates that a race tries unless it is told others, as factors of the trainer's usual one."""


class RaceBudget(Strict):
    """How much may be trained."""

    length: int = Field(ge=1, le=10**9, description="one full training, in `unit`")
    unit: str = Field("epochs", min_length=1, max_length=40, description="what the trainer counts in, such as steps")
    runs: float = Field(
        gt=0, le=1e6, allow_inf_nan=False, description="full trainings in all; a shorter one costs its share"
    )


class RaceRequest(Strict):
    """A race to be run by the caller's trainer.

    `margin` and `baseline` are in the metric. Left open, the first trainings tell: the baseline is the worst of their
    values that is not far out, the margin one hundredth of the way from there to the best.
    """

    description: TaskDescription
    budget: RaceBudget
    metric: str = Field(min_length=1, max_length=60, description="what the trainer measures on validation data")
    direction: Literal["maximize", "minimize"]
    candidates: tuple[Name, ...] | None = Field(
        None, min_length=1, max_length=50, description="activations to race; the leading ones of the answer unless said"
    )
    block: str | None = Field(None, max_length=60, description="block whose activation is raced; the first unless said")
    margin: float | None = Field(
        None, ge=1 / LARGEST, le=LARGEST, description="differences below this do not matter in practice"
    )
    baseline: float | None = Field(
        None, ge=-LARGEST, le=LARGEST, description="value of a useless model; nothing counts for less"
    )
    learning_rate: float | None = Field(
        None, ge=1e-12, le=1e6, description="the trainer's usual one; tasks then name learning rates, too"
    )
    learning_rate_factors: tuple[Factor, ...] = Field(FACTORS, min_length=1, max_length=7)
    most_seeds: int = Field(5, ge=2, le=20, description="most full trainings of one candidate at one learning rate")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="the seed of the first repetition; the next ones follow")
    lease_seconds: float = Field(
        600.0, ge=1, le=604_800, allow_inf_nan=False, description="after this long without a word a task is given on"
    )

    @field_validator("learning_rate_factors")
    @classmethod
    def _distinct(cls, factors: tuple[float, ...]) -> tuple[float, ...]:
        if len(set(factors)) < len(factors):
            raise ValueError("every factor can stand there once only")
        return tuple(sorted(factors))


class RaceStart(Answer):
    """How the weights of the raced layers begin."""

    scheme: str
    gain: float = Field(gt=0, description="weights have standard deviation gain / sqrt(fan_in)")
    centred: bool = Field(False, description="each unit's weights are shifted to sum to zero, but in the first layer")
    first_gain: float = Field(gt=0, description="gain of the first hidden layer")
    note: str | None = None


class RaceCandidate(Answer):
    """One activation of the race."""

    activation: str
    initialization: RaceStart
    code: Code = Code()


class RaceTask(Answer):
    """One training, leased to whoever asked. The same seed means the same initial draws and batches for all."""

    id: str
    attempt: int = Field(ge=1, description="how often it was handed out; send it back with results")
    activation: str
    initialization: RaceStart
    learning_rate_factor: float = Field(description="times the trainer's usual learning rate")
    learning_rate: float | None = Field(description="null where the race does not know the usual one")
    seed: int
    length: int = Field(ge=1, description="how long to train, from scratch, with a schedule of this length")
    unit: str
    lease_seconds: float = Field(description="every partial result begins the lease anew")


class RaceAsk(Strict):
    """A trainer asks for work."""

    trainer: TrainerName | None = Field(
        None, description="who asks; what it was given and does not hold is given to it again at once"
    )
    holding: tuple[TaskName, ...] = Field((), max_length=1_000, description="tasks that the trainer is still training")
    tasks: int = Field(1, ge=1, le=100, description="most tasks that are wanted")


class RaceWork(Answer):
    """What to do next: train these, wait and ask again, or stop, since the race has ended."""

    do: Literal["train", "wait", "stop"]
    tasks: tuple[RaceTask, ...] = ()
    retry_after: float | None = Field(None, description="seconds after which asking again may help")
    status: RaceStatus
    why: str


class RaceResult(Strict):
    """What became of a task: its final value, a partial one, a failure, or that it is given back untrained.

    JSON has no word for values that are not finite: they are told as "diverged". A final value of Python's that is not
    finite, or beyond 1e60, is taken as that.
    """

    task: TaskName
    kind: Kind = Field("final", description="failed and diverged trainings count as a useless model")
    value: float | None = Field(None, ge=-LARGEST, le=LARGEST, description="the metric on validation data")
    at: int | None = Field(None, ge=0, le=10**9, description="how far a partial result is, in the race's unit")
    attempt: int | None = Field(None, ge=1, le=10**9, description="as in the task")
    message: str | None = Field(None, max_length=2_000, description="why it failed")

    @model_validator(mode="before")
    @classmethod
    def _not_finite(cls, data: Any) -> Any:
        value = data.get("value") if isinstance(data, dict) else None
        if not isinstance(value, (int, float)) or abs(value) <= LARGEST or data.get("kind", "final") != "final":
            return data
        rest = {name: item for name, item in data.items() if name != "value"}
        return rest | {"kind": "diverged", "message": f"the value was {float(value)}"}

    @model_validator(mode="after")
    def _complete(self) -> RaceResult:
        if (self.value is None) == (self.kind in ("final", "partial")):
            raise ValueError(f"a {self.kind} result {'needs a' if self.value is None else 'has no'} value")
        if (self.at is None) == (self.kind == "partial"):
            raise ValueError("`at` belongs to a partial result, and only to that")
        return self


class RaceTold(Answer):
    """What became of a result."""

    outcome: Literal["counted", "noted", "repeated", "ignored"] = Field(
        description="counted: a final one; noted: a partial one, or a task given back; repeated: told before"
    )
    why: str | None = Field(None, description="why it was ignored")
    stop: bool = Field(description="there is no use in training this task on")
    status: RaceStatus


class RaceLease(Answer):
    """One task that somebody is training."""

    task: str
    activation: str
    trainer: str | None
    attempt: int
    until: AwareDatetime = Field(description="when it will be given to somebody else, unless something is heard")


class RaceLine(Answer):
    """One line of the list of races."""

    id: str
    status: RaceStatus
    created: AwareDatetime
    metric: str
    candidates: tuple[str, ...]
    results: int = Field(ge=0, description="trainings that have ended")


class RacePage(Answer):
    """A page of races, newest first."""

    items: tuple[RaceLine, ...]
    next: str | None = Field(None, description="cursor of the following page; null on the last one")


class RaceState(Answer):
    """A race as it stands.

    In `standing`, values are in the caller's metric; differences are positive where a candidate is better than the
    leader, whatever the direction. `network_steps` are units of length, and `learning_rate` is a factor where the race
    does not know the usual one.
    """

    id: str
    status: RaceStatus
    created: AwareDatetime
    request: RaceRequest
    candidates: tuple[RaceCandidate, ...] = Field(description="in order of what was expected of them, best first")
    not_raced: tuple[str, ...] = Field((), description="for which the budget was too small")
    tie_group: tuple[str, ...] = Field(description="those not shown to be worse than the best, the leader first")
    summary: tuple[str, ...] = Field(description="what is decided and why, who is out since when, what is left to do")
    standing: Race
    runs_paid: float = Field(ge=0, description="full trainings that the results told so far are worth")
    results: int = Field(ge=0, description="trainings that have ended")
    failures: int = Field(ge=0, description="those of them that failed or diverged")
    last_failure: str | None = Field(None, description="message of the failed training that was told last")
    open: int = Field(ge=0, description="tasks that can be trained now, leased ones included")
    leases: tuple[RaceLease, ...] = ()
