"""Losses from raw outputs, by name: those that the probe trains, and closed ones for all other heads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from actwise.contract.names import nearest_name
from models.heads.links import EXPONENTIAL, HYPERBOLIC_TANGENT, LOGISTIC, SOFTPLUS
from models.heads.losses.base import ElementwiseLoss, Loss
from models.heads.losses.classification import BinaryCrossEntropy, CrossEntropy, Focal, SoftCrossEntropy
from models.heads.losses.closed import CLOSED_LOSSES
from models.heads.losses.distributions import CumulativeLink, GaussianNLL, NegativeBinomialNLL
from models.heads.losses.positive import Gamma, Poisson, Tweedie
from models.heads.losses.regression import Absolute, Huber, OrderedQuantile, Quantile, Squared, SquaredBehindLink

_ALL: tuple[Loss, ...] = (
    CrossEntropy(),
    SoftCrossEntropy(),
    BinaryCrossEntropy(),
    Focal(),
    Squared(),
    Absolute(),
    Huber(),
    Quantile(),
    OrderedQuantile(),
    SquaredBehindLink("squared_exp", EXPONENTIAL),
    SquaredBehindLink("squared_softplus", SOFTPLUS),
    SquaredBehindLink("squared_sigmoid", LOGISTIC),
    SquaredBehindLink("squared_tanh", HYPERBOLIC_TANGENT),
    Poisson("exp"),
    Poisson("softplus"),
    Gamma("exp"),
    Gamma("softplus"),
    Tweedie("exp"),
    GaussianNLL("exp"),
    GaussianNLL("softplus"),
    NegativeBinomialNLL(),
    CumulativeLink(),
)
LOSSES: Mapping[str, Loss] = MappingProxyType({loss.name: loss for loss in _ALL})


class UnknownLoss(KeyError):
    """A loss that does not exist; the message holds the nearest that does."""

    def __str__(self) -> str:
        return str(self.args[0])


def get_loss(name: str) -> Loss:
    """The loss called `name`, one that the probe trains or a closed one; UnknownLoss with the nearest spelling."""
    known = {**LOSSES, **CLOSED_LOSSES}
    if name in known:
        return known[name]
    near = nearest_name(name, known)
    hint = f": did you mean {near!r}?" if near else f"; allowed are {', '.join(known)}"
    raise UnknownLoss(f"unknown loss {name[:60]!r}{hint}")


__all__ = ["CLOSED_LOSSES", "LOSSES", "ElementwiseLoss", "Loss", "UnknownLoss", "get_loss"]
