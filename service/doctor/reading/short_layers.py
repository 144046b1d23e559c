"""Layers written shortly: "dense 64 relu", "conv 3 -> 32 he silu", "dropout 0.5", "batch_norm", "softmax".

A short layer is complete: one that names no activation has none; a question mark says that it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from actwise.contract.diagnosis import Layer, LayerKind
from actwise.contract.names import ACTIVATIONS, canonical_name, nearest_name
from service.doctor.reading.arguments import LARGEST_SIZE, value
from service.doctor.reading.layer_types import known_type

_KINDS: dict[str, tuple[str, str | None]] = {
    **{kind: (kind, None) for kind in get_args(LayerKind)},
    "linear": ("dense", None),
    "fc": ("dense", None),
    "conv1d": ("conv", "Conv1d"),
    "conv2d": ("conv", "Conv2d"),
    "conv3d": ("conv", "Conv3d"),
    "rnn": ("recurrent", "rnn"),
    "lstm": ("recurrent", "lstm"),
    "gru": ("recurrent", "gru"),
    "batch_norm": ("normalization", "batch_norm"),
    "layer_norm": ("normalization", "layer_norm"),
    "rms_norm": ("normalization", "rms_norm"),
    "group_norm": ("normalization", "group_norm"),
    "instance_norm": ("normalization", "instance_norm"),
    "weight_norm": ("normalization", "weight_norm"),
    "bn": ("normalization", "batch_norm"),
    "batchnorm": ("normalization", "batch_norm"),
    "layernorm": ("normalization", "layer_norm"),
    "rmsnorm": ("normalization", "rms_norm"),
    "alpha_dropout": ("dropout", "alpha_dropout"),
    "max_pool": ("pooling", "max_pool"),
    "avg_pool": ("pooling", "avg_pool"),
    "global_pool": ("pooling", "global_pool"),
    "pool": ("pooling", None),
    "flatten": ("reshape", "flatten"),
    "add": ("addition", None),
    "residual": ("addition", None),
    "attention": ("attention", None),
}
_SCHEMES = ("he", "kaiming", "glorot", "xavier", "lecun", "orthogonal")
_SCHEME = re.compile(rf"(?:{'|'.join(_SCHEMES)})(?:_(?:normal|uniform))?")
_FIELDS = tuple(Layer.model_fields)
_OPEN = ("dense", "conv", "graph")
_FIXED = {"lstm": ("tanh", "sigmoid"), "gru": ("tanh", "sigmoid"), "rnn": ("tanh", None)}


def expanded(told: Any) -> tuple[Any, tuple[str, ...]]:
    """A layer as plain fields, from a short text or a mapping without its kind; and what is wrong with it."""
    if isinstance(told, str):
        return _from_words(told)
    if isinstance(told, dict) and "kind" not in told:
        return _with_kind(told), ()
    return told, ()


def _with_kind(told: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the kind that a type tells: {type: BatchNorm2d} or {type: gru}."""
    name = told.get("type")
    if not isinstance(name, str):
        return dict(told)
    if name.lower() in _KINDS:
        return {"kind": _KINDS[name.lower()][0], **told}
    known = known_type(name[:100], str(told.get("framework", "keras")))
    return {"kind": known.kind, **told} if known else dict(told)


def _from_words(text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    first, *rest = text[:500].replace("->", " ").replace(",", " ").split() or [""]
    key = first.lower().replace("-", "_")
    if key in _KINDS:
        kind, type_ = _KINDS[key]
    elif canonical_name(first):
        kind, type_, rest = "activation", first[:100], [first, *rest]
    else:
        return {"kind": "other"}, (_unknown(first, (*_KINDS, *ACTIVATIONS), "layer"),)
    layer: dict[str, Any] = {"kind": kind, "parameters": {}} | ({"type": type_} if type_ else {})
    problems = tuple(problem for word in rest if (problem := _word(layer, word)))
    return _completed(layer), problems


def _word(layer: dict[str, Any], word: str) -> str | None:
    """Take one word after the first; what is wrong with it, if anything is."""
    name, equals, told = word.partition("=")
    if equals:
        layer.update(
            {name: value(told)} if name in _FIELDS else {"parameters": layer["parameters"] | {name: value(told)}}
        )
    elif word.isascii() and word.isdigit() and int(word[:15]) <= LARGEST_SIZE:
        _size(layer, int(word))
    elif isinstance(number := value(word), float):
        layer["parameters"] = layer["parameters"] | {"p" if layer["kind"] == "dropout" else "alpha": number}
    elif word == "?":
        layer["activation"] = None
    elif canonical_name(word):
        layer["activation"] = canonical_name(word)
    elif _SCHEME.fullmatch(word.lower()):
        layer["initialization"] = word.lower()
    else:
        return _unknown(word, (*ACTIVATIONS, *_SCHEMES), "activation or start of the weights")
    return None


def _size(layer: dict[str, Any], number: int) -> None:
    """One number is the units; of two the first is the inputs."""
    if "units" in layer:
        layer["inputs"] = layer["units"]
    layer["units"] = number


def _completed(layer: dict[str, Any]) -> dict[str, Any]:
    if layer["kind"] in _OPEN:
        layer.setdefault("activation", "identity")
    elif layer["kind"] == "recurrent":
        cell, gate = _FIXED.get(layer.get("type", ""), (None, None))
        layer.setdefault("activation", cell)
        layer.setdefault("gate_activation", gate)
    return layer


def _unknown(word: str, allowed: tuple[str, ...], what: str) -> str:
    near = nearest_name(word[:60], allowed)
    return f"unknown {what} {word[:60]!r}" + (f": did you mean {near!r}?" if near else "")
