"""The whole diagnosis: sound networks pass, any network gets an answer, and the same one always."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actwise.contract import vocabulary
from actwise.contract.diagnosis import Diagnosis, LayerKind, Network
from actwise.contract.names import ACTIVATIONS
from service.doctor.checks import CHECKS
from service.doctor.diagnose import diagnose, diagnosis_id
from tests.service.doctor.cases import act, cell, conv, dense, drop, head, network, norm, stack

_TYPES = ("BatchNorm1d", "LayerNorm", "AlphaDropout", "Dropout", "LSTM", "GRU", "RNN", "Linear", "Conv2d", "Softmax")
_LOSSES = (
    "CrossEntropyLoss",
    "BCELoss",
    "BCEWithLogitsLoss",
    "NLLLoss",
    "MSELoss",
    "binary_cross_entropy",
    "sparse_categorical_crossentropy",
    "focal",
    "wasserstein",
    "PoissonNLLLoss",
    "my_loss",
)
_SCHEMES = ("he_normal", "glorot_uniform", "lecun_normal", "zeros", "constant", "siren", "pytorch", "orthogonal", "")
_names = st.sampled_from(ACTIVATIONS)
_values = st.one_of(st.booleans(), st.integers(-2, 3), st.floats(0, 1), st.just("same"))
_keys = st.sampled_from(("p", "rate", "dim", "axis", "negative_slope", "bias", "omega", "recurrent_dropout"))


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


_layers = st.fixed_dictionaries(
    {"kind": st.sampled_from(get_args(LayerKind))},
    optional={
        "name": st.sampled_from(("fc", "net.0", "net.1", "std_head", "log_std", "odd name é")),
        "type": st.sampled_from(_TYPES),
        "activation": _maybe(_names),
        "inputs": st.sampled_from((1, 3, 64, 10**9)),
        "units": st.sampled_from((1, 2, 5, 64, 10**9)),
        "initialization": st.sampled_from(_SCHEMES),
        "gate_activation": _names,
        "parameters": st.dictionaries(_keys, _values, max_size=2),
    },
)
_targets = st.fixed_dictionaries(
    {},
    optional={
        "low": st.sampled_from((-1e300, -1.0, 0.0, 2.0)),
        "high": st.sampled_from((-1.0, 1.0, 3.0, 1e300)),
        "mean": st.sampled_from((-1.0, 0.0, 4.0, 1e12)),
    },
)
_networks = st.fixed_dictionaries(
    {
        "layers": st.one_of(
            st.lists(_layers, min_size=1, max_size=8),
            st.lists(_layers, min_size=1, max_size=1).map(lambda one: one * 9),
        )
    },
    optional={
        "loss": st.sampled_from(_LOSSES),
        "from_logits": st.booleans(),
        "framework": st.sampled_from(("pytorch", "keras", "jax", "sklearn")),
        "task": st.sampled_from(vocabulary.TASKS),
        "classes": st.sampled_from((1, 2, 10, 10**7)),
        "target": _targets,
        "modality": st.sampled_from(vocabulary.MODALITIES),
        "depth": st.sampled_from((1, 6, 10_000)),
        "residual": st.booleans(),
        "weight_decay": st.sampled_from((0.0, 0.1, 1000.0)),
        "learning_rate": st.sampled_from((1e-9, 0.1, 1000.0)),
        "precision": st.sampled_from(("float16", "float32")),
        "deployment": st.sampled_from(
            ({"int8": True}, {"target": "edge_tpu"}, {"operators": ["relu"]}, {"operators": []})
        ),
        "input_derivatives": st.integers(0, 4),
        "privacy": st.sampled_from(("none", "dp_sgd")),
        "adversarial": st.booleans(),
        "imbalance": st.sampled_from((1e-300, 0.01, 0.5)),
    },
).map(Network.model_validate)


def resnet() -> Network:
    block = [
        conv(64),
        norm("BatchNorm2d"),
        act("relu"),
        conv(64),
        norm("BatchNorm2d"),
        {"kind": "addition"},
        act("relu"),
    ]
    layers = [
        conv(64),
        norm("BatchNorm2d"),
        act("relu"),
        {"kind": "pooling"},
        *block * 4,
        {"kind": "pooling"},
        dense(1000),
    ]
    return network(layers, loss="CrossEntropyLoss", task="multiclass_classification", classes=1000, framework="pytorch")


def tagger() -> Network:
    layers = [{"kind": "embedding", "units": 100}, cell(units=128) | {"units": 128}, drop(), dense(17)]
    return network(layers, loss="CrossEntropyLoss", task="sequence_labeling", classes=17, framework="pytorch")


def transformer() -> Network:
    block = [
        {"kind": "attention", "units": 512},
        {"kind": "addition"},
        norm("LayerNorm"),
        dense(2048, "gelu"),
        dense(512),
        {"kind": "addition"},
        norm("LayerNorm"),
    ]
    return network(
        [{"kind": "embedding"}, *block * 12, dense(2)],
        loss="CrossEntropyLoss",
        task="binary_classification",
        framework="pytorch",
    )


def perceptron() -> Network:
    return network(head(dense(32, "relu"), dense(1)), loss="BCEWithLogitsLoss", task="binary_classification")


@pytest.mark.parametrize("sound", [resnet(), tagger(), transformer(), perceptron()], ids=lambda _: "")
def test_sound_networks_have_neither_errors_nor_warnings(sound: Network) -> None:
    assert [one for one in diagnose(sound, "network").findings if one.severity != "advice"] == []


@settings(max_examples=150, deadline=None)
@given(_networks, st.sampled_from(("network", "pytorch", "keras", "yaml")))
def test_any_network_gets_an_answer_with_every_check_once(any_network: Network, read_as: Any) -> None:
    answer = diagnose(any_network, read_as)
    assert [one.check for one in answer.checks] == [check.id for check in CHECKS]
    found = {one.check for one in answer.findings}
    assert found == {one.check for one in answer.checks if one.verdict == "found"}
    assert all(one.because for one in answer.checks if one.verdict == "not_checked")
    assert all(one.proof for one in answer.findings if one.severity != "advice")
    assert all(place < len(any_network.layers) for one in answer.findings for place in one.layers)
    assert 1 <= len(answer.summary) <= 3
    Diagnosis.model_validate_json(answer.model_dump_json())


@settings(max_examples=25, deadline=None)
@given(_networks)
def test_the_same_network_gives_the_same_bytes(any_network: Network) -> None:
    again = Network.model_validate_json(any_network.model_dump_json())
    assert diagnose(any_network, "yaml").model_dump_json() == diagnose(again, "yaml").model_dump_json()


def test_findings_come_by_weight_and_then_by_place() -> None:
    broken = network(
        [dense(8, "relu"), norm(), norm(), dense(64, "softmax"), act("leaky_relu"), dense(10, "softmax")],
        loss="CrossEntropyLoss",
    )
    found = diagnose(broken, "network").findings
    weights = [("error", "warning", "advice").index(one.severity) for one in found]
    assert set(weights) == {0, 1, 2}
    assert weights == sorted(weights)


def test_the_summary_leads_with_the_heaviest_finding_and_its_number() -> None:
    summary = diagnose(network(head(dense(10, "softmax")), loss="CrossEntropyLoss"), "network").summary
    assert summary[0].startswith("1 error")
    assert "1.461" in summary[1]


def test_nothing_found_is_said_with_how_much_was_looked_at() -> None:
    assert diagnose(perceptron(), "network").summary[0].startswith("Nothing was found in 3 layers")


def test_what_no_check_looks_at_depends_on_what_was_read() -> None:
    of_print = diagnose(perceptron(), "pytorch").not_checked
    assert any("forward()" in one for one in of_print)
    assert not any("forward()" in one for one in diagnose(perceptron(), "network").not_checked)


def test_the_id_depends_on_everything_that_the_answer_depends_on() -> None:
    one = perceptron()
    ids = {
        diagnosis_id(one, "network"),
        diagnosis_id(one, "pytorch"),
        diagnosis_id(one, "network", ("?",)),
        diagnosis_id(one.model_copy(update={"classes": 2}), "network"),
    }
    assert len(ids) == 4
    assert all(name.startswith("dia_") and len(name) == 24 for name in ids)


def test_a_sequence_of_repeated_layers_is_one_finding_and_not_many() -> None:
    found = diagnose(network(stack("selu", 40, initialization="he_normal")), "network").findings
    assert len([one for one in found if one.check == "selu-start"]) == 1


def test_one_fault_in_many_places_is_one_finding_that_says_so() -> None:
    found = diagnose(network([dense(64, inputs=64)] * 40), "network").findings
    repeated = next(one for one in found if one.check == "layers-without-activation")
    assert "The same holds in 38 more places." in repeated.message
    assert repeated.layers == tuple(range(40))


def test_more_findings_than_are_shown_are_counted() -> None:
    layers = [dense(size, inputs=size) for size in range(10, 60)]
    answer = diagnose(network(layers), "network")
    done = next(one for one in answer.checks if one.check == "layers-without-activation")
    assert done.because is not None
    assert "the first 20 of" in done.because
    assert len([one for one in answer.findings if one.check == done.check]) == 20


@pytest.mark.parametrize("ends", [(-1e300, 1e300), (0.0, 1e-300), (3.0, 3.0), (5.0, -5.0)])
@pytest.mark.parametrize("name", ["identity", "tanh", "sigmoid"])
def test_extreme_ranges_of_the_target_are_taken(name: str, ends: tuple[float, float]) -> None:
    target = {"low": ends[0], "high": ends[1]}
    assert diagnose(network(head(dense(1, name)), task="regression", target=target), "network").id
