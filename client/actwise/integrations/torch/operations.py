"""What a function of PyTorch does, by its name."""

from __future__ import annotations

from typing import Any

from actwise.integrations.graph import Kind, words

_LAYERS: dict[str, Kind] = {
    "linear": "dense",
    "bilinear": "dense",
    "embedding": "embedding",
    "embedding_bag": "embedding",
    "scaled_dot_product_attention": "attention",
    "multi_head_attention_forward": "attention",
    "softmax": "activation",
    "log_softmax": "activation",
    "glu": "product",
}
_PRODUCTS = frozenset({"matmul", "mm", "bmm", "baddbmm", "addmm", "einsum", "rmatmul", "tensordot"})
_ELEMENTWISE = words(
    "relu relu6 sigmoid tanh gelu silu mish elu celu selu softplus hardtanh hardswish hardsigmoid leaky_relu "
    "rrelu softsign logsigmoid tanhshrink softshrink hardshrink threshold prelu rsub div truediv true_divide "
    "pow square sqrt rsqrt exp log log1p expm1 erf sin cos abs neg clamp clip clamp_min clamp_max maximum "
    "minimum where reciprocal sign expit sub logaddexp"
)
_ADDITIONS = frozenset({"add", "radd", "iadd"})
_MULTIPLICATIONS = frozenset({"mul", "rmul", "imul", "multiply"})
_WORDS: tuple[tuple[str, Kind], ...] = (
    ("dropout", "dropout"),
    ("conv", "conv"),
    ("_pool", "pooling"),
    ("norm", "normalization"),
    ("lstm", "recurrent"),
    ("gru", "recurrent"),
    ("rnn", "recurrent"),
)
_UNKNOWN_MATTER = frozenset({"fft", "ifft", "rfft", "cumsum", "sort", "topk", "scatter", "scatter_add", "index_add"})


def plain_name(function: Any) -> str:
    """The name of a function without the underscores of in-place and special methods: "__iadd__" is "iadd"."""
    return str(getattr(function, "__name__", type(function).__name__)).strip("_")


def kind_of_call(name: str, signals: int, weights: int) -> Kind:
    """What a call does with `signals` tensors that depend on the input and `weights` parameters of the module."""
    if name in _LAYERS:
        return _LAYERS[name]
    if name in _PRODUCTS:
        return "dense" if weights else "matmul" if signals > 1 else "silent"
    if name in _ADDITIONS:
        return "addition" if signals > 1 else "function"
    if name in _MULTIPLICATIONS:
        return "product" if signals > 1 else "function"
    if name in _ELEMENTWISE:
        return "function"
    if name in _UNKNOWN_MATTER:
        return "other"
    return next((kind for word, kind in _WORDS if word in name), "silent")
