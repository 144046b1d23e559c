"""A network written as YAML or JSON: our own fields, layers in full or short; or the JSON of a Keras model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from actwise.contract.diagnosis import Layer, Network
from actwise.contract.faults import ContractError, Fault
from actwise.contract.validation import MOST_FAULTS, faults_of
from service.doctor.reading.found import MOST_LAYERS, Found, too_many
from service.doctor.reading.keras_config import is_config, read_config
from service.doctor.reading.short_layers import expanded
from service.doctor.reading.text import refusal
from service.doctor.reading.yaml_text import read_yaml

_SIZED = ("dense", "conv", "recurrent")
_PASSING = ("activation", "normalization", "dropout", "addition")
_HALVING = ("glu", "reglu", "geglu", "swiglu")
_WANTED = (
    "this is neither a PyTorch print(model), nor a Keras summary(), nor a network as YAML or JSON with its `layers`"
)


def read_plain(text: str) -> tuple[Found, bool]:
    """The network in a text, and whether it is a Keras configuration. Raises ContractError with every fault."""
    data = _json(text) if text.lstrip()[:1] in ("{", "[") else read_yaml(text)
    if is_config(data):
        return read_config(data), True
    return _network(data), False


def _json(text: str) -> Any:
    """JSON, or else YAML in its own brackets."""
    try:
        return json.loads(text, parse_constant=lambda word: word)
    except (ValueError, RecursionError):
        return read_yaml(text)


def _network(data: Any) -> Found:
    fields = {"layers": data} if isinstance(data, list) else data
    if not isinstance(fields, dict) or not isinstance(fields.get("layers"), list):
        raise refusal(_WANTED)
    if len(fields["layers"]) > MOST_LAYERS:
        raise too_many()
    layers, faults = _expanded(fields["layers"])
    fields = fields | {"layers": layers}
    try:
        network = Network.model_validate(fields)
    except ValidationError as error:
        faults += [_moved(fault) for fault in faults_of(error, Network)]
    if faults:
        raise ContractError(tuple(faults[:MOST_FAULTS]))
    return Found(tuple(_joined(network.layers)), {name: fields[name] for name in fields if name != "layers"})


def _expanded(told: list[Any]) -> tuple[list[Any], list[Fault]]:
    """The layers as plain fields. Raises ContractError once there are more faults than anybody reads."""
    layers: list[Any] = []
    faults: list[Fault] = []
    for place, one in enumerate(told):
        layer, wrong = expanded(one)
        layers.append(layer)
        faults += [_fault(f"layers/{place}", message) for message in wrong]
        if len(faults) >= MOST_FAULTS:
            raise ContractError(tuple(faults[:MOST_FAULTS]))
    return layers, faults


def _joined(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    """The layers with the inputs that follow from the units before them, where nothing between changes their number."""
    coming: int | None = None
    for layer in layers:
        if layer.kind in _SIZED:
            yield layer if layer.inputs or coming is None else layer.model_copy(update={"inputs": coming})
            coming = None if layer.activation in _HALVING else layer.units
        else:
            yield layer
            kept = layer.kind in _PASSING and layer.activation not in _HALVING
            coming = coming if kept or "global" in (layer.type or "") else None


def _fault(place: str, message: str) -> Fault:
    return Fault(pointer="/text", code="not_allowed", message=f"{place}: {message}")


def _moved(fault: Fault) -> Fault:
    """A fault inside the text: JSON pointers end at the text, so the place in it goes into the message."""
    return fault.model_copy(
        update={"pointer": "/text", "message": f"{fault.pointer[1:] or 'network'}: {fault.message}"}
    )
