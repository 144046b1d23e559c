"""/v1/activations: the catalogue of activations, each with facts, gains, a curve and a signal passport."""

from __future__ import annotations

from flask import Response, request

from actwise.contract.faults import Fault
from actwise.contract.names import nearest_name
from service.http.documents import document, encoded
from service.http.operations import Operation, Success
from service.http.problems import ProblemError
from service.http.query import NoQuery, PassportQuery, read_query
from service.http.reference import Reference
from service.http.views import ActivationDetail, ActivationEntry, ActivationList, PassportRequest

PATH = "/v1/activations"


class ActivationRoutes:
    """The handlers; everything but passports is encoded at start."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        entries = (ActivationEntry.model_validate(one.model_dump()) for one in reference.activations.values())
        self._list = encoded(ActivationList(items=tuple(entries)))
        self._details = {name: encoded(one) for name, one in reference.activations.items()}

    def all(self) -> Response:
        """The whole catalogue."""
        read_query(request, NoQuery)
        return document(self._list)

    def one(self, name: str) -> Response:
        """One activation, with its passport when that is asked for."""
        query = read_query(request, PassportQuery)
        activation = self._reference.activation(name)
        if activation is None:
            raise _unknown(name, self._reference)
        if query.passport == "0":
            return document(self._details[activation.name])
        return document(encoded(self._with_passport(activation, query)))

    def _with_passport(self, activation: ActivationDetail, query: PassportQuery) -> ActivationDetail:
        wanted = PassportRequest(query.depth, query.width, query.normalization, query.residual == "1")
        passport = self._reference.passport(activation.name, wanted)
        if passport is None:
            message = f"{activation.name} does not stand alone between hidden layers, so it has no signal passport"
            raise ProblemError(
                "invalid_query", faults=(Fault(pointer="/passport", code="no_passport", message=message),)
            )
        return activation.model_copy(update={"passport": passport})


def catalogue_operations(reference: Reference) -> tuple[Operation, ...]:
    """The two operations on the catalogue."""
    routes = ActivationRoutes(reference)
    etag = {"ETag": "changes with the content"}
    return (
        Operation(
            method="GET",
            path=PATH,
            name="listActivations",
            tag="catalogue",
            summary="List every activation of the catalogue",
            description="Facts, cost and initialisation of each; curves and gains are in the single ones.",
            handler=routes.all,
            answers={200: Success("The catalogue.", ActivationList, etag)},
        ),
        Operation(
            method="GET",
            path=f"{PATH}/{{name}}",
            name="readActivation",
            tag="catalogue",
            summary="Read one activation, and how signals travel through a network made of it",
            description=(
                "Names may be spelt as other libraries do (SiLU, hard-swish). With `passport=1` an untrained network "
                "of the given depth, width, normalisation and residual paths is measured over several seeds."
            ),
            handler=routes.one,
            path_parameters={
                "name": {"description": "name of the activation", "schema": {"type": "string"}, "example": "gelu"}
            },
            query=PassportQuery,
            answers={200: Success("The activation.", ActivationDetail, etag)},
            problems=("unknown_activation",),
        ),
    )


def _unknown(name: str, reference: Reference) -> ProblemError:
    near = nearest_name(name[:60], reference.activations)
    hint = f": did you mean {near!r}?" if near else ""
    return ProblemError("unknown_activation", f"nothing is called {name[:60]!r}{hint}")
