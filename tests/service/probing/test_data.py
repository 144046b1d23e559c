"""Which data a probe trains on."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.reading import read_request
from actwise.contract.situation import resolve
from actwise.contract.vocabulary import TASKS
from models.data.table import DataRefused
from service.probing.data import DataReference, load, proxy_spec, reference


def described(**fields: Any) -> DataReference:
    request = read_request(
        {"task": "classification", "layer_type": "dense", "depth": 2, "compute_budget": "low", **fields}
    )
    return reference(request, resolve(request)[0][0], 0)


def probe(**data: Any) -> dict[str, Any]:
    return {"seconds": 1, "data": data}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_synthetic_data(task: str) -> None:
    extra = {"target": {"low": 0, "high": 5}} if task == "bounded_regression" else {}
    ref = described(task=task, **extra)
    assert ref.kind == "synthetic"
    assert len(load(ref).x_train) > 100


def test_a_description_of_any_size_gives_data_of_a_size_that_can_be_trained() -> None:
    request = {"task": "classification", "layer_type": "attention", "depth": 2, "compute_budget": "high"}
    huge = read_request({**request, "rows": 10**12, "features": 10**6, "classes": 50_000})
    spec = proxy_spec(resolve(huge)[0][0])
    assert (spec.rows, spec.features, spec.classes) == (2_000, 64, 10)
    tiny = read_request({**request, "rows": 1, "features": 1, "classes": 2})
    assert proxy_spec(resolve(tiny)[0][0]).rows >= 100


def test_a_reference_survives_json_and_gives_the_same_arrays() -> None:
    ref = described(task="count_regression", target={"mean": 2.0, "overdispersed": True})
    again = DataReference.model_validate_json(ref.model_dump_json())
    assert load(again).fingerprint == load(ref).fingerprint


def test_a_coarse_task_takes_the_finer_one_of_the_bundled_set() -> None:
    assert described(probe=probe(name="breast_cancer")).task == "binary_classification"
    assert described(probe=probe(name="digits")).task == "multiclass_classification"
    assert described(task="regression", probe=probe(name="diabetes")).task == "regression"


@pytest.mark.parametrize(("task", "name"), [("regression", "digits"), ("binary_classification", "digits")])
def test_a_bundled_set_for_another_task_is_refused(task: str, name: str) -> None:
    with pytest.raises(DataRefused) as refused:
        load(described(task=task, probe=probe(name=name)))
    assert refused.value.code == "wrong_task"


def test_an_unknown_bundled_set_is_refused() -> None:
    with pytest.raises(DataRefused, match="no bundled data set"):
        load(described(probe=probe(name="mnist")))


def test_a_stored_file_is_found_by_its_fingerprint() -> None:
    content = ("a,b,kind\n" + "".join(f"{i},{i * i},{'xy'[i % 2]}\n" for i in range(40))).encode()
    ref = described(probe=probe(file="/tmp/mine.csv", fingerprint="f00d", target="kind"))
    assert (ref.kind, ref.name) == ("file", "mine.csv")
    data = load(ref, {"f00d": content}.__getitem__)
    assert (data.classes, data.features) == (2, 2)


def test_a_file_that_is_not_stored_or_was_never_read_is_refused() -> None:
    ref = described(probe=probe(file="mine.csv", fingerprint="f00d"))
    for resolver in (None, {}.__getitem__):
        with pytest.raises(DataRefused, match="f00d"):
            load(ref, resolver)
    with pytest.raises(DataRefused, match="has not been read"):
        described(probe=probe(file="mine.csv"))
