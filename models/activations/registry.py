"""All activations by canonical name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from actwise.contract.names import ACTIVATIONS, canonical_name, nearest_name

from . import (
    exponential_units,
    gated,
    linear,
    outputs,
    periodic,
    rectifiers,
    self_gated,
    sigmoids,
    smooth_rectifiers,
)
from .base import Activation

_ALL: tuple[Activation, ...] = (
    linear.Identity(),
    sigmoids.Sigmoid(),
    sigmoids.HardSigmoid(),
    smooth_rectifiers.LogSigmoid(),
    sigmoids.Tanh(),
    sigmoids.LeCunTanh(),
    sigmoids.PenalizedTanh(),
    sigmoids.HardTanh(),
    sigmoids.Softsign(),
    rectifiers.Relu(),
    rectifiers.Relu6(),
    rectifiers.ClippedRelu(),
    rectifiers.LeakyRelu(),
    rectifiers.RandomizedRelu(),
    rectifiers.ParametricRelu(),
    exponential_units.Elu(),
    exponential_units.Celu(),
    exponential_units.Selu(),
    smooth_rectifiers.Softplus(),
    smooth_rectifiers.ShiftedSoftplus(),
    smooth_rectifiers.Squareplus(),
    self_gated.Gelu(),
    self_gated.GeluTanh(),
    self_gated.QuickGelu(),
    self_gated.Silu(),
    self_gated.Swish(),
    self_gated.Mish(),
    self_gated.HardSwish(),
    rectifiers.SquaredRelu(),
    periodic.Sine(),
    periodic.Snake(),
    gated.Glu(),
    gated.ReGlu(),
    gated.GeGlu(),
    gated.SwiGlu(),
    outputs.Softmax(),
    outputs.LogSoftmax(),
    outputs.Exponential(),
)

_CATALOGUE: Mapping[str, Activation] = MappingProxyType({activation.name: activation for activation in _ALL})
_HIDDEN: tuple[Activation, ...] = tuple(activation for activation in _ALL if "hidden" in activation.roles)


class UnknownActivation(KeyError):
    """No activation has this name; `sent` is the name, `nearest` the nearest valid spelling or None."""

    def __init__(self, sent: str) -> None:
        """Find the nearest spelling of what was sent."""
        self.sent = sent
        self.nearest = nearest_name(sent, ACTIVATIONS)
        super().__init__(sent)

    def __str__(self) -> str:
        """What was sent, what may be meant, and all that is allowed."""
        hint = f"did you mean {self.nearest!r}? " if self.nearest else ""
        return f"no activation is called {self.sent!r}; {hint}known: {', '.join(ACTIVATIONS)}"


def catalogue() -> Mapping[str, Activation]:
    """Every activation by its canonical name, in the order of the contract; read-only."""
    return _CATALOGUE


def get(name: str) -> Activation:
    """The activation of that name; aliases, case, spaces and hyphens are understood.

    Raises UnknownActivation, a KeyError that names the nearest spelling.
    """
    found = canonical_name(name)
    if found is None or found not in _CATALOGUE:
        raise UnknownActivation(name)
    return _CATALOGUE[found]


def hidden_candidates() -> tuple[Activation, ...]:
    """The activations that may stand in a hidden layer by themselves, in the order of the contract."""
    return _HIDDEN
