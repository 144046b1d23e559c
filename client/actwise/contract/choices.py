"""The ranked choices of an answer: price, start, evidence, lines to paste."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from actwise.contract.evidence import Answer, Citation, Effect, Evidence


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
