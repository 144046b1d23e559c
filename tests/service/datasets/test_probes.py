"""Probes on data sets: trained on by any worker, refused at once where nothing can be learned, held while needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from actwise.contract.faults import ContractError, Fault
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from rules import RuleSet
from service.datasets.inspection import inspect
from service.datasets.port import InUseError
from service.datasets.stored import StoredDatasets
from service.jobs.actwise_probing import ActwiseProbing
from service.jobs.recommendations import DurableRecommendations
from service.jobs.retention import purge
from service.jobs.runtime import make_client
from service.storage.engine import make_engine

RULES = RuleSet.load()
RNG = np.random.default_rng(8)


def csv(rows: int = 60, **columns: Any) -> bytes:
    made = {"a": RNG.standard_normal(rows).round(3), "b": [f"{i}x"[-2:] for i in range(rows)], **columns}
    lines = [",".join(made), *(",".join(map(str, row)) for row in zip(*made.values(), strict=True))]
    return "\n".join(lines).encode()


GOOD = csv(y=[f"c{i % 2}" for i in range(60)], who=[i % 9 for i in range(60)])


@pytest.fixture
def datasets(migrated_url: str) -> Iterator[StoredDatasets]:
    store = StoredDatasets(migrated_url, inspect=inspect)
    yield store
    store.close()


@pytest.fixture
def probing(datasets: StoredDatasets) -> ActwiseProbing:
    return ActwiseProbing(None, 1, RULES, datasets.contents)


@pytest.fixture
def store(migrated_url: str, probing: ActwiseProbing) -> Iterator[DurableRecommendations]:
    store = DurableRecommendations(migrated_url, lambda: probing)
    yield store
    store.close()


def asked(dataset: str, task: str = "classification", layer_type: str = "dense", **data: Any) -> TaskDescription:
    probe = {"network_steps": 2_000, "seeds": 2, "data": {"dataset": dataset, **data}}
    network = {"task": task, "layer_type": layer_type, "depth": 1, "width": 4, "compute_budget": "low"}
    return read_request(network | {"allow": ["relu", "tanh"], "probe": probe})


def fault(store: DurableRecommendations, request: TaskDescription) -> Fault:
    with pytest.raises(ContractError) as refused:
        store.submit(request)
    assert store.list(10).entries == ()
    return refused.value.faults[0]


def test_a_worker_of_another_process_trains_on_the_same_arrays(
    datasets: StoredDatasets, store: DurableRecommendations, probing: ActwiseProbing, migrated_url: str
) -> None:
    made = datasets.add(GOOD, "good.csv").dataset
    request = asked(made.id, target="y", group="who")
    assert store.submit(request).status == "queued"
    plan = probing.plan(request)
    elsewhere = ActwiseProbing(None, 1, RULES, StoredDatasets(migrated_url).contents)
    assert elsewhere.plan(request) == plan
    task = elsewhere.open(plan).ask()[0]
    assert "score" in elsewhere.train(plan, task.payload, lambda: False)


def test_an_unknown_and_a_deleted_data_set_are_told_apart_from_nothing(
    datasets: StoredDatasets, store: DurableRecommendations
) -> None:
    made = datasets.add(GOOD, "good.csv").dataset
    datasets.delete(made.id)
    for identifier in (made.id, "ds_" + "0" * 32, "nonsense"):
        found = fault(store, asked(identifier))
        assert (found.pointer, found.code, found.sent) == ("/probe/data/dataset", "unknown_data", identifier)


@pytest.mark.parametrize(
    ("content", "request_", "code"),
    [
        (csv(y=[0] * 60), {"target": "y"}, "one_class"),
        (csv(y=[1.5] * 60), {"target": "y", "task": "regression"}, "constant_target"),
        (csv(y=[float("inf")] + [0.5] * 58 + [1]), {"target": "y", "task": "regression"}, "target_not_finite"),
        (csv(y=[1e31] + [0.5] * 59), {"target": "y", "task": "regression"}, "target_out_of_range"),
        (csv(y=[""] + [0.5] * 58 + [1]), {"target": "y", "task": "regression"}, "target_missing"),
        (csv(y=["low", "high"] * 30), {"target": "y", "task": "regression"}, "target_not_numeric"),
        (csv(20_000, y=[f"k{i % 10_000}" for i in range(20_000)]), {"target": "y"}, "too_many_classes"),
        (csv(y=["rare"] + ["usual"] * 59), {"target": "y"}, "one_class"),
        (csv(y=[0, 1] * 30, age=[*range(59), "old"]), {"target": "y"}, "not_numeric"),
        (csv(y=[0, 1] * 30, who=["one"] * 60), {"target": "y", "group": "who"}, "cannot_split"),
        (csv(y=[0, 1] * 30), {"target": "z"}, "unknown_column"),
        (csv(y=[0, 1] * 30), {"target": "y", "ignore": ["a", "b"]}, "no_features"),
        (GOOD, {"target": "y", "task": "survival"}, "task_not_trainable"),
    ],
)
def test_data_from_which_nothing_can_be_learned_are_refused_with_the_request_and_stay_as_they_are(
    datasets: StoredDatasets,
    store: DurableRecommendations,
    content: bytes,
    request_: dict[str, Any],
    code: str,
) -> None:
    made = datasets.add(content, "data.csv").dataset
    assert fault(store, asked(made.id, **request_)).code == code
    assert datasets.contents[made.id] == content


def test_a_class_with_one_member_and_1e30_among_features_are_no_reason_to_refuse(
    datasets: StoredDatasets, store: DurableRecommendations
) -> None:
    content = csv(y=["rare"] + ["yes", "no"] * 29 + ["no"], big=[1e30, -1e30, *RNG.standard_normal(58)])
    made = datasets.add(content, "odd.csv").dataset
    assert store.submit(asked(made.id, target="y")).status == "queued"


def test_a_data_set_is_held_by_a_queued_probe_and_free_after_its_end(
    datasets: StoredDatasets, store: DurableRecommendations
) -> None:
    made = datasets.add(GOOD, "good.csv").dataset
    queued = store.submit(asked(made.id, target="y"))
    with pytest.raises(InUseError, match=queued.id):
        datasets.delete(made.id)
    store.cancel(queued.id)
    assert datasets.delete(made.id)


def test_data_sets_that_nobody_wanted_for_long_are_purged_unless_a_probe_waits_for_them(
    datasets: StoredDatasets, store: DurableRecommendations, migrated_url: str
) -> None:
    wanted, old, young = (datasets.add(GOOD + b"\n" * n, "t.csv").dataset.id for n in range(3))
    store.submit(asked(wanted, target="y"))
    engine = make_engine(migrated_url)
    with engine.begin() as connection:
        age = 100 * 86_400_000_000
        aged = sa.text(f"UPDATE datasets SET used_us = used_us - {age} WHERE id <> '{young}'")
        connection.execute(aged)
    assert purge(engine, make_client(engine), answer_days=90).datasets == 1
    assert {one.id for one in datasets.list(10).items} == {wanted, young}
    assert old not in datasets.contents
    engine.dispose()
