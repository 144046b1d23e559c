"""Training tasks and their results: frozen plain data that survives JSON unchanged."""

from __future__ import annotations

from itertools import product
from typing import Literal

from pydantic import Field, model_validator

from models.networks.shapes import Network
from models.plain import Plain

OptimizerKind = Literal["adam", "sgd"]


def usual_clip(network: Network) -> float | None:
    """The norm to which gradients are usually cut: 1 in recurrent networks, whose gradients grow with the steps
    (Pascanu et al. 2013, On the difficulty of training recurrent neural networks); none elsewhere."""
    return 1.0 if network.family == "recurrent" else None


class TrainingTask(Plain):
    """One population to train: a network for every learning rate and seed, all with one activation and head.

    Everything a member depends on is in here and in the data, so a task gives the same result wherever it is run.
    """

    id: str = Field(min_length=1)
    candidate: str = Field(description="what is judged: the name of an activation or the id of a head")
    activation: str
    head: str
    network: Network
    gain: float = Field(gt=0, description="hidden weights start with standard deviation gain / sqrt(fan in)")
    centred: bool = Field(
        False, description="the incoming weights of each hidden unit start with sum zero, but in the first layer"
    )
    input_gain: float | None = Field(
        None,
        gt=0,
        description="gain of the first layer, whose inputs are standardised; None: 1 if centred, else the gain",
    )
    optimizer: OptimizerKind = "adam"
    learning_rates: tuple[float, ...] = Field(min_length=1, description="highest learning rate, after the warm-up")
    seeds: tuple[int, ...] = Field(min_length=1, description="one initial draw and batch order for each")
    steps: int = Field(ge=1, description="optimiser steps of every member")
    batch_size: int = Field(128, ge=1, description="rows per step; the whole training set when that is smaller")
    seed: int = Field(0, ge=0, description="root seed that all draws derive from")
    metric: str | None = Field(None, description="name of the score; None: the usual one of the data's kind of task")
    target_low: float | None = Field(None, description="lowest possible target where known; else the data tell")
    target_high: float | None = Field(None, description="highest possible target where known; else the data tell")
    clip_norm: float | None = Field(
        None, gt=0, description="each member's gradient is scaled down to this Euclidean norm where it is longer"
    )
    evaluations: int = Field(8, ge=1, description="points on the curve, the last one after the last step")

    @model_validator(mode="after")
    def _check_members(self) -> TrainingTask:
        if min(self.learning_rates) <= 0:
            raise ValueError(f"learning_rates must all be above 0, got {self.learning_rates}")
        if min(self.seeds) < 0:
            raise ValueError(f"seeds must all be 0 or above, got {self.seeds}")
        return self

    @property
    def first_gain(self) -> float:
        """Gain of the first hidden layer."""
        if self.input_gain is not None:
            return self.input_gain
        return 1.0 if self.centred else self.gain

    @property
    def members(self) -> tuple[tuple[float, int], ...]:
        """(learning rate, seed) of every member, in the order of the results."""
        return tuple(product(self.learning_rates, self.seeds))


class MemberResult(Plain):
    """How one network fared.

    A member that diverged has no score, and its shares and ratio are those of nothing: None. Its curve keeps the
    points from before.
    """

    learning_rate: float
    seed: int
    score: float | None = Field(description="validation score after the last step; None: diverged")
    diverged_at: int | None = Field(
        None, description="step at which its loss was not finite or far above the first, or its score not finite"
    )
    curve_steps: tuple[int, ...] = ()
    curve_scores: tuple[float, ...] = ()
    dead_share: float | None = Field(None, description="share of hidden units that pass no gradient on any row")
    saturated_share: float | None = Field(None, description="share of (row, hidden unit) pairs with |slope| < 0.01")
    gradient_ratio: float | None = Field(
        None, description="log10 of first over last hidden layer's RMS gradient; None: one of them is exactly zero"
    )
    training_loss: float | None = Field(None, description="mean batch loss over the last tenth of the steps")


class TaskResult(Plain):
    """What a task gave: its members, in the task's order, and the optimiser steps that were really taken."""

    id: str
    candidate: str
    members: tuple[MemberResult, ...]
    network_steps: int = Field(ge=0, description="steps summed over the members, divergent ones to their last step")
