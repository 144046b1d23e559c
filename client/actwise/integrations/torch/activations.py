"""A module for every activation of the contract that acts on one value, PyTorch's own where it has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log
from typing import Any

import torch
from torch import nn

from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import canonical_name, nearest_name


class Pointwise(nn.Module):  # type: ignore[misc]  # the library's classes are not typed here
    """An activation that PyTorch has no module for. `name` is its canonical name."""

    name: str


class LeCunTanh(Pointwise):
    """1.7159 tanh(2 x / 3) (LeCun et al. 1998)."""

    name = "lecun_tanh"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return 1.7159 * torch.tanh(x * 2 / 3)


class PenalizedTanh(Pointwise):
    """tanh(x) for x > 0, a quarter of it below (Xu et al. 2016)."""

    name = "penalized_tanh"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return nn.functional.leaky_relu(torch.tanh(x), 0.25)


class ShiftedSoftplus(Pointwise):
    """log(1 + exp(x)) - log(2), zero at zero (Schuett et al. 2017)."""

    name = "shifted_softplus"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return nn.functional.softplus(x) - log(2)


class Squareplus(Pointwise):
    """(x + sqrt(x^2 + 4)) / 2 (Barron 2021)."""

    name = "squareplus"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return (x + torch.sqrt(x * x + 4)) / 2


class QuickGelu(Pointwise):
    """x sigmoid(1.702 x) (Hendrycks and Gimpel 2016)."""

    name = "quick_gelu"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return x * torch.sigmoid(1.702 * x)


class SquaredRelu(Pointwise):
    """max(x, 0)^2 (So et al. 2021)."""

    name = "squared_relu"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return torch.relu(x).square()


class Sine(Pointwise):
    """sin(x)."""

    name = "sine"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return torch.sin(x)


class Exponential(Pointwise):
    """exp(x)."""

    name = "exp"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return torch.exp(x)


class Learned(Pointwise):
    """An activation with one learned number per channel, or one for all.

    Channels are the axis after the batch, as in nn.PReLU; inputs of one axis, and a single number, take any shape.
    """

    def __init__(self, channels: int = 1, initial: float = 1.0, axis: int = 1) -> None:
        super().__init__()
        self.axis = axis
        self.weight = nn.Parameter(torch.full((channels,), initial))

    def along(self, x: torch.Tensor) -> torch.Tensor:
        """The numbers in a shape that broadcasts against `x`."""
        if self.weight.numel() == 1 or x.dim() < 2:
            return self.weight
        axis = self.axis % x.dim()
        return self.weight.view([-1 if one == axis else 1 for one in range(x.dim())])


class Swish(Learned):
    """x sigmoid(b x) with b learned from 1 (Ramachandran et al. 2017)."""

    name = "swish"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return x * torch.sigmoid(self.along(x) * x)


class Snake(Learned):
    """x + sin^2(a x) / a with a learned from 1 and kept above 0.01 (Ziyin et al. 2020)."""

    name = "snake"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        rate = self.along(x).clamp(0.01, 100.0)
        return x + torch.sin(rate * x).square() / rate


class PReLU(Learned):
    """max(x, 0) + a min(x, 0) with a learned from 0.25 (He et al. 2015), for channels on any axis."""

    name = "prelu"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape to the same shape."""
        return x.clamp(min=0) + self.along(x) * x.clamp(max=0)


def _learned(made: type[Learned], initial: float) -> Callable[[int, int], nn.Module]:
    return lambda channels, axis: made(channels, initial, axis)


def _plain(make: Callable[..., nn.Module], *given: Any, **named: Any) -> Callable[[int, int], nn.Module]:
    return lambda _channels, _axis: make(*given, **named)


def _prelu(channels: int, axis: int) -> nn.Module:
    # nn.PReLU knows channels behind the batch only.
    if channels > 1 and axis != 1:
        return _learned(PReLU, 0.25)(channels, axis)
    return nn.PReLU(channels, init=0.25)


MODULES: Mapping[str, Callable[[int, int], nn.Module]] = {
    "identity": _plain(nn.Identity),
    "sigmoid": _plain(nn.Sigmoid),
    "hard_sigmoid": _plain(nn.Hardsigmoid),
    "log_sigmoid": _plain(nn.LogSigmoid),
    "tanh": _plain(nn.Tanh),
    "lecun_tanh": _plain(LeCunTanh),
    "penalized_tanh": _plain(PenalizedTanh),
    "hard_tanh": _plain(nn.Hardtanh),
    "softsign": _plain(nn.Softsign),
    "relu": _plain(nn.ReLU),
    "relu6": _plain(nn.ReLU6),
    "clipped_relu": _plain(nn.Hardtanh, min_val=0.0, max_val=20.0),
    "leaky_relu": _plain(nn.LeakyReLU, negative_slope=0.01),
    "rrelu": _plain(nn.RReLU, lower=1 / 8, upper=1 / 3),
    "prelu": _prelu,
    "elu": _plain(nn.ELU, alpha=1.0),
    "celu": _plain(nn.CELU, alpha=2.0),
    "selu": _plain(nn.SELU),
    "softplus": _plain(nn.Softplus),
    "shifted_softplus": _plain(ShiftedSoftplus),
    "squareplus": _plain(Squareplus),
    "gelu": _plain(nn.GELU, approximate="none"),
    "gelu_tanh": _plain(nn.GELU, approximate="tanh"),
    "quick_gelu": _plain(QuickGelu),
    "silu": _plain(nn.SiLU),
    "swish": _learned(Swish, 1.0),
    "mish": _plain(nn.Mish),
    "hard_swish": _plain(nn.Hardswish),
    "squared_relu": _plain(SquaredRelu),
    "sine": _plain(Sine),
    "snake": _learned(Snake, 1.0),
    "exp": _plain(Exponential),
}
"""What makes each activation, from its number of channels and their axis; both matter to learned ones only."""


def activation(name: str, channels: int = 1, axis: int = 1) -> nn.Module:
    """A new module for an activation, by any of its names.

    `channels` numbers are learned along `axis` where the function learns some; 1 shares one among all values.
    Raises ContractError for a name that is unknown, or of a function of several values (softmax, gated units).
    """
    known = canonical_name(name) or name
    if known not in MODULES:
        near = nearest_name(name[:60], MODULES)
        message = f"no module for {name[:60]!r}" + (f": did you mean {near!r}?" if near else "")
        raise ContractError(
            (Fault(pointer="/name", code="not_allowed", message=message, allowed=tuple(MODULES), nearest=near),)
        )
    return MODULES[known](channels, axis)
