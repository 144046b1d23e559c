"""Networks stored and run in few bits."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations import get
from models.activations.base import Array
from models.data.prepared import PreparedData, prepare
from models.data.proxy import ProxySpec, proxy_table
from models.heads import heads_for
from models.networks.dense import Dense
from models.networks.parts import WeightStart
from models.networks.shapes import DenseShape
from models.passports import FORMATS, Trial, deployment_of, drops
from models.passports.formats import Format
from models.passports.inference import activation_ranges, raw_outputs
from models.training.task import TrainingTask

SHAPE = DenseShape(features=6, outputs=2, depth=2, width=12)


def network(name: str = "tanh") -> tuple[Dense, Array]:
    made = Dense(SHAPE, get(name), members=2, rows=8)
    made.begin(WeightStart(1.4, 1.4), root=0, seeds=(0, 1), output_bias=np.zeros(2))
    x = np.random.default_rng(0).normal(size=(300, 6)).astype(np.float32)
    return made, made.prepared(x)


def test_ranges_are_the_extremes_over_all_rows() -> None:
    made, x = network()
    ranges = activation_ranges(made, x)
    seen: dict[int, list[float]] = {0: [], 1: []}
    made.infer(x, alter=lambda layer, value: seen[layer].append(float(value[1].max())))
    assert [float(ranges[layer][1][1].squeeze()) for layer in (0, 1)] == [max(seen[0]), max(seen[1])]


@pytest.mark.parametrize(("form", "least"), [("int8_per_tensor", 25), ("float16", 55), ("bfloat16", 35)])
def test_each_format_costs_as_many_decibels_as_its_bits_say(form: Format, least: float) -> None:
    made, x = network()
    whole = raw_outputs(made, x)
    error = raw_outputs(made, x, form, activation_ranges(made, x)) - whole
    decibels = 10 * np.log10(np.square(whole).mean() / np.square(error).mean())
    assert least < decibels < least + 25


def test_the_network_is_as_before_afterwards() -> None:
    made, x = network()
    before = made.parameters.copy()
    whole = raw_outputs(made, x)
    for form in FORMATS:
        raw_outputs(made, x, form, activation_ranges(made, x))
    np.testing.assert_array_equal(made.parameters, before)
    np.testing.assert_array_equal(raw_outputs(made, x), whole)


def test_an_unlike_channel_spoils_a_common_scale_only() -> None:
    made, x = network()
    made.weights()["hidden 0"][:, 0] *= 300
    whole, ranges = raw_outputs(made, x), activation_ranges(made, x)
    common, apart = (
        np.abs(raw_outputs(made, x, form, ranges) - whole).mean() for form in ("int8_per_tensor", "int8_per_channel")
    )
    assert common > 5 * apart


def test_drops_have_an_interval_over_the_seeds() -> None:
    stored = {form: np.array([0.9, 0.88, 0.92]) for form in FORMATS}
    stored["float16"] = np.array([0.9, np.nan, 0.9])
    stored["bfloat16"] = np.array([np.nan, np.nan, 0.9])
    decibels = {form: np.array([40.0, 42.0, np.inf]) for form in FORMATS}
    first, _, half, brain = drops(Trial(np.array([0.9, 0.9, 0.9]), stored, decibels))
    # Student's t with 2 degrees of freedom at 95 %: 2.919986.
    assert first.mean == pytest.approx(0)
    assert first.high == pytest.approx(2.919986 * 0.02 / np.sqrt(3), rel=1e-5)
    assert (half.mean, half.failed) == (0.0, 1)
    assert (brain.mean, brain.low, brain.failed, brain.signal_to_noise) == (None, None, 2, 41.0)


def prepared() -> PreparedData:
    spec = ProxySpec(task="multiclass_classification", rows=400, features=6, classes=2)
    return prepare(proxy_table(spec), "multiclass_classification")


def task(**changes: object) -> TrainingTask:
    head = heads_for("multiclass_classification")[0].id
    fields = {
        "id": "deployment",
        "candidate": "relu",
        "activation": "relu",
        "head": head,
        "network": SHAPE,
        "gain": 1.4,
        "learning_rates": (1e-3, 1e-2),
        "seeds": (0, 1, 2),
        "steps": 60,
        "batch_size": 64,
    }
    return TrainingTask.model_validate(fields | changes)


def test_a_passport_is_a_function_of_its_arguments() -> None:
    first, second = (deployment_of(task(), prepared(), get("relu")) for _ in range(2))
    assert first == second
    assert [drop.form for drop in first.drops] == list(FORMATS)
    assert first.seeds == 3
    assert first.score is not None
    assert first.score > 0.6


def test_networks_that_all_diverge_have_no_drops() -> None:
    found = deployment_of(task(learning_rates=(1e6,), optimizer="sgd"), prepared(), get("squared_relu"))
    assert (found.score, found.learning_rate, found.drops) == (None, None, ())
