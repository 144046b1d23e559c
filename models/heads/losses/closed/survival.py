"""Closed losses for times to an event that some rows have not seen: hazards, event times, relative risk."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.losses.closed.base import ClosedLoss, RowLoss, Wide, log_sum_exp
from models.heads.losses.closed.ordered import at_risk_mean
from models.heads.numerics import log_softplus, softmax, softplus

NEVER = -1e30


class LogisticHazard(ClosedLoss):
    """softplus(z) - e z over the intervals that each row entered, sigmoid(z) being the hazard [Gensheimer 2019].

    Targets [M, B, 2, K]: a flag for the event in interval k, and one for having entered it. Mean over the latter.
    """

    name = "logistic_hazard"
    formula = "mean over intervals at risk of ln(1 + exp(z)) - e z"

    def evaluate(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        return at_risk_mean(raw, target[:, :, 0], target[:, :, 1])


class PiecewiseHazard(RowLoss):
    """sum_k h_k x_k - e_k ln h_k with constant hazards h = softplus(z) per interval [Kvamme and Borgan 2021].

    Targets [M, B, 2, K]: a flag for the event in interval k, and the time x_k lived in it, in interval lengths.
    """

    name = "piecewise_hazard"
    formula = "sum_k h_k x_k - e_k ln h_k, h = ln(1 + exp(z))"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        event, lived = target[:, :, 0], target[:, :, 1]
        slope = np.empty_like(raw)
        log_hazard = log_softplus(raw, slope)
        hazard: Wide = np.asarray(softplus(raw), dtype=np.float64)
        return (hazard * lived - event * log_hazard).sum(axis=-1), slope * (hazard * lived - event)


class EventTime(RowLoss):
    """-ln softmax(z)_k for an event in interval k, -ln sum_(j > k) softmax(z)_j for a row last seen in interval k.

    The last unit stands for survival beyond the grid [the likelihood of Lee et al. 2018, without its ranking term].
    Targets [M, B, 2]: the number of the interval, and 1 for an event, 0 for a censored row.
    """

    name = "event_time"
    formula = "ln sum_j exp(z_j) - (z_k if the event was seen else ln sum_(j > k) exp(z_j))"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        later = np.arange(raw.shape[-1]) - target[..., :1]
        possible = np.where(target[..., 1:] == 1, later == 0, later > 0)
        kept = np.where(possible, raw, NEVER)
        return log_sum_exp(raw) - log_sum_exp(kept), softmax(raw) - softmax(kept)


class CoxPartialLikelihood(ClosedLoss):
    """Mean over events i of ln sum_(t_j >= t_i) e**z_j - z_i; ties as Breslow [DeepSurv: Katzman et al. 2018].

    Derivative: each row's share in the risk sets of all events, minus its own event. Targets [M, B, 2]: time, and
    1 for an event, 0 for a censored row. Without any event the loss is 0. One unit.
    """

    name = "cox_partial_likelihood"
    formula = "mean over events of ln(sum over t_j >= t_i of exp(z_j)) - z_i"

    def evaluate(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        time, event = target[..., 0], target[..., 1]
        score = raw[..., 0]
        at_risk = np.where(time[:, None, :] >= time[:, :, None], score[:, None, :], NEVER)
        share = event / np.maximum(event.sum(axis=1, keepdims=True), 1)
        loss = (share * (log_sum_exp(at_risk) - score)).sum(axis=1)
        slopes = (share[:, :, None] * softmax(at_risk)).sum(axis=1) - share
        return loss, slopes[..., None]
