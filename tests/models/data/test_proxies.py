"""Synthetic rows of every form: the same for the same seed, in shape, and of a difficulty that shows differences."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from models.data.prepared import PreparedData, prepare
from models.data.proxies.graphs import MOST_NODES
from models.data.proxies.sequences import LAG, STEPS
from models.data.proxy import ProxySpec, proxy_table
from models.data.rows import Form
from models.data.targets import TRAINABLE_TASKS
from models.heads import heads_for, score_for
from models.networks.families import FAMILIES
from models.networks.shapes import AttentionShape, ConvShape, DenseShape, GraphShape, Network, RecurrentShape
from models.training.run import run_task
from models.training.task import TrainingTask

FORMS: tuple[Form, ...] = ("image", "signal", "sequence", "tokens", "node")


@cache
def data(form: Form, task: str = "regression", rows: int = 2_000) -> PreparedData:
    return prepare(proxy_table(ProxySpec(task=task, form=form, rows=rows, classes=5)), task)


@pytest.mark.parametrize("task", TRAINABLE_TASKS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_targets_of_every_kind(form: Form, task: str) -> None:
    made = data(form, task, 300)
    assert made.row.form == form
    assert made.row.features == made.features == made.x_train.shape[1]
    assert np.isfinite(made.x_train).all()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(form: Form) -> None:
    spec = ProxySpec(task="regression", form=form, rows=200)
    one, again, other = (proxy_table(spec, seed) for seed in (1, 1, 2))
    assert (one.x.tobytes(), one.y.tobytes()) == (again.x.tobytes(), again.y.tobytes())
    assert one.y.tobytes() != other.y.tobytes()


def test_the_marked_values_of_a_sequence_lie_far_before_its_end() -> None:
    marks = proxy_table(ProxySpec(task="regression", form="sequence", rows=400)).x.reshape(400, STEPS, 3)[:, :, 1]
    assert (marks.sum(axis=1) == 2).all()
    assert not marks[:, STEPS - LAG :].any()


def test_tokens_hold_each_marked_word_once() -> None:
    codes = proxy_table(ProxySpec(task="regression", form="tokens", rows=400)).x
    assert ((codes == 0).sum(axis=1) == 1).all()
    assert ((codes == 1).sum(axis=1) == 1).all()


def test_neighbours_in_a_graph_are_mostly_of_one_kind() -> None:
    table = proxy_table(ProxySpec(task="multiclass_classification", form="node", rows=600, classes=3, noise=0))
    assert table.row is not None
    assert table.row.graph is not None
    one, other = table.row.graph.edges
    shared = (table.y[one] == table.y[other]).mean()
    by_chance = np.mean(table.y == np.random.default_rng(0).permutation(table.y))
    assert shared > by_chance + 0.15


def test_a_graph_is_small_enough_for_a_pass_through_all_of_it() -> None:
    spec = ProxySpec(task="regression", form="node", rows=20_000)
    assert len(proxy_table(spec).y) == MOST_NODES == 400


def shares(form: Form, classes: int, **wanted: float) -> Any:
    spec = ProxySpec.model_validate({"task": "multiclass_classification", "form": form, "classes": classes, **wanted})
    y = proxy_table(spec).y
    return np.bincount(y, minlength=classes) / len(y)


@pytest.mark.parametrize("form", ["table", *FORMS])
def test_no_class_is_rare_by_chance_and_so_accuracy_judges(form: Form) -> None:
    for classes in (2, 5, 10):
        assert shares(form, classes).min() > 0.4 / classes
    made = data(form, "multiclass_classification", 400)
    assert score_for("multiclass_classification", made.y_train).name == "accuracy"


@pytest.mark.parametrize("form", ["table", "tokens"])
def test_the_rarest_class_is_as_rare_as_described(form: Form) -> None:
    found = shares(form, 4, imbalance=0.03)
    assert found.argmin() == 3
    assert found.min() == pytest.approx(0.03, abs=0.005)
    assert shares(form, 4, imbalance=0.5).min() > 0.1


def network(family: str, made: PreparedData) -> Network:
    row = made.row
    common: dict[str, Any] = {"features": row.features, "outputs": 1, "depth": 2, "width": 32}
    if family == "dense":
        return DenseShape(**common)
    if family == "conv":
        return ConvShape(**common | {"width": 16}, sizes=row.sizes)
    if family == "graph":
        assert row.graph is not None
        nodes, numbers = row.graph.features.shape
        return GraphShape(**common, node_features=numbers, nodes=nodes, edges=row.graph.edges.shape[1])
    shape: Any = RecurrentShape if family == "recurrent" else AttentionShape
    return shape(**common | {"depth": 1}, sizes=row.sizes, vocabulary=row.vocabulary)  # type: ignore[no-any-return]


def explained(form: Form, family: str) -> float:
    """The share of the variance that a small network of this family explains after a short training."""
    made = data(form)
    activation = "tanh" if family == "recurrent" else "relu"
    task = TrainingTask(
        id="reference",
        candidate=activation,
        activation=activation,
        head=heads_for("regression")[0].id,
        network=network(family, made),
        gain=1.0 if activation == "tanh" else 2**0.5,
        learning_rates=(0.01 if family != "dense" else 0.003,),
        seeds=(0,),
        steps=500,
        batch_size=64,
    )
    score = run_task(task, made).members[0].score
    assert score is not None
    return score


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "family"),
    [("image", "conv"), ("signal", "conv"), ("sequence", "recurrent"), ("tokens", "recurrent"), ("node", "graph")],
)
def test_a_network_made_for_the_form_is_neither_lost_nor_perfect(form: Form, family: str) -> None:
    if family not in FAMILIES:
        pytest.skip(f"there is no {family} network")
    assert 0.25 < explained(form, family) < 0.96


@pytest.mark.slow
@pytest.mark.parametrize("form", ["image", "sequence"])
def test_dense_layers_that_stand_in_see_far_less(form: Form) -> None:
    assert explained(form, "dense") < 0.3
