"""Cases that a rule author keeps: a description, and what is expected of the answer. Read with all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from actwise.contract.evidence import Answer
from actwise.contract.faults import ContractError, Fault
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from actwise.contract.validation import faults_of
from rules.yaml_text import read_yaml


def _listed(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Expectation(BaseModel):
    """What must hold; at least one of these. Activations in any spelling that requests may use, heads by their id or
    by their activation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fires: Names = Field((), description="ids of rules whose conditions hold")
    silent: Names = Field((), description="ids of rules of which a condition does not hold")
    first: Names = Field((), description="the first choice; of several, any")
    not_first: Names = Field((), description="none of these is the first choice")
    above: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = Field(
        (), description="lists of choices, each of which stands above the next"
    )
    tied: Names = Field((), description="choices of one tie group")
    excluded: Names = Field((), description="what the ranking does not hold")
    output_first: Names = Field((), description="the first output head; of several, any")
    output_above: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = Field(
        (), description="lists of output heads, each of which stands above the next"
    )
    output_excluded: Names = Field((), description="what the ranking of output heads does not hold")


class Case(BaseModel):
    """One case. `block` says which block of `layers` is meant, `gate` which gate of a recurrent cell: `all` for one
    function in all gates, or the name of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = Field(None, min_length=1, max_length=200, description="what the case shows")
    describe: dict[str, Any] = Field(description="a request: the four required fields, and any others")
    block: str | None = Field(None, description="the block that is meant; the first, unless given")
    gate: str | None = Field(None, description="the gate that is meant, or `all`; the hidden layer, unless given")
    expect: Expectation


class Outcome(Answer):
    """How one case fared: every failure with what was found; none where all expectations hold."""

    file: str
    case: str
    failures: tuple[str, ...] = ()


class Ready(NamedTuple):
    """A case that could be read, with its request."""

    label: str
    case: Case
    request: TaskDescription


def read_cases(text: str, file: str) -> Iterator[Ready | Outcome]:
    """Every case of a file; an outcome with failures for each that cannot be read. Never raises."""
    try:
        content = read_yaml(text)
    except yaml.YAMLError as error:
        yield Outcome(file=file, case="", failures=(" ".join(str(error).split()),))
        return
    if not isinstance(content, list) or not content:
        yield Outcome(file=file, case="", failures=("a file of cases is a list with at least one case",))
        return
    for index, raw in enumerate(content, start=1):
        yield _read(raw, file, _label(raw, index))


def _label(raw: Any, index: int) -> str:
    name = raw.get("name") if isinstance(raw, dict) else None
    return name if isinstance(name, str) and name else f"case {index}"


def _read(raw: Any, file: str, label: str) -> Ready | Outcome:
    if not isinstance(raw, dict):
        return Outcome(file=file, case=label, failures=("a case is a mapping with describe and expect",))
    faults: list[Fault] = []
    case = request = None
    try:
        case = Case.model_validate(raw)
    except ValidationError as error:
        faults += faults_of(error, Case)
    described = raw.get("describe")
    if isinstance(described, dict):
        try:
            request = read_request(described)
        except ContractError as error:
            faults += (one.model_copy(update={"pointer": f"/describe{one.pointer}"}) for one in error.faults)
    if case is not None and not case.expect.model_fields_set:
        faults.append(Fault(pointer="/expect", code="missing", message=f"expects nothing: give {_KNOWN}"))
    if faults or case is None or request is None:
        return Outcome(file=file, case=label, failures=tuple(_words(one) for one in faults))
    return Ready(label, case, request)


_KNOWN = ", ".join(Expectation.model_fields)


def _words(fault: Fault) -> str:
    allowed = f" It can be {', '.join(map(str, fault.allowed))}" if fault.allowed and not fault.nearest else ""
    return f"{fault.pointer or '/'}: {fault.message}{allowed}"
