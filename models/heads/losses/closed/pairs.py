"""Closed losses of scores: the order of a pair, and a discriminator's or critic's judgement of real and made."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.losses.closed.base import RowLoss, Wide
from models.heads.numerics import sigmoid, softplus


class PairwiseLogistic(RowLoss):
    """softplus(z_2 - z_1) for the score z_1 of the preferred of two items [BPR: Rendle et al. 2009].

    Derivatives -sigmoid(z_2 - z_1) and its opposite. Targets are not looked at: the pair [M, B, 2] says it all.
    """

    name = "pairwise_logistic"
    formula = "ln(1 + exp(z_2 - z_1))"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        difference = raw[..., 1] - raw[..., 0]
        push = sigmoid(difference)
        return np.asarray(softplus(difference), dtype=np.float64), np.stack([-push, push], axis=-1)


class Hinge(RowLoss):
    """max(0, 1 - u), u = z for real rows (y = 1), -z for made ones (y = 0), [M, B, K]; 0 beyond the margin."""

    name = "hinge"
    formula = "max(0, 1 - u), u = z if y = 1 else -z"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        sign = 2 * target - 1
        gap = 1 - sign * raw
        return np.maximum(gap, 0).mean(axis=-1), -sign * (gap > 0) / raw.shape[-1]


class Critic(RowLoss):
    """-u, u = z for real rows (y = 1), -z for made ones (y = 0): the Wasserstein critic, without its penalty."""

    name = "critic"
    formula = "-z if y = 1 else z"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        sign = 2 * target - 1
        return (-sign * raw).mean(axis=-1), (-sign + 0 * raw) / raw.shape[-1]
