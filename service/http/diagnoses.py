"""/v1/diagnoses: a network in, what is wrong with it out. Nothing is kept."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from actwise.contract.diagnosis import Diagnosis, DiagnosisRequest
from actwise.contract.reading import read_diagnosis
from service.doctor.consultation import consult
from service.http.body import READING_PROBLEMS, parse_json, read_body
from service.http.documents import encoded
from service.http.operations import Operation, Success
from service.http.query import NoQuery, read_query

PATH = "/v1/diagnoses"

EXAMPLES: dict[str, dict[str, Any]] = {
    "pasted print": {
        "text": (
            "Sequential(\n"
            "  (0): Linear(in_features=784, out_features=64, bias=True)\n"
            "  (1): ReLU()\n"
            "  (2): Linear(in_features=64, out_features=10, bias=True)\n"
            "  (3): Softmax(dim=1)\n"
            ")"
        ),
        "context": {"loss": "CrossEntropyLoss", "task": "multiclass_classification", "classes": 10},
    },
    "short YAML": {"text": "layers: [dense 16 -> 64 selu he, batch_norm, dense 1 relu]\ntask: regression\nloss: mse\n"},
    "a network by its fields": {
        "network": {
            "layers": [
                {"kind": "dense", "name": "hidden", "inputs": 8, "units": 32, "activation": "tanh"},
                {"kind": "dense", "name": "out", "units": 1, "activation": "softmax"},
            ],
            "loss": "binary_crossentropy",
            "framework": "keras",
            "task": "binary_classification",
        }
    },
}
"""Requests to start from; each one is in the OpenAPI document and is sent by a test."""


def diagnosis_operations(max_body: int) -> tuple[Operation, ...]:
    """The one operation of the doctor; bodies of at most `max_body` bytes are taken."""

    def create() -> Response:
        read_query(request, NoQuery)
        asked = read_diagnosis(parse_json(read_body(request, max_body)))
        return Response(encoded(consult(asked)), content_type="application/json")

    return (
        Operation(
            method="POST",
            path=PATH,
            name="createDiagnosis",
            tag="diagnoses",
            summary="Describe or paste a network; get what is wrong with its activations",
            description=(
                "Send `text` (a PyTorch print(model), a Keras summary() or to_json(), YAML or JSON) or `network`, and "
                "in `context` what the text cannot say: any field of Network but `layers`, and `activations`, which "
                "names the activation of layers by their names. Nothing is executed and nothing is kept; equal "
                "requests get equal answers. `notes` and `not_checked` say what could not be seen."
            ),
            handler=create,
            body=DiagnosisRequest,
            examples=EXAMPLES,
            answers={200: Success("The findings, heaviest first.", Diagnosis)},
            problems=(*READING_PROBLEMS, "body_too_large", "unsupported_media_type", "invalid_request"),
        ),
    )
