"""What the doctor is asked and what it answers: a network as somebody has it, and what is wrong with it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from actwise.contract.evidence import Answer, Citation
from actwise.contract.frames import Row, frame
from actwise.contract.request import Deployment, Depth, Strict, Target, canonical_names
from actwise.contract.vocabulary import Framework, Modality, Optimizer, Precision, Privacy, Task

LayerKind = Literal[
    "dense",
    "conv",
    "recurrent",
    "attention",
    "graph",
    "embedding",
    "normalization",
    "activation",
    "dropout",
    "pooling",
    "reshape",
    "addition",
    "other",
]
Severity = Literal["error", "warning", "advice"]
Verdict = Literal["found", "clear", "not_checked"]

Parameter = bool | int | Annotated[float, Field(allow_inf_nan=False)] | str


class Layer(Strict):
    """One layer of a network, in the order in which data pass.

    An activation may be a layer of its own (kind "activation") or part of another (a Keras `activation=`, the cell
    activation of a recurrent layer). `None` means that the text does not say; "identity" that there is none.
    """

    kind: LayerKind
    name: str | None = Field(None, max_length=200, description="how the pasted text calls it")
    type: str | None = Field(None, max_length=100, description="class in its framework, such as BatchNorm2d or gru")
    activation: str | None = None
    inputs: int | None = Field(None, ge=1, le=10**9, description="features or channels that come in")
    units: int | None = Field(None, ge=1, le=10**9, description="features or channels that go out")
    initialization: str | None = Field(
        None, max_length=100, description="scheme of the weights: he, glorot, lecun, ..."
    )
    gate_activation: str | None = Field(None, description="gates of a recurrent layer")
    parameters: dict[str, Parameter] = Field(
        default_factory=dict, max_length=50, description="what else is known: p, negative_slope, dim, bias, affine, ..."
    )

    @field_validator("activation", "gate_activation", mode="before")
    @classmethod
    def _canonical(cls, name: Any) -> Any:
        return canonical_names([name])[0] if isinstance(name, str) else name


class Network(Strict):
    """A network with its loss and its use. Only `layers` must be known; each unknown field leaves checks undone."""

    layers: tuple[Layer, ...] = Field(min_length=1, max_length=5_000)
    loss: str | None = Field(
        None, max_length=100, description="as its framework calls it (CrossEntropyLoss), or our name"
    )
    from_logits: bool | None = Field(
        None, description="the loss takes raw outputs; read from the loss where it says so"
    )
    framework: Framework | None = None
    task: Task | None = None
    classes: int | None = Field(None, ge=1, le=10_000_000)
    target: Target | None = None
    modality: Modality | None = None
    depth: Depth | None = None
    residual: bool | None = None
    optimizer: Optimizer | None = None
    learning_rate: float | None = Field(None, gt=0, le=1_000)
    weight_decay: float | None = Field(None, ge=0, le=1_000)
    precision: Precision | None = None
    deployment: Deployment | None = None
    input_derivatives: int | None = Field(None, ge=0, le=4)
    privacy: Privacy | None = None
    adversarial: bool | None = None
    standardized_inputs: bool | None = None
    imbalance: float | None = Field(None, gt=0, le=0.5, description="share of the rarest class")


class DiagnosisRequest(Strict):
    """Either `network`, or `text`: a PyTorch print(model), a Keras summary(), or a network as YAML or JSON.

    `context` holds what the text cannot say: every field of Network but `layers`, and `activations`, which names the
    activation of layers by their names in the text. Where text and context both speak, `context` wins.
    """

    text: str | None = Field(None, min_length=1, max_length=200_000)
    network: Network | None = None
    context: dict[str, Any] = Field(default_factory=dict, max_length=30)

    model_config = Strict.model_config | {"str_max_length": 200_000}


class Proof(Answer):
    """A number that was computed for this network, and what it means."""

    sentence: str
    numbers: dict[str, float]
    setting: str = Field(description="what was computed: toy batch, sizes, seeds")


class Fix(Answer):
    """What to write instead, in words and as lines to paste."""

    sentence: str
    pytorch: str | None = None
    keras: str | None = None


class Finding(Answer):
    """One thing that is wrong, or could be better."""

    check: str = Field(description="id of the check")
    severity: Severity
    where: str = Field(description="layer or field, in the caller's own names")
    layers: tuple[int, ...] = Field((), description="places in `network.layers`, from 0")
    message: str
    because: str
    proof: Proof | None = None
    fix: Fix | None = None
    citations: tuple[Citation, ...] = ()


class CheckDone(Answer):
    """What became of one check."""

    check: str
    title: str
    verdict: Verdict
    because: str | None = Field(None, description="what was missing, when it was not checked")


class Diagnosis(Answer):
    """The doctor's answer."""

    id: str
    network: Network = Field(description="what was read, names in their canonical spelling")
    read_as: Literal["network", "pytorch", "keras", "yaml"]
    unread: tuple[str, ...] = Field((), description="lines of the text that were not understood")
    notes: tuple[str, ...] = Field((), description="what such a text does not show, and what was concluded from it")
    summary: tuple[str, ...]
    findings: tuple[Finding, ...]
    checks: tuple[CheckDone, ...]
    not_checked: tuple[str, ...]
    version: str

    def to_frame(self) -> Any:
        """A pandas DataFrame with a row for each finding. Raises ImportError without pandas."""
        return frame(map(_row, self.findings))


def _row(found: Finding) -> Row:
    fix = found.fix.sentence if found.fix else None
    proof = found.proof.sentence if found.proof else None
    kept = found.model_dump(include={"check", "severity", "where", "message", "because"})
    return kept | {"proof": proof, "fix": fix}
