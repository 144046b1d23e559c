"""What kind of layer a Keras class is, and which function acts in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import keras
from keras import layers as kl
from keras import ops

from actwise.contract.names import canonical_name
from actwise.integrations.functions import GRID, name_of
from actwise.integrations.graph import NOT_ELEMENTWISE, Kind, words
from actwise.integrations.keras.activations import FUNCTIONS, PReLU, Snake, Swish

_BY_CLASS: tuple[tuple[tuple[type, ...], Kind], ...] = (
    ((kl.Add,), "addition"),
    ((kl.Multiply,), "product"),
    ((kl.Dot,), "matmul"),
    ((kl.RNN, kl.LSTM, kl.GRU, kl.SimpleRNN, kl.ConvLSTM2D), "recurrent"),
    ((kl.MultiHeadAttention, kl.GroupQueryAttention, kl.Attention, kl.AdditiveAttention), "attention"),
    ((kl.Dense, kl.EinsumDense), "dense"),
    ((kl.Embedding,), "embedding"),
    ((kl.Softmax,), "activation"),
)
_BY_NAME: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"^Normalization$|^Random|Resizing|CenterCrop"), "reshape"),
    (re.compile(r"Normalization$"), "normalization"),
    (re.compile(r"Pooling\dD$"), "pooling"),
    (re.compile(r"Dropout|GaussianNoise"), "dropout"),
    (re.compile(r"Conv\dD|Conv\dDTranspose"), "conv"),
    (re.compile(r"Flatten|Reshape|Permute|Concatenate|Cropping|Padding|UpSampling|RepeatVector|Rescaling"), "reshape"),
)
"""Names of classes, and parts of names; data is only prepared by those of the first line."""

LEARNED_LAYERS: dict[type, str] = {PReLU: "prelu", Swish: "swish", Snake: "snake", kl.PReLU: "prelu"}
KNOWN = {keras.activations.get(function): name for name, function in FUNCTIONS.items()}
"""Functions that need no look at their values."""

_OPERATIONS: dict[str, Kind] = {"add": "addition", "multiply": "product", "matmul": "matmul"}
_ELEMENTWISE = words(
    "relu relu6 sigmoid silu softplus softsign hard_sigmoid hard_silu elu selu gelu celu tanh exp leaky_relu "
    "log_sigmoid mish hard_tanh truedivide divide subtract power square sqrt rsqrt absolute negative maximum "
    "minimum clip sin cos erf log1p log squareplus tanh_shrink threshold activation"
)
"""Operations that act value by value."""

CELLS = {"LSTM": "lstm", "GRU": "gru", "SimpleRNN": "rnn", "ConvLSTM2D": "lstm"}
TOLD = words("rate axis negative_slope max_value use_bias momentum epsilon dropout groups num_heads")
"""Settings that are told of a layer."""


def kind_of(layer: Any, signals: int) -> Kind:
    """What a layer or an operation does with so many signals."""
    for classes, kind in _BY_CLASS:
        if isinstance(layer, classes):
            return kind
    if type(layer) in LEARNED_LAYERS or (
        isinstance(layer, kl.Activation) and function_name(layer.activation) in NOT_ELEMENTWISE
    ):
        return "activation"
    name = type(layer).__name__
    if not isinstance(layer, keras.layers.Layer) or isinstance(layer, (kl.Activation, kl.Lambda)):
        return _operation_kind(plain_name(name), signals)
    found = next((kind for pattern, kind in _BY_NAME if pattern.search(name)), None)
    if found is not None:
        return found
    return "function" if canonical_name(name) is not None or not layer.weights else "other"


def _operation_kind(name: str, signals: int) -> Kind:
    if signals > 1 and name in _OPERATIONS:
        return _OPERATIONS[name]
    if name in _ELEMENTWISE or name in _OPERATIONS or name == "lambda":
        return "function"
    if name in ("softmax", "log_softmax", "logsoftmax"):
        return "activation"
    return "matmul" if name in ("dot", "einsum") and signals > 1 else "silent"


def plain_name(name: str) -> str:
    """The name of a class as a function would have it: HardSigmoid is hard_sigmoid."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def evaluate(run: Callable[[Any], Any]) -> list[float]:
    """The values of a function on GRID; none for one that does not act value by value."""
    given = ops.convert_to_numpy(run(ops.convert_to_tensor([[x] for x in GRID], dtype="float32")))
    return [float(one) for one in given[:, 0]] if given.shape == (len(GRID), 1) else []


def function_name(function: Any) -> str | None:
    """The canonical name of what a layer's `activation` is; None for a function that is none of ours."""
    if function is None:
        return "identity"
    if type(function) in LEARNED_LAYERS:
        return LEARNED_LAYERS[type(function)]
    if isinstance(function, str):
        return canonical_name(function)
    if function in KNOWN:
        return KNOWN[function]
    named = canonical_name(plain_name(str(getattr(function, "__name__", type(function).__name__))))
    if named in ("softmax", "log_softmax"):
        return named
    try:
        return name_of(evaluate(function)) or named
    except Exception:  # a function of the caller's may raise anything: then its name is all there is
        return named
