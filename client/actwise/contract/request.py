"""What a caller may say: the description of a task, of its network and of the probe wanted."""

from __future__ import annotations

from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from actwise.contract.names import ACTIVATIONS, canonical_name, nearest_name
from actwise.contract.vocabulary import (
    Cell,
    ComputeBudget,
    DeploymentTarget,
    Framework,
    LayerType,
    Modality,
    Noise,
    Normalization,
    Optimizer,
    Precision,
    Prefer,
    Privacy,
    Role,
    RowForm,
    Task,
)

Depth = Annotated[int, Field(ge=1, le=10_000, description="hidden layers (blocks, for attention)")]
Width = Annotated[int, Field(ge=1, le=1_000_000, description="units per hidden layer")]


class Strict(BaseModel):
    """The base of everything a caller sends: frozen, an unknown field is an error, and "8" is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=2_000)

    @field_validator("*", mode="before")
    @classmethod
    def _as_sent(cls, value: Any, info: ValidationInfo) -> Any:
        kinds = _scalar_kinds(cls, str(info.field_name))
        if kinds & {int, float} and isinstance(value, (str, bool)):
            raise ValueError("a number is wanted, not text or a truth value")
        if bool in kinds and not isinstance(value, (bool, NoneType)):
            raise ValueError("true or false is wanted")
        return value


@cache
def _scalar_kinds(model: type[BaseModel], field: str) -> frozenset[Any]:
    """The types of a field that is a single value: words of a Literal, lists and mappings have none."""
    return _leaves(model.model_fields[field].annotation)


def _leaves(annotation: Any) -> frozenset[Any]:
    if get_origin(annotation) in (Literal, tuple, dict):
        return frozenset()
    inner = get_args(annotation)
    return frozenset().union(*map(_leaves, inner)) if inner else frozenset({annotation})


class Target(Strict):
    """What is known about the values to be predicted."""

    low: float | None = Field(None, allow_inf_nan=False, description="no target is below this")
    high: float | None = Field(None, allow_inf_nan=False, description="no target is above this")
    integer: bool | None = Field(None, description="targets are whole numbers")
    orders_of_magnitude: float | None = Field(
        None, ge=0, le=300, description="log10 of the largest over the smallest positive target"
    )
    zero_share: float | None = Field(None, ge=0, le=1, description="share of targets equal to zero")
    overdispersed: bool | None = Field(None, description="a count whose variance exceeds its mean")
    heavy_tailed: bool | None = Field(None, description="outliers are part of the target")
    mean: float | None = Field(None, allow_inf_nan=False, description="mean of the targets")
    outputs: int | None = Field(None, ge=1, le=1_000_000, description="targets predicted at once")


class Deployment(Strict):
    """Where the trained network will run."""

    target: DeploymentTarget | None = None
    int8: bool = Field(False, description="weights and activations are quantised to 8 bits")
    operators: tuple[str, ...] | None = Field(
        None, max_length=200, description="the only activations that the device can run"
    )
    latency_critical: bool = False

    @field_validator("operators", mode="before")
    @classmethod
    def _canonical_operators(cls, names: Any) -> Any:
        return canonical_names(names)


NO_TARGET = Target()
"""A target of which nothing is known."""

NO_DEPLOYMENT = Deployment()
"""A deployment of which nothing is known."""


class HeadWish(Strict):
    """An output layer that the caller insists on; contradictions with the task are refused."""

    activation: str | None = None
    loss: str | None = Field(None, max_length=60)

    @field_validator("activation", mode="before")
    @classmethod
    def _canonical_activation(cls, name: Any) -> Any:
        return canonical_names([name])[0] if isinstance(name, str) else name


class Block(Strict):
    """One kind of hidden layer in the network; what it leaves out is taken from the whole."""

    layer_type: LayerType
    depth: Depth | None = None
    name: str | None = Field(None, min_length=1, max_length=60, description="how the answer calls it")
    role: Role = "hidden"
    width: Width | None = None
    normalization: Normalization | None = None
    residual: bool | None = None
    gated_ffn: bool | None = None
    cell: Cell | None = None


class ProbeData(Strict):
    """What the probe trains on: a bundled set, the caller's own data, or a synthetic proxy when nothing is named."""

    name: str | None = Field(None, max_length=60, description="a bundled data set, such as digits")
    dataset: str | None = Field(None, max_length=60, description="id of a data set sent to /v1/datasets")
    file: str | None = Field(
        None,
        max_length=1_000,
        description="CSV, Parquet or NPZ file; read by the command line, never by the server",
    )
    target: str | None = Field(
        None, max_length=200, description="column or array (NPZ) to predict; the last column, or y, unless said"
    )
    group: str | None = Field(
        None, max_length=200, description="column whose values stay whole: judged on groups never seen in training"
    )
    time: str | None = Field(
        None, max_length=200, description="column of numbers or ISO 8601 dates: judged on the latest rows"
    )
    ignore: tuple[str, ...] | None = Field(None, max_length=200, description="columns to leave out")
    form: RowForm | None = Field(
        None, description="what a row of an array with several axes is; follows from the layer type unless said"
    )
    fingerprint: str | None = Field(None, max_length=80, description="hash of the file's content; set by Actwise")


class Probe(Strict):
    """How much training may back the answer."""

    seconds: float = Field(20.0, gt=0, le=3_600, description="wall seconds on this machine")
    seeds: int = Field(5, ge=2, le=20, description="most repetitions per candidate")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="where all randomness starts")
    data: ProbeData | None = None
    network_steps: int | None = Field(
        None, ge=1, le=10**10, description="the budget itself; set from `seconds` when it is not given"
    )
    heads: bool = Field(True, description="race output heads too, where several are sensible")
    gates: bool = Field(False, description="race the function of all gates too, in LSTM and GRU cells")


class TaskDescription(Strict):
    """A request: the task, the network and the limits. Four fields are enough."""

    task: Task
    layer_type: LayerType
    depth: Depth
    compute_budget: ComputeBudget

    classes: int | None = Field(None, ge=1, le=10_000_000)
    target: Target | None = None
    width: Width | None = None
    normalization: Normalization | None = None
    residual: bool | None = None
    gated_ffn: bool | None = Field(None, description="the feed-forward part multiplies two projections")
    cell: Cell | None = None
    layers: tuple[Block, ...] | None = Field(None, min_length=1, max_length=32)
    modality: Modality | None = None
    rows: int | None = Field(None, ge=1, le=10**15, description="training examples")
    features: int | None = Field(None, ge=1, le=10**9, description="inputs per example")
    imbalance: float | None = Field(None, gt=0, le=0.5, description="share of the rarest class")
    noise: Noise | None = Field(None, description="noise of inputs or labels")
    domain: str | None = Field(None, max_length=200, description="field of application, in free words")
    framework: Framework | None = None
    precision: Precision | None = None
    optimizer: Optimizer | None = None
    deployment: Deployment | None = None
    output: HeadWish | None = None
    input_derivatives: int | None = Field(
        None, ge=0, le=4, description="highest derivative by the inputs that the loss contains"
    )
    physics_informed: bool | None = Field(None, description="the loss holds a differential equation")
    intervals: bool | None = Field(None, description="prediction intervals are wanted")
    privacy: Privacy | None = None
    adversarial: bool | None = Field(None, description="trained against adversarial inputs")
    allow: tuple[str, ...] | None = Field(None, min_length=1, max_length=200)
    deny: tuple[str, ...] | None = Field(None, max_length=200)
    formula: tuple[Annotated[str, Field(min_length=1, max_length=300)], ...] | None = Field(
        None,
        min_length=1,
        max_length=4,
        description="own functions of x for the hidden layers, such as x * tanh(softplus(x)): one, or a list",
    )
    prefer: Prefer = "balanced"
    probe: Probe | None = None

    @field_validator("formula", mode="before")
    @classmethod
    def _as_list(cls, formulas: Any) -> Any:
        """One formula may stand alone; spaces, and the sign that tells a formula from a name, do not matter."""
        found = [formulas] if isinstance(formulas, str) else formulas
        if not isinstance(found, (list, tuple)) or not all(isinstance(one, str) for one in found):
            return found
        return tuple(dict.fromkeys(" ".join(one.strip().removeprefix("=").split()) for one in found))

    @field_validator("allow", "deny", mode="before")
    @classmethod
    def _canonical_choices(cls, names: Any) -> Any:
        return canonical_names(names)


def canonical_names(names: Any) -> Any:
    """Activation names in their canonical spelling.

    Anything but a list of strings is returned as it came, for the field's own type to refuse.
    Unknown names raise ValueError, all of them in one message, each with the nearest valid one.
    """
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        return names
    unknown = [name for name in names if canonical_name(name) is None]
    if unknown:
        raise ValueError("; ".join(map(_did_you_mean, unknown)))
    return tuple(canonical_name(name) for name in names)


def _did_you_mean(name: str) -> str:
    near = nearest_name(name, ACTIVATIONS)
    return f"unknown activation {name[:60]!r}" + (f": did you mean {near!r}?" if near else "")
