"""What HTTP answers besides recommendations and problems: plain data, described to OpenAPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from actwise.contract.answer import Code, Cost, Initialization
from actwise.contract.evidence import Answer


class ActivationFacts(Answer):
    """Mathematical properties at the initial parameters, each one computed by the conformance suite."""

    low: float | None = Field(description="infimum; null means unbounded")
    high: float | None = Field(description="supremum; null means unbounded")
    smoothness: int | None = Field(description="continuous derivatives; null means infinitely many")
    monotone: bool
    zero_centred: bool = Field(description="the mean for standard normal input is within 0.01 of zero")
    mean: float | None = Field(description="mean for standard normal input; null for functions of a whole row")
    saturates: Literal["no", "left", "right", "both"]
    exact_zeros: bool
    zero_gradient: tuple[float | None, float | None] | None = Field(
        description="hull of the intervals without gradient; a null end means that it goes on for ever"
    )
    lipschitz: float | None = Field(description="largest slope; null means unbounded")
    homogeneous: bool
    odd: bool
    periodic: bool
    piecewise_linear: bool


class ActivationParameter(Answer):
    """A number that training learns."""

    name: str
    initial: float
    per: Literal["channel", "layer"]


class ActivationGains(Answer):
    """Factors for initialisation, by quadrature over standard normal input; null where none exists."""

    forward: float | None = Field(description="1 / sqrt(E f^2): keeps the second moment")
    variance: float | None = Field(description="1 / sqrt(Var f): keeps the variance")
    backward: float | None = Field(description="1 / sqrt(E f'^2): keeps the gradient")


class ActivationEntry(Answer):
    """One activation of the catalogue."""

    name: str
    title: str
    formula: str
    roles: tuple[str, ...]
    cost: Cost
    initialization: Initialization
    facts: ActivationFacts


class Curve(Answer):
    """Points of the function and of its slope."""

    x: tuple[float, ...]
    value: tuple[float, ...]
    slope: tuple[float, ...]


class Spread(Answer):
    """A figure across several seeds: its mean, its lowest and its highest value."""

    mean: float
    low: float
    high: float


class PassportLayer(Answer):
    """One hidden layer of an untrained network."""

    layer: int = Field(ge=1)
    variance: Spread = Field(description="mean square of what enters the activation")
    gradient: Spread = Field(description="root mean square gradient, at the same place, of a random linear output")
    dead_share: Spread = Field(description="share of units whose slope is zero on every input")
    saturated_share: Spread = Field(description="share of units and inputs with a slope below 0.01")


@dataclass(frozen=True, slots=True)
class PassportRequest:
    """The network whose passport is wanted: depth 1-64 hidden layers, width 2-256 units."""

    depth: int
    width: int
    normalization: str
    residual: bool


class SignalPassport(Answer):
    """How signals and gradients travel through an untrained dense network with this activation."""

    depth: int
    width: int
    normalization: str
    residual: bool
    initialization: Initialization
    seeds: int
    gradient_decades: Spread = Field(description="log10 of the first over the last layer's gradient")
    layers: tuple[PassportLayer, ...]


class ActivationDetail(ActivationEntry):
    """Everything that the catalogue knows about one activation."""

    derivative: str
    gains: ActivationGains | None = Field(description="null for functions of a whole row, such as softmax")
    parameters: tuple[ActivationParameter, ...]
    code: Code
    sources: tuple[str, ...]
    curve: Curve = Field(
        description="of a gated unit the gate; of a function of a whole row the first of two, while the other is 0"
    )
    passport: SignalPassport | None = Field(None, description="only when it is asked for")


class ActivationList(Answer):
    """The whole catalogue."""

    items: tuple[ActivationEntry, ...]


class Alive(Answer):
    """The process answers."""

    status: Literal["ok"] = "ok"
    version: str


class Ready(Answer):
    """Every part that requests need is there."""

    status: Literal["ok"] = "ok"
    checks: dict[str, str]
