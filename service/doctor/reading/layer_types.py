"""What kind of layer a class of PyTorch or Keras is, by its name; unknown names are told apart by how they end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actwise.contract.diagnosis import LayerKind
from actwise.contract.names import canonical_name


@dataclass(frozen=True)
class Known:
    """A class of layers: its kind, and the activation that it is or always has."""

    kind: LayerKind
    activation: str | None = None
    gate: str | None = None


_SPECIAL: dict[str, Known] = {
    "Softmax2d": Known("activation", "softmax"),
    "NewGELUActivation": Known("activation", "gelu_tanh"),
    "FastGELUActivation": Known("activation", "gelu_tanh"),
    "PytorchGELUTanh": Known("activation", "gelu_tanh"),
    "ReLUSquaredActivation": Known("activation", "squared_relu"),
    "GELUTanh": Known("activation", "gelu_tanh"),
    "Swish": Known("activation", "silu"),
    "MemoryEfficientSwish": Known("activation", "silu"),
    "LinearActivation": Known("reshape"),
    "Identity": Known("reshape"),
    "Normalization": Known("other"),
    "SpectralNormalization": Known("other"),
}
"""Names that say something else than they seem to; Identity lets values pass, as a reshape does."""

_LSTM_LIKE = Known("recurrent", "tanh", "sigmoid")

_BY_NAME: tuple[tuple[str, Known], ...] = (
    (r"DropBlock|Dropout|DropPath|StochasticDepth|GaussianNoise", Known("dropout")),
    (r"(Norm(alization)?(Act)?(\d[dD])?|LRN\w*|LocalResponseNorm)(NoBias|FP32)?$", Known("normalization")),
    (r"Rotary|^GetItem$|^SlicingOpLambda$", Known("reshape")),
    (r"Embedding", Known("embedding")),
    (r"LSTM|GRU", Known("recurrent")),
    (r"RNN", Known("recurrent")),
    (r"Attention$", Known("attention")),
    (r"Pool(ing)?(\d[dD])?$|MaxUnpool", Known("pooling")),
    (
        r"^(Up[Ss]ampl|Unflatten|Flatten|Reshape|Permute|Pixel|Channel|Unfold|Fold|Concat|RepeatVector)",
        Known("reshape"),
    ),
    (r"(Pad(ding)?(\d[dD])?|Cropping\dD|Rearrange|Stub|Masking|Shuffle)$", Known("reshape")),
    (r"Conv(olution)?(Transpose)?(\d[dD])?(Transpose)?\d?[dD]?$", Known("conv")),
    (r"(Linear(8bitLt|4bit)?|Dense|Bilinear)$", Known("dense")),
    (r"^Add$", Known("addition")),
)
_PATTERNS = tuple((re.compile(pattern), known) for pattern, known in _BY_NAME)


def known_type(name: str, framework: str) -> Known | None:
    """What the class is, or None when its name says nothing. `framework`: "pytorch" or "keras"."""
    if name in _SPECIAL:
        return _SPECIAL[name]
    function = canonical_name(name.removesuffix("Activation")) if len(name) < 60 else None
    if function is not None and name not in ("Linear", "None"):
        return Known("activation", function)
    found = next((known for pattern, known in _PATTERNS if pattern.search(name)), None)
    if found is None:
        return None
    if framework == "pytorch":
        return _pytorch(name, found)
    return found


def _pytorch(name: str, known: Known) -> Known:
    """PyTorch fixes the functions of its gated cells; a class ending in Conv without a dimension is one of a graph."""
    if known.kind == "recurrent" and re.search("LSTM|GRU", name):
        return _LSTM_LIKE
    if name == "Conv1D":
        return Known("dense")
    if known.kind == "conv" and name.endswith("Conv"):
        return Known("graph")
    return known
