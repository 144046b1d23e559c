"""A head: the inseparable bundle from the last layer's units to the loss and back to a prediction."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.heads.estimates import ESTIMATES, Estimate
from models.heads.losses import Loss, get_loss
from models.heads.numerics import FloatArray
from models.heads.scale import TargetScale

Gives = Literal["probabilities", "mean", "median", "quantiles", "distribution", "score", "vector"]


class NotTrainable(ValueError):
    """A head that the probe cannot run: its loss needs more than raw outputs and one target per row."""


@dataclass(frozen=True)
class Head:
    """One output head.

    activation          canonical name of what turns raw outputs into the prediction
    units               raw outputs of the last layer, in words
    from_logits         the loss takes the raw outputs; the network ends in a linear layer
    tasks               kinds of task that the head serves
    gives               what a prediction is
    range_low, -_high   bounds of a prediction, before it is put back on the target's own scale
    link                how the mean follows from the raw output: identity, log, softplus, logit, softmax, ...
    proper              the loss is lowest at the true distribution, mean, median or quantile, so that it can be trusted
    robust              one far target moves the fit by a bounded amount
    zeros_in_target     targets equal to zero are allowed
    vanishing           the gradient by the raw output can vanish although the prediction is wrong
    trainable           the probe can run it; then `loss` and `estimate` are names that it knows
    relative_cost       arithmetic per unit of activation and loss, identity with squared error = 1
    """

    id: str
    title: str
    activation: str
    units: str
    loss: str
    from_logits: bool
    target_transform: str
    bias_initialization: str
    at_inference: str
    tasks: frozenset[str]
    gives: Gives
    link: str
    cautions: tuple[str, ...]
    sources: tuple[str, ...]
    range_low: float = -math.inf
    range_high: float = math.inf
    proper: bool = True
    robust: bool = False
    zeros_in_target: bool = True
    vanishing: bool = False
    trainable: bool = False
    estimate: str | None = None
    relative_cost: float = 1.0

    def unit_count(self, classes: int | None = None, outputs: int = 1) -> int:
        """Raw outputs of the last layer for so many classes and targets at once."""
        return self._run.units(classes, outputs)

    def scale(
        self, targets: NDArray[Any], classes: int | None = None, low: float | None = None, high: float | None = None
    ) -> TargetScale:
        """What training targets [N] or [N, T] say about the head's scale.

        `classes` counts the classes where the rows may miss some; `low` and `high` bound the target where
        that is known, else the least and the greatest training target do.
        """
        return self._run.scale(targets, classes, low, high)

    def transform(self, targets: NDArray[Any], scale: TargetScale) -> NDArray[Any]:
        """Targets as the loss takes them: int64 [N] of class numbers, or float32 [N, T]."""
        return self._run.transform(targets, scale)

    def initial_bias(self, targets: NDArray[Any], scale: TargetScale) -> NDArray[np.float32]:
        """Bias [K] with which weights of zero predict the best constant for these training targets."""
        return self._run.initial_bias(targets, scale)

    def predict(self, raw: FloatArray, scale: TargetScale) -> FloatArray:
        """Predictions [M, B, P] in target units from raw outputs [M, B, K].

        Probabilities of all classes (two for a binary head), of each label, shares, means or medians, quantiles
        (three for each target), or means followed by standard deviations.
        """
        return self._run.predict(raw, scale)

    @property
    def loss_function(self) -> Loss:
        """The loss that the trainer minimises."""
        self._refuse_unless_trainable()
        return get_loss(self.loss)

    @property
    def _run(self) -> Estimate:
        self._refuse_unless_trainable()
        return ESTIMATES[self.estimate or ""]

    def _refuse_unless_trainable(self) -> None:
        if not self.trainable:
            raise NotTrainable(f"the probe cannot train the head {self.id!r} ({self.loss}): see Head.trainable")
