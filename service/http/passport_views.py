"""What HTTP answers about a function in one network: plain data, described to OpenAPI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import Field

from actwise.contract.answer import Initialization, OwnFormula
from actwise.contract.evidence import Answer
from service.http.views import ActivationDetail
from service.passports.network import Wanted


class Figure(Answer):
    """A figure across several seeds; null where it is not finite."""

    mean: float | None
    low: float | None
    high: float | None


class SignalStep(Answer):
    """One time step of a recurrent layer."""

    step: int = Field(ge=1)
    state: Figure = Field(description="log10 of the root mean square of the state after it")
    gradient: Figure = Field(description="log10 of the root mean square gradient there, relative to the last step's")
    dead_share: Figure = Field(description="share of units whose slope is zero on every input")
    saturated_share: Figure = Field(description="share of units and inputs with a slope below 0.01")


class SignalLayer(Answer):
    """One hidden layer of an untrained network."""

    layer: int = Field(ge=1)
    variance: Figure = Field(description="mean square of what enters the function")
    gradient: Figure = Field(description="log10 of the root mean square gradient there, relative to the last layer's")
    dead_share: Figure = Field(description="share of units whose slope is zero on every input")
    saturated_share: Figure = Field(description="share of units and inputs with a slope below 0.01")
    steps: tuple[SignalStep, ...] = Field((), description="of a recurrent layer, the first first")


class TheoryFigures(Answer):
    """What mean-field theory, of infinitely wide layers, expects from the same start."""

    chi: float = Field(description="factor of the squared gradient from one of the last layers to the one before")
    depth_scale: float | None = Field(description="layers over which that is a factor e; null where it stays the same")
    gradient_decades: float = Field(description="log10 of the first over the last layer's gradient")
    related: float = Field(description="correlation, in the last layer, of two inputs that begin at 0.5")
    unrelated: float = Field(description="the same of two inputs that begin at 0")


class SignalFigures(Answer):
    """How signals and gradients travel through an untrained network, over several draws of its weights."""

    initialization: Initialization
    seeds: int
    gradient_decades: Figure = Field(description="log10 of the first over the last layer's gradient")
    layers: tuple[SignalLayer, ...]
    theory: TheoryFigures | None = Field(description="of catalogued functions in dense and convolutional layers")


class FormatDrop(Answer):
    """What trained networks lose when they are stored and run in one format; above 0 is a loss."""

    format: Literal["int8_per_tensor", "int8_per_channel", "float16", "bfloat16"]
    mean: float | None = Field(description="in the metric, over the seeds; null when fewer than two gave numbers")
    low: float | None = Field(description="of a 90 % t-interval")
    high: float | None
    points: float | None = Field(description="the mean in hundredths of the way from a trivial predictor to this one")
    failed: int = Field(description="seeds whose outputs were no longer finite")
    signal_to_noise: float | None = Field(description="decibels, of the raw outputs; null where nothing changed")


class DeploymentFigures(Answer):
    """Short trainings, and their networks in fewer bits."""

    data: str
    metric: str
    baseline: float = Field(description="score of the trivial predictor")
    score: float | None = Field(description="in float32, at the best learning rate; null when none trained")
    learning_rate: float | None
    steps: int
    seeds: int = Field(description="networks that trained")
    drops: tuple[FormatDrop, ...]


class ElementCost(Answer):
    """Time of one element on the machine that answers, measured once."""

    forward_ns: float
    backward_ns: float
    relative_forward: float = Field(description="relu = 1")
    relative_backward: float
    relative: float = Field(description="both together")


class KeptMemory(Answer):
    """What stays in memory between the forward and the backward pass, by our own kernels in float32."""

    reads_value: bool = Field(description="the gradient reads f(x), which the next layer keeps anyway")
    bytes_per_element: int = Field(description="beside that")


class ExportFacts(Answer):
    """What the function becomes on the way to a device."""

    onnx: tuple[str, ...] = Field(description="operators; one where ONNX has the function whole")
    opset: int = Field(description="lowest that has them all")
    older: tuple[str, ...] = Field(description="operators for lower opsets, where there are some")
    settings: str
    tflite: tuple[str, ...] | None = Field(description="built-in operators; null where they cannot make it")
    cudnn: tuple[str, ...] = Field(description="recurrent cells, or gates, that run as one kernel with it")
    sources: dict[str, str]


class Passport(Answer):
    """Everything computed about one function in one network."""

    function: ActivationDetail
    formula: OwnFormula | None = Field(description="for a function of the caller's own")
    network: str
    differences: tuple[str, ...] = Field(description="how the network built differs from the one described")
    signal: SignalFigures | None = Field(description="null for functions that do not stand alone in hidden layers")
    memory: KeptMemory | None
    cost: ElementCost | None
    export: ExportFacts
    deployment: DeploymentFigures | None = Field(description="only when it is asked for")


Passports = Callable[[str, Wanted, bool], Passport]
"""From the name of an activation, or a formula behind "=", to its passport; the flag asks for a training."""
