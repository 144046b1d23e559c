"""From bytes or plain data to a request, with every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from actwise.contract.contradictions import contradictions
from actwise.contract.diagnosis import DiagnosisRequest
from actwise.contract.faults import ContractError, Fault
from actwise.contract.request import TaskDescription
from actwise.contract.validation import faults_of, parse_json

# Required fields that contradict nothing, to stand in for faulty ones.
_HARMLESS: dict[str, Any] = {"task": "other", "layer_type": "mixed", "depth": 1, "compute_budget": "medium"}


def read_json(text: str | bytes) -> TaskDescription:
    """A request from JSON text. Raises ContractError; also for text that is no JSON, or too deep."""
    return read_request(parse_json(text))


def read_request(data: Any) -> TaskDescription:
    """A request from plain data. Raises ContractError with every fault, contradictions included."""
    if not isinstance(data, dict):
        message = "a request is an object with at least task, layer_type, depth and compute_budget"
        raise ContractError((Fault(pointer="", code="not_an_object", message=message, sent=type(data).__name__),))
    request, faults = _validated(data)
    if request is None:
        request, _ = _validated(_without(data, faults))
    if request is not None:
        faults += contradictions(request)
    if faults or request is None:
        raise ContractError(faults)
    return request


def read_diagnosis(data: Any) -> DiagnosisRequest:
    """A request to the doctor from plain data. Raises ContractError with every fault."""
    if not isinstance(data, dict):
        message = "a request is an object with text or network, and perhaps context"
        raise ContractError((Fault(pointer="", code="not_an_object", message=message, sent=type(data).__name__),))
    try:
        request = DiagnosisRequest.model_validate(data)
    except ValidationError as error:
        raise ContractError(faults_of(error, DiagnosisRequest)) from None
    if (request.text is None) == (request.network is None):
        message = "give either text or network" + (", not both" if request.text else "")
        raise ContractError((Fault(pointer="", code="contradiction" if request.text else "missing", message=message),))
    return request


def said(request: BaseModel | None) -> dict[str, Any]:
    """What a request says beside its defaults, as plain data; nothing for none."""
    return request.model_dump(mode="json", exclude_defaults=True) if request else {}


def _validated(data: dict[str, Any]) -> tuple[TaskDescription | None, tuple[Fault, ...]]:
    try:
        return TaskDescription.model_validate(data), ()
    except ValidationError as error:
        return None, faults_of(error, TaskDescription)


def _without(data: dict[str, Any], faults: Sequence[Fault]) -> dict[str, Any]:
    """The request less its faulty top-level fields, so that what is left can be checked as a whole."""
    faulty = {fault.pointer.split("/")[1].replace("~1", "/").replace("~0", "~") for fault in faults if fault.pointer}
    return _HARMLESS | {name: value for name, value in data.items() if name not in faulty}
