"""Query parameters, as strict as bodies: unknown ones, repeated ones and faulty ones are refused together."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

from flask import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from actwise.contract.answer import Status
from actwise.contract.dataset import DATASET_NAME, DATASET_NAME_LENGTH
from actwise.contract.faults import Fault
from actwise.contract.names import nearest_name
from actwise.contract.vocabulary import Normalization
from service.http.body import escaped
from service.http.problems import ProblemError

Flag = Literal["0", "1"]


def _digits(value: Any) -> Any:
    """pydantic would also take " 1_0 ", which nobody means."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise ValueError("must be a whole number")
    return value


Whole = Annotated[int, BeforeValidator(_digits)]


class Query(BaseModel):
    """The base of every set of query parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoQuery(Query):
    """A resource without parameters."""


class PageQuery(Query):
    """Which page of a list."""

    limit: Whole = Field(20, ge=1, le=100, description="entries per page")
    cursor: str | None = Field(
        None, min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_.~-]+$", description="`next` of the page before"
    )


class SearchQuery(PageQuery):
    """Which recommendations, and which page of them."""

    q: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="words that must all occur in the request or the id; `task:regression` is a field with its value",
    )
    status: Status | None = None


class DatasetQuery(Query):
    """What a data set is called."""

    name: str | None = Field(
        None,
        min_length=1,
        max_length=DATASET_NAME_LENGTH,
        pattern=DATASET_NAME,
        description="name of the file, for people; it decides nothing",
    )


class PassportQuery(Query):
    """Whether to compute a signal passport, and for which network."""

    passport: Flag = Field("0", description="1 adds the signal passport")
    depth: Whole = Field(8, ge=1, le=64, description="hidden layers")
    width: Whole = Field(128, ge=2, le=256, description="units per hidden layer")
    normalization: Normalization = "none"
    residual: Flag = Field("0", description="1 for residual paths around every layer")


Model = TypeVar("Model", bound=Query)


def read_query(request: Request, model: type[Model]) -> Model:
    """The parameters of a request. Raises ProblemError `invalid_query` with every fault at once."""
    if not request.query_string:
        return model()
    faults = [
        Fault(pointer=f"/{escaped(name)}", code="repeated", message="given more than once", sent=values[0][:100])
        for name, values in request.args.lists()
        if len(values) > 1
    ]
    try:
        found = model.model_validate(request.args.to_dict())
    except ValidationError as error:
        faults += [_fault(item, model) for item in error.errors(include_url=False)]
    if faults:
        raise ProblemError("invalid_query", faults=tuple(faults))
    return found


def _fault(item: Any, model: type[Query]) -> Fault:
    name, kind = str(item["loc"][0]), item["type"]
    allowed: tuple[str, ...] | None = None
    code = "invalid"
    word = str(item["input"])[:100]
    if kind == "extra_forbidden":
        allowed, code, word = tuple(model.model_fields), "unknown_parameter", name
    elif kind == "literal_error":
        allowed, code = tuple(re.findall(r"'([^']*)'", item["ctx"]["expected"])), "not_allowed"
    return Fault(
        pointer=f"/{escaped(name)}",
        code=code,
        message=item["msg"].removeprefix("Value error, "),
        sent=str(item["input"])[:100],
        allowed=allowed,
        nearest=nearest_name(word, allowed) if allowed else None,
    )
