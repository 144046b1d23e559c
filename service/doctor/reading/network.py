"""The reading of a request: text or network, then context, then what follows from the loss."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from actwise.contract.diagnosis import DiagnosisRequest, Network
from actwise.contract.faults import ContractError, Fault
from actwise.contract.validation import MOST_FAULTS, faults_of
from service.doctor.reading import losses
from service.doctor.reading.context import unknown_fields, with_activations
from service.doctor.reading.found import Found
from service.doctor.reading.keras_summary import read_summary
from service.doctor.reading.keras_table import HEADER
from service.doctor.reading.plain import read_plain
from service.doctor.reading.pytorch import read_pytorch
from service.doctor.reading.strangers import explain_stranger
from service.doctor.reading.text import clean

ReadAs = Literal["network", "pytorch", "keras", "yaml"]

_CHILD_LINE = re.compile(r"^ *\([^()\n]{1,200}\): ?(?:\d{1,9} x )?[A-Za-z_]\w*\(", re.MULTILINE)
_LAYER_LINE = re.compile(
    r"^(?:Sequential|Linear|Lazy\w+|\w*Conv\w+|LSTM|GRU|RNN|Transformer\w*|\w*Attention)\(", re.MULTILINE
)


@dataclass(frozen=True)
class Reading:
    """The network that was read, from what, the lines not understood, and what the text does not show."""

    network: Network
    read_as: ReadAs
    unread: tuple[str, ...]
    notes: tuple[str, ...] = ()


def read_network(request: DiagnosisRequest) -> Reading:
    """The network of a request. Raises ContractError with every fault of text and context; nothing else."""
    faults = unknown_fields(request.context)
    try:
        found, read_as = _found(request)
        layers = with_activations(found.layers, request.context.get("activations"))
    except ContractError as error:
        raise ContractError((*error.faults, *faults)[:MOST_FAULTS]) from None
    context = {name: value for name, value in request.context.items() if name != "activations"}
    fields = {**found.fields, **context}
    added = losses.concluded(fields)
    network = _network(layers, {**fields, **added}, context, faults)
    notes = (*found.notes, *found.hidden(network.layers), *losses.remarks(fields, added))
    return Reading(network, read_as, found.unread, notes)


def _found(request: DiagnosisRequest) -> tuple[Found, ReadAs]:
    if request.network is not None:
        told = request.network.model_dump(exclude_unset=True, exclude={"layers"})
        return Found(request.network.layers, told), "network"
    return read_text(clean(request.text or ""))


def read_text(text: str) -> tuple[Found, ReadAs]:
    """What a text holds, and as what it was read."""
    if HEADER.search(text):
        return read_summary(text), "keras"
    if not _CHILD_LINE.search(text):
        explain_stranger(text)
    if _CHILD_LINE.search(text) or _LAYER_LINE.search(text):
        return read_pytorch(text), "pytorch"
    found, is_keras = read_plain(text)
    return found, "keras" if is_keras else "yaml"


def _network(
    layers: tuple[Any, ...], fields: Mapping[str, Any], context: Mapping[str, Any], faults: tuple[Fault, ...]
) -> Network:
    """The whole, checked; faults in fields of the context point there."""
    known = {name: value for name, value in fields.items() if name in Network.model_fields and name != "layers"}
    try:
        network = Network.model_validate({**known, "layers": layers})
    except ValidationError as error:
        faults += tuple(_placed(fault, context) for fault in faults_of(error, Network))
    if faults:
        raise ContractError(faults)
    return network


def _placed(fault: Fault, context: Mapping[str, Any]) -> Fault:
    """The fault with its pointer into the request."""
    field = fault.pointer.split("/")[1] if fault.pointer else ""
    return fault.model_copy(update={"pointer": f"{'/context' if field in context else '/text'}{fault.pointer}"})
