"""From the JSON of a Keras model (to_json, or get_config) to layers; unlike a summary it tells everything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from actwise.contract.diagnosis import Layer, Parameter
from actwise.contract.names import canonical_name
from service.doctor.reading.arguments import as_size
from service.doctor.reading.found import MOST_LAYERS, Found, cut_name, too_many
from service.doctor.reading.layer_types import Known, known_type
from service.doctor.reading.text import refusal

_KEPT = [
    "rate",
    "alpha",
    "negative_slope",
    "max_value",
    "threshold",
    "axis",
    "use_bias",
    "momentum",
    "epsilon",
    "dropout",
    "recurrent_dropout",
    "unroll",
    "return_sequences",
    "num_heads",
    "key_dim",
    "approximate",
]
_UNITS = ("units", "filters", "output_dim")
_OPTIMIZERS = {"adam": "adam", "adamw": "adam", "nadam": "adam", "adamax": "adam", "sgd": "sgd"}
_COUNTED = ("dense", "conv", "recurrent", "attention", "normalization")
_WRAPPERS = ("Bidirectional", "TimeDistributed")


def is_config(data: Any) -> bool:
    """Whether plain data looks like a Keras model."""
    return any("class_name" in one for one in _entries(data)[:1])


def read_config(data: Any) -> Found:
    """The layers of a model. Raises ContractError when there is none, or too many."""
    layers = tuple(layer for entry in _entries(data) for layer in _layers(entry))
    if not layers:
        raise refusal("this Keras configuration holds no layer")
    if len(layers) > MOST_LAYERS:
        raise too_many()
    unknown = sum(one.kind == "other" for one in layers)
    note = f"what {unknown} of the layers compute is not known: their classes are not those of Keras"
    compiled = data.get("compile_config") if isinstance(data, dict) else None
    return Found(layers, {"framework": "keras", **_compiled(_mapping(compiled))}, notes=(note,) if unknown else ())


def _entries(data: Any) -> list[dict[str, Any]]:
    """The entries of the outermost list of layers; all of them objects, or none."""
    config = _mapping(data.get("config", data)) if isinstance(data, dict) else {}
    layers = config.get("layers")
    if not isinstance(layers, list) or not all(isinstance(one, dict) for one in layers):
        return []
    return layers


def _mapping(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}


def _layers(entry: dict[str, Any]) -> Iterator[Layer]:
    """The layers of an entry: one, or those of a model inside the model."""
    type_, config = str(entry.get("class_name", ""))[:100], _mapping(entry.get("config"))
    inner = _entries(entry)
    if inner:
        for one in inner:
            yield from _layers(one)
    elif type_ != "InputLayer":
        yield _layer(type_, config, _mapping(entry.get("build_config")))


def _layer(type_: str, config: dict[str, Any], build: dict[str, Any]) -> Layer:
    name, times = config.get("name"), 1
    if type_ in _WRAPPERS and isinstance(config.get("layer"), dict):
        times = 2 if type_ == "Bidirectional" else 1
        type_, config = str(config["layer"].get("class_name", ""))[:100], _mapping(config["layer"].get("config"))
    known = known_type(type_, "keras") or Known("activation" if type_ == "Activation" else "other")
    activation = _activation(known, type_, config)
    if known.kind == "activation" and activation is None:
        known = Known("other")
    shape = build.get("input_shape") or config.get("batch_input_shape")
    units = next((size for key in _UNITS if (size := _size(config.get(key)))), None)
    inputs = _size(shape[-1]) if isinstance(shape, list) and shape and known.kind in _COUNTED else None
    return Layer(
        kind=known.kind,
        name=cut_name(name) if isinstance(name, str) else None,
        type=type_ or None,
        activation=activation,
        gate_activation=_function(config["recurrent_activation"]) if "recurrent_activation" in config else None,
        inputs=inputs,
        units=as_size(times * units) if units else inputs if known.kind == "normalization" else None,
        initialization=_scheme(config.get("kernel_initializer")),
        parameters=_parameters(config),
    )


def _activation(known: Known, type_: str, config: dict[str, Any]) -> str | None:
    if "activation" in config:
        return _function(config["activation"])
    if type_ == "ReLU":
        return {6: "relu6", 20: "clipped_relu"}.get(config.get("max_value") or 0, "relu")
    return known.activation


def _function(told: Any) -> str | None:
    """The canonical name of an activation in a configuration; None when it is not one of ours."""
    if told is None:
        return "identity"
    name = told.get("class_name") if isinstance(told, dict) else told
    if not isinstance(name, str) or len(name) > 60:
        return None
    return "silu" if name.lower() == "swish" else canonical_name(name)


def _scheme(told: Any) -> str | None:
    """he_normal, from "HeNormal" or "he_normal"."""
    name = told.get("class_name") if isinstance(told, dict) else told
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()[:100] if isinstance(name, str) and name else None


def _size(told: Any) -> int | None:
    return as_size(told) if isinstance(told, int) and not isinstance(told, bool) else None


def _parameters(config: dict[str, Any]) -> dict[str, Parameter]:
    told = {key: config[key] for key in _KEPT if isinstance(config.get(key), (bool, int, float, str))}
    return {key: one[:200] if isinstance(one, str) else one for key, one in told.items()}


def _compiled(config: Mapping[str, Any]) -> dict[str, Any]:
    """Loss and optimiser of a compiled model."""
    found: dict[str, Any] = {}
    loss, optimizer = config.get("loss"), _mapping(config.get("optimizer"))
    name = loss.get("class_name") if isinstance(loss, dict) else loss
    if isinstance(name, str) and 0 < len(name) <= 100:
        found["loss"] = name
        told = _mapping(_mapping(loss).get("config")).get("from_logits")
        found |= {"from_logits": told} if isinstance(told, bool) else {}
    kind = _OPTIMIZERS.get(str(optimizer.get("class_name")).lower())
    settings = _mapping(optimizer.get("config")) if kind else {}
    rates = {key: settings.get(key) for key in ("learning_rate", "weight_decay")}
    numbers = {key: one for key, one in rates.items() if isinstance(one, float) and 0 < one <= 1_000}
    return found | ({"optimizer": kind} if kind else {}) | numbers
