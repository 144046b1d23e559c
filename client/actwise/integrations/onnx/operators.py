"""What ONNX operators do, and what the elementwise ones compute."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from actwise.integrations.functions import FUNCTIONS, SELU_ALPHA, SELU_SCALE
from actwise.integrations.graph import Kind

Attributes = Mapping[str, Any]

_KINDS: dict[str, Kind] = {
    "Conv": "conv",
    "ConvTranspose": "conv",
    "ConvInteger": "conv",
    "QLinearConv": "conv",
    "FusedConv": "conv",
    "DeformConv": "conv",
    "Gemm": "dense",
    "MatMul": "dense",
    "MatMulInteger": "dense",
    "QLinearMatMul": "dense",
    "MatMulNBits": "dense",
    "Einsum": "dense",
    "LSTM": "recurrent",
    "GRU": "recurrent",
    "RNN": "recurrent",
    "Attention": "attention",
    "MultiHeadAttention": "attention",
    "GroupQueryAttention": "attention",
    "BatchNormalization": "normalization",
    "LayerNormalization": "normalization",
    "InstanceNormalization": "normalization",
    "GroupNormalization": "normalization",
    "RMSNormalization": "normalization",
    "SimplifiedLayerNormalization": "normalization",
    "SkipLayerNormalization": "normalization",
    "LRN": "normalization",
    "LpNormalization": "normalization",
    "Dropout": "dropout",
    "Softmax": "activation",
    "LogSoftmax": "activation",
    "PRelu": "activation",
    "Flatten": "reshape",
    "Add": "addition",
    "Sum": "addition",
    "Mul": "product",
    "If": "other",
    "Loop": "other",
    "Scan": "other",
}
_OTHER = frozenset({"TopK", "NonMaxSuppression", "RoiAlign", "GridSample", "STFT", "DFT", "CumSum", "ScatterND"})

_Number = Callable[..., float]


def kind_of(operator: str, signals: int, weighted: bool) -> Kind:
    """The kind of a node with so many inputs that depend on data; `weighted`: another input is a constant matrix."""
    kind = _KINDS.get(operator)
    if kind == "dense":
        return "dense" if weighted else "matmul" if signals > 1 else "silent"
    if kind in ("addition", "product"):
        return kind if signals > 1 else "function"
    if kind is not None:
        return kind
    if "Pool" in operator:
        return "pooling"
    if operator in _PLAIN or operator in _SETTLED:
        return "function"
    return "other" if operator in _OTHER else "silent"


_PLAIN: dict[str, _Number] = {
    "Relu": FUNCTIONS["relu"],
    "Sigmoid": FUNCTIONS["sigmoid"],
    "Tanh": math.tanh,
    "Softplus": FUNCTIONS["softplus"],
    "Softsign": FUNCTIONS["softsign"],
    "HardSwish": FUNCTIONS["hard_swish"],
    "Mish": FUNCTIONS["mish"],
    "QuickGelu": FUNCTIONS["quick_gelu"],
    "FastGelu": FUNCTIONS["gelu_tanh"],
    "Erf": math.erf,
    "Exp": math.exp,
    "Log": math.log,
    "Sin": math.sin,
    "Cos": math.cos,
    "Sqrt": math.sqrt,
    "Abs": abs,
    "Neg": lambda x: -x,
    "Reciprocal": lambda x: 1 / x,
    "Sign": lambda x: math.copysign(1.0, x) if x else 0.0,
    "Add": lambda *xs: sum(xs),
    "Sum": lambda *xs: sum(xs),
    "Sub": lambda x, y: x - y,
    "Mul": lambda x, y: x * y,
    "Div": lambda x, y: x / y,
    "Pow": lambda x, y: x**y,
    "Max": max,
    "Min": min,
    "Where": lambda test, x, y: x if test else y,
    "Greater": lambda x, y: float(x > y),
    "GreaterOrEqual": lambda x, y: float(x >= y),
    "Less": lambda x, y: float(x < y),
    "LessOrEqual": lambda x, y: float(x <= y),
    "Clip": lambda x, low=-math.inf, high=math.inf: min(max(x, low), high),
}


def _selu(told: Attributes) -> _Number:
    alpha, gamma = told.get("alpha", SELU_ALPHA), told.get("gamma", SELU_SCALE)
    return lambda x: gamma * (x if x > 0 else alpha * math.expm1(x))


def _elu(told: Attributes) -> _Number:
    return lambda x: x if x > 0 else told.get("alpha", 1.0) * math.expm1(x)


def _celu(told: Attributes) -> _Number:
    alpha = told.get("alpha", 1.0)
    return lambda x: x if x > 0 else alpha * math.expm1(x / alpha)


def _leaky(told: Attributes) -> _Number:
    return lambda x: x if x > 0 else told.get("alpha", 0.01) * x


def _hard_sigmoid(told: Attributes) -> _Number:
    return lambda x: min(max(told.get("alpha", 0.2) * x + told.get("beta", 0.5), 0.0), 1.0)


def _gelu(told: Attributes) -> _Number:
    return FUNCTIONS["gelu_tanh" if told.get("approximate") in ("tanh", b"tanh") else "gelu"]


def _swish(told: Attributes) -> _Number:
    return lambda x: x * FUNCTIONS["sigmoid"](told.get("alpha", 1.0) * x)


_SETTLED: dict[str, Callable[[Attributes], _Number]] = {
    "Selu": _selu,
    "Elu": _elu,
    "Celu": _celu,
    "LeakyRelu": _leaky,
    "HardSigmoid": _hard_sigmoid,
    "Gelu": _gelu,
    "Swish": _swish,
}


def computed(
    operator: str, told: Attributes, arguments: Sequence[int | float | None], inputs: Sequence[int]
) -> Callable[[Sequence[Any]], Any] | None:
    """The operator on lists of numbers; None for one that is not elementwise.

    arguments   for each input of the operator: the place of the node that gives it (a whole number), a constant
                (a float), or None for one that is left out
    inputs      the places in the order in which the values will be given
    """
    number = _SETTLED[operator](told) if operator in _SETTLED else _PLAIN.get(operator)
    if number is None or any(one is not None and math.isnan(one) for one in arguments):
        return None
    if operator == "Clip" and len(arguments) == 1:  # before version 11 the limits were attributes
        arguments = [*arguments, float(told.get("min", -math.inf)), float(told.get("max", math.inf))]
    if operator == "Clip":
        defaults = (None, -math.inf, math.inf)
        arguments = [default if one is None else one for one, default in zip(arguments, defaults, strict=False)]
    given = [one for one in arguments if one is not None]

    def compute(values: Sequence[Any]) -> Any:
        known = dict(zip(inputs, values, strict=True))
        rows = [known[one] if isinstance(one, int) else [one] * len(values[0]) for one in given]
        return [float(number(*row)) for row in zip(*rows, strict=True)]

    return compute
