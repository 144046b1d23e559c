"""From plain data to what is asked of a race, with every fault at once."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from actwise.contract.contradictions import contradictions
from actwise.contract.faults import ContractError, Fault
from actwise.contract.race import RaceAsk, RaceRequest, RaceResult
from actwise.contract.reading import read_request
from actwise.contract.validation import faults_of

Asked = TypeVar("Asked", bound=BaseModel)


def read_race(data: Any) -> RaceRequest:
    """A race from plain data. Raises ContractError with every fault, contradictions of the description included."""
    try:
        race = _read(data, RaceRequest, "a race is an object with at least description, budget, metric and direction")
    except ContractError as error:
        raise ContractError((*error.faults, *_of_description(data, error.faults))) from None
    faults = _within(contradictions(race.description))
    if race.description.probe is not None:
        message = "your own trainer runs this race: leave the probe out"
        faults = (*faults, Fault(pointer="/description/probe", code="contradiction", message=message))
    if faults:
        raise ContractError(faults)
    return race


def read_ask(data: Any) -> RaceAsk:
    """A trainer's wish for work from plain data. Raises ContractError with every fault."""
    return _read(data, RaceAsk, "asking for work takes an object, which may be empty")


def read_result(data: Any) -> RaceResult:
    """A result from plain data. Raises ContractError with every fault."""
    return _read(data, RaceResult, "a result is an object with at least task and value")


def _read(data: Any, model: type[Asked], wanted: str) -> Asked:
    if not isinstance(data, dict):
        raise ContractError((Fault(pointer="", code="not_an_object", message=wanted, sent=type(data).__name__),))
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ContractError(faults_of(error, model)) from None


def _of_description(data: Any, told: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Contradictions of the description that a fault elsewhere would hide."""
    if not isinstance(data, dict) or not isinstance(data.get("description"), dict):
        return ()
    known = {fault.pointer for fault in told}
    try:
        read_request(data["description"])
    except ContractError as error:
        return tuple(fault for fault in _within(error.faults) if fault.pointer not in known)
    return ()


def _within(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    return tuple(fault.model_copy(update={"pointer": f"/description{fault.pointer}"}) for fault in faults)
