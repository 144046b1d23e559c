"""What Actwise answers: rankings with evidence, the output bundle, flips, scope and receipt."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from actwise.contract.evidence import Answer, Citation, Effect, Evidence
from actwise.contract.frames import Rows, frame, recommendation_rows
from actwise.contract.request import TaskDescription

Status = Literal["complete", "queued", "running", "cancelled", "failed"]


class Assumption(Answer):
    """One field that the caller left open, what was taken for it, and why."""

    field: str
    value: Any
    because: str


class Cost(Answer):
    """Price of computing an activation, relative to ReLU on the same tensor."""

    relative: float = Field(description="forward plus backward, ReLU = 1")
    cost_class: Literal["A", "B", "C", "D"] = Field(description="A is cheapest")


class Code(Answer):
    """Lines to paste; a framework without the function has none."""

    pytorch: str | None = None
    keras: str | None = None
    jax: str | None = None
    sklearn: str | None = None


UsualStart = Literal[
    "pytorch_default",
    "keras_default",
    "flax_default",
    "he",
    "pytorch_gain",
    "forward_gain",
    "backward_gain",
    "recommended",
]


class OtherStart(Answer):
    """What one start of the weights does to an activation in a network of this depth and kind, by mean-field theory."""

    starts: tuple[UsualStart, ...] = Field(description="the usual starts that amount to these weights")
    gain: float = Field(description="in layers as wide as the one before")
    gradient_decades: float = Field(description="log10 of the gradient at the first over that at the last hidden layer")
    variance_last: float = Field(description="of the input to the activation in the last hidden layer, 1e-6 to 1e3")


class StartConflict(Answer):
    """A point on which frameworks, papers and computation start an activation differently."""

    claim: str
    citations: tuple[Citation, ...]


class Initialization(Answer):
    """How to start the weights that feed this activation."""

    scheme: str
    gain: float | None = Field(None, description="weights have standard deviation gain / sqrt(fan_in)")
    note: str | None = None
    calls: Code = Field(Code(), description="lines that start one layer of the block's kind")
    alternatives: tuple[OtherStart, ...] = Field((), description="for the first choices only; never for recurrence")
    conflicts: tuple[StartConflict, ...] = Field((), description="for the first choices only")


class HiddenChoice(Answer):
    """One candidate for the hidden layers of a block, or for its gates."""

    rank: int = Field(ge=1)
    activation: str
    tie_group: int = Field(ge=1, description="choices with one number cannot be told apart")
    probability_best: float = Field(ge=0, le=1)
    effect: Effect
    cost: Cost
    initialization: Initialization
    evidence: tuple[Evidence, ...]
    cautions: tuple[str, ...] = ()
    code: Code = Code()


class GateChoice(Answer):
    """One candidate for one gate of a recurrent cell, in short."""

    rank: int = Field(ge=1)
    activation: str
    tie_group: int = Field(ge=1)
    probability_best: float = Field(ge=0, le=1)
    effect: Effect
    rules: tuple[str, ...] = Field(description="ids of the rules that speak about it, the strongest first")
    cautions: tuple[str, ...] = ()


class BlockRanking(Answer):
    """The ranking of one block of hidden layers, and of its gates where its cell has some."""

    block: str
    ranking: tuple[HiddenChoice, ...]
    gates: tuple[HiddenChoice, ...] | None = Field(
        None, description="one function for all gates, as frameworks have it; for LSTM and GRU only"
    )
    by_gate: dict[str, tuple[GateChoice, ...]] | None = Field(
        None, description="each gate by itself, the first choices only; for LSTM and GRU only"
    )


class OutputChoice(Answer):
    """One output head: an inseparable bundle from the last layer's units to the loss."""

    rank: int = Field(ge=1)
    head: str = Field(description="key in the catalogue of heads")
    activation: str = Field(description="turns the raw output into the prediction")
    units: str = Field(description="raw outputs of the last layer")
    loss: str
    from_logits: bool = Field(description="the loss takes the raw output")
    target_transform: str
    bias_initialization: str
    at_inference: str
    tie_group: int = Field(ge=1)
    probability_best: float = Field(ge=0, le=1)
    effect: Effect
    evidence: tuple[Evidence, ...]
    cautions: tuple[str, ...] = ()
    code: Code = Code()


class OutputRanking(Answer):
    ranking: tuple[OutputChoice, ...]


class Flip(Answer):
    """The smallest change of one field that changes the first choice."""

    field: str
    value: Any = Field(description="the neighbouring value of the field")
    block: str = Field(description="block whose first choice changes, or 'output'")
    now: str
    then: str
    sentence: str


class NearActivation(Answer):
    """A function of the catalogue that is like another one."""

    activation: str
    distance: float = Field(description="root mean square difference for standard normal inputs")


class OwnFormula(Answer):
    """What was found out about one of the caller's formulas."""

    formula: str
    activation: str = Field(description="how the rankings and the probe call it")
    same_as: str | None = Field(description="the function of the catalogue that it is, and then stands for it")
    relation: str | None = Field(description="how it comes from one by factors and shifts")
    nearest: tuple[NearActivation, ...]
    cautions: tuple[str, ...] = ()


class Scope(Answer):
    """What the answer rests on, and how far that reaches."""

    basis: tuple[str, ...]
    covers: str


class Receipt(Answer):
    """What is needed to bring the same bytes back."""

    request: TaskDescription
    version: str
    rules: str = Field(description="hash of the rule set, house rules included")
    learned: str | None = Field(None, description="what was learned from past probes; null where nothing of it counts")
    data: str | None = Field(None, description="fingerprint of the probe's data")


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


class Recommendation(Answer):
    """The answer."""

    id: str
    status: Status
    request: TaskDescription
    assumptions: tuple[Assumption, ...]
    summary: tuple[str, ...] = Field(description="two to four sentences to act on")
    hidden: tuple[BlockRanking, ...]
    output: OutputRanking
    flips: tuple[Flip, ...]
    not_checked: tuple[str, ...]
    scope: Scope
    formulas: tuple[OwnFormula, ...] = Field((), description="the caller's own, which join the rankings")
    probe: ProbeReport | None = None
    receipt: Receipt

    def to_frame(self, rows: Rows = "choices") -> Any:
        """A pandas DataFrame of the ranked choices, their evidence, the races' candidates, or the learning curves.

        Raises ImportError without pandas.
        """
        return frame(recommendation_rows(self, rows))
