"""Which modules are one layer, whatever they do inside, and what is to be told of them."""

from __future__ import annotations

import re
from typing import Any

from torch import nn

from actwise.contract.diagnosis import LayerKind, Parameter
from actwise.integrations.graph import Node, words
from actwise.integrations.torch.activations import Learned

_BY_CLASS: tuple[tuple[tuple[type, ...], LayerKind], ...] = (
    ((Learned, nn.PReLU), "activation"),
    ((nn.RNNBase, nn.RNNCellBase), "recurrent"),
    ((nn.MultiheadAttention,), "attention"),
    ((nn.Linear, nn.Bilinear), "dense"),
    ((nn.modules.conv._ConvNd,), "conv"),
    ((nn.Embedding, nn.EmbeddingBag), "embedding"),
    ((nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.LocalResponseNorm, nn.RMSNorm), "normalization"),
    ((nn.modules.dropout._DropoutNd, nn.AlphaDropout, nn.FeatureAlphaDropout), "dropout"),
    ((nn.Flatten, nn.Unflatten, nn.Upsample, nn.PixelShuffle, nn.PixelUnshuffle), "reshape"),
)
_BY_NAME: tuple[tuple[re.Pattern[str], LayerKind], ...] = (
    (re.compile(r"Pool\d?d?$"), "pooling"),
    (re.compile(r"Norm(\d?d)?$"), "normalization"),
    (re.compile(r"Rotary\w*Embedding$"), "reshape"),
    (re.compile(r"^Conv1D$"), "dense"),
    (re.compile(r"DropPath|StochasticDepth"), "dropout"),
)
_CELLS = (("LSTM", "lstm"), ("GRU", "gru"), ("RNN", "rnn"))
_TOLD = words(
    "p inplace negative_slope alpha dim eps momentum affine groups num_groups batch_first num_layers dropout "
    "bidirectional num_heads approximate norm_first elementwise_affine track_running_stats min_val max_val"
)


def kind_of(module: nn.Module) -> LayerKind | None:
    """The kind of layer that a module is as a whole; None for one that is looked into."""
    for classes, kind in _BY_CLASS:
        if isinstance(module, classes):
            return kind
    if any(base.__name__ == "MessagePassing" for base in type(module).__mro__):
        return "graph"
    if any(isinstance(one, (nn.Linear, nn.modules.conv._ConvNd)) for one in module.modules()):
        return None
    return next((kind for pattern, kind in _BY_NAME if pattern.search(type(module).__name__)), None)


def node_of(module: nn.Module, kind: LayerKind, name: str, inputs: tuple[int, ...]) -> Node:
    """The node of a module that is one layer."""
    fan_in, units = _sizes(module)
    node = Node(kind, name, type(module).__name__, inputs, units=units, fan_in=fan_in, owner=module)
    node.parameters = parameters_of(module)
    if kind == "activation":
        node.activation = str(getattr(module, "name", "prelu"))
    elif kind == "recurrent":
        node.type = next((cell for word, cell in _CELLS if word in type(module).__name__), node.type)
        node.depth = int(getattr(module, "num_layers", 1))
        node.activation = str(getattr(module, "nonlinearity", "tanh"))
        node.gate = "sigmoid" if node.type in ("lstm", "gru") else None
    return node


def parameters_of(module: nn.Module) -> dict[str, Parameter]:
    """The plain settings of a module, by the names that a print shows."""
    told = {
        name: value
        for name, value in vars(module).items()
        if name in _TOLD and isinstance(value, (bool, int, float, str))
    }
    if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)):
        told["bias"] = module.bias is not None
    parametrized = getattr(module, "parametrizations", None)
    if parametrized is not None:
        told["parametrization"] = ", ".join(
            type(one).__name__.strip("_") for all_ in parametrized.values() for one in all_
        )
        told["parametrization"] = _by_their_names(str(told["parametrization"]))
    return told


def _by_their_names(told: str) -> str:
    """As the functions are called that put them there: WeightNorm is weight_norm."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", told).lower()[:200]


def _sizes(module: nn.Module) -> tuple[int | None, int | None]:
    """(inputs, units): features or channels that come in and go out."""
    for before, after in (
        ("in_features", "out_features"),
        ("in_channels", "out_channels"),
        ("input_size", "hidden_size"),
        ("embed_dim", "embed_dim"),
        ("num_embeddings", "embedding_dim"),
        ("nx", "nf"),
        ("num_features", "num_features"),
        ("num_channels", "num_channels"),
    ):
        if hasattr(module, after):
            return _number(getattr(module, before, None)), _number(getattr(module, after))
    shape: Any = getattr(module, "normalized_shape", None)
    return (int(shape[-1]), int(shape[-1])) if shape else (None, None)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
