"""The doctor's use-case from end to end."""

from __future__ import annotations

from actwise.contract.reading import read_diagnosis
from service.doctor.consultation import consult


def test_what_was_read_and_concluded_stands_in_the_diagnosis() -> None:
    found = consult(read_diagnosis({"text": "layers: [dense 3 softmax]", "context": {"loss": "BCELoss"}}))
    assert found.read_as == "yaml"
    assert found.network.from_logits is False
    assert "from_logits = false" in found.notes[0]


def test_equal_requests_get_equal_answers() -> None:
    asked = read_diagnosis({"text": "layers: [dense 3 relu, dense 1 relu]", "context": {"task": "regression"}})
    assert consult(asked).model_dump_json() == consult(asked).model_dump_json()
