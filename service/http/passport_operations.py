"""/v1/passports: what one function, of the catalogue or the caller's own, does in one network."""

from __future__ import annotations

from typing import Literal

from flask import Response, request
from pydantic import Field

from actwise.contract.faults import ContractError, Fault
from actwise.contract.names import ACTIVATIONS, canonical_name, nearest_name
from actwise.contract.vocabulary import Normalization
from models.formulas import FormulaRefused, formula_activation, formula_name
from service.advice.formulas import faults_of
from service.http.documents import document, encoded
from service.http.operations import Operation, Success
from service.http.passport_views import Passport, Passports
from service.http.problems import ProblemError
from service.http.query import Flag, Query, Whole, read_query
from service.passports.network import Wanted

PATH = "/v1/passports"

TrainedTask = Literal[
    "classification",
    "binary_classification",
    "multiclass_classification",
    "regression",
    "count_regression",
    "positive_regression",
]


class PassportsQuery(Query):
    """Of what, and in which network; give either `activation` or `formula`."""

    activation: str | None = Field(None, min_length=1, max_length=60, description="a name of the catalogue")
    formula: str | None = Field(None, min_length=1, max_length=300, description="a function of x: x * sigmoid(2 * x)")
    layer_type: Literal["dense", "conv", "recurrent", "attention", "graph"] = "dense"
    task: TrainedTask = Field("classification", description="of the data that the network sees")
    depth: Whole = Field(4, ge=1, le=64, description="hidden layers")
    width: Whole = Field(64, ge=1, le=256, description="units per hidden layer; fewer are built where that is too many")
    normalization: Normalization | None = Field(None, description="left out: what such networks usually have")
    residual: Flag = Field("0", description="1 for residual paths around every layer")
    deployment: Flag = Field("0", description="1 trains the network for a second or two, and runs it in few bits")
    data: str | None = Field(
        None, min_length=1, max_length=60, description="a bundled data set, such as digits; left out: synthetic"
    )
    seeds: Whole = Field(3, ge=2, le=5, description="networks trained per learning rate")


def passport_operations(passports: Passports) -> tuple[Operation, ...]:
    """The one operation on passports."""

    def read() -> Response:
        query = read_query(request, PassportsQuery)
        name = _name(query)
        wanted = Wanted(
            layer_type=query.layer_type,
            task=query.task,
            depth=query.depth,
            width=query.width,
            normalization=query.normalization,
            residual=query.residual == "1",
            data=query.data,
            seeds=query.seeds,
        )
        try:
            return document(encoded(passports(name, wanted, query.deployment == "1")))
        except ContractError as error:
            raise ProblemError("invalid_query", faults=error.faults) from None

    return (
        Operation(
            method="GET",
            path=PATH,
            name="readPassport",
            tag="catalogue",
            summary="Read the passports of one function in one network",
            description=(
                "Facts, gains and code of the function; how signals travel through the untrained network; what its "
                "gradient keeps in memory; what it costs on the machine that answers, measured once; what it becomes "
                "in ONNX and TensorFlow Lite. With `deployment=1` short trainings follow, and their networks run in "
                "int8, float16 and bfloat16. `formula` takes a function of your own."
            ),
            handler=read,
            query=PassportsQuery,
            answers={200: Success("The passports.", Passport, {"ETag": "changes with the content"})},
        ),
    )


def _name(query: PassportsQuery) -> str:
    """What is asked about. Raises ProblemError with every fault."""
    if (query.activation is None) == (query.formula is None):
        message = "give either activation or formula" + (", not both" if query.activation else "")
        code = "contradiction" if query.activation else "missing"
        raise ProblemError("invalid_query", faults=(Fault(pointer="/activation", code=code, message=message),))
    return _canonical(query.activation) if query.activation else _checked(str(query.formula))


def _canonical(sent: str) -> str:
    known = canonical_name(sent)
    if known is not None:
        return known
    near = nearest_name(sent, ACTIVATIONS)
    message = f"nothing is called {sent!r}" + (f": did you mean {near!r}?" if near else "")
    fault = Fault(
        pointer="/activation", code="not_allowed", message=message, sent=sent, allowed=ACTIVATIONS, nearest=near
    )
    raise ProblemError("invalid_query", faults=(fault,))


def _checked(sent: str) -> str:
    text = " ".join(sent.strip().removeprefix("=").split())
    try:
        formula_activation(text)
    except FormulaRefused as refused:
        raise ProblemError("invalid_query", faults=faults_of(refused, "/formula")) from None
    return formula_name(text)
