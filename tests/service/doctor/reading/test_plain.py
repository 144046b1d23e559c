"""Reading networks written by hand, as YAML or JSON, in full or short."""

from __future__ import annotations

import json

import pytest

from actwise.contract.diagnosis import Layer
from actwise.contract.faults import ContractError
from service.doctor.reading.plain import read_plain


def layers(text: str) -> tuple[Layer, ...]:
    return read_plain(text)[0].layers


def one(words: str) -> Layer:
    return layers(json.dumps([words]))[0]


def messages(text: str) -> list[str]:
    with pytest.raises(ContractError) as caught:
        read_plain(text)
    return [fault.message for fault in caught.value.faults]


def test_yaml_and_json_say_the_same() -> None:
    fields = {"layers": [{"kind": "dense", "units": 10, "activation": "ReLU"}], "loss": "mse"}
    assert read_plain(json.dumps(fields)) == read_plain(
        "layers:\n- kind: dense\n  units: 10\n  activation: relu\nloss: mse"
    )


def test_a_list_alone_is_the_layers() -> None:
    assert [layer.units for layer in layers("- dense 3\n- dense 4")] == [3, 4]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("dense 64 relu", {"kind": "dense", "units": 64, "activation": "relu"}),
        ("dense 8 -> 4 ReLU he", {"inputs": 8, "units": 4, "activation": "relu", "initialization": "he"}),
        ("fc 10", {"kind": "dense", "units": 10, "activation": "identity"}),
        ("dense 10 ?", {"kind": "dense", "units": 10, "activation": None}),
        ("conv2d 3, 32 silu kernel=3", {"inputs": 3, "units": 32, "activation": "silu", "parameters": {"kernel": 3}}),
        ("lstm 32", {"type": "lstm", "units": 32, "activation": "tanh", "gate_activation": "sigmoid"}),
        ("gru 32 relu", {"kind": "recurrent", "activation": "relu", "gate_activation": "sigmoid"}),
        ("Batch-Norm", {"kind": "normalization", "type": "batch_norm"}),
        ("dropout 0.5", {"kind": "dropout", "parameters": {"p": 0.5}}),
        ("softmax", {"kind": "activation", "activation": "softmax"}),
        ("leaky_relu 0.2", {"kind": "activation", "activation": "leaky_relu", "parameters": {"alpha": 0.2}}),
        ("dense units=8 name=out", {"kind": "dense", "units": 8, "name": "out"}),
        ("attention 64", {"kind": "attention", "units": 64, "activation": None}),
    ],
)  # fmt: skip
def test_short_layers(words: str, fields: dict[str, object]) -> None:
    found = one(words).model_dump()
    assert {name: found[name] for name in fields} == fields


def test_a_type_alone_tells_the_kind() -> None:
    assert [
        layer.kind for layer in layers('[{"type": "BatchNorm2d"}, {"type": "gru", "units": 3}, {"type": "Linear"}]')
    ] == [
        "normalization",
        "recurrent",
        "dense",
    ]


def test_inputs_follow_from_the_units_before_where_nothing_changes_their_number() -> None:
    words = "[dense 8 -> 4 relu, batch_norm, dense 3, flatten, dense 2 glu, dense 5, conv 3, global_pool, dense 2]"
    assert [layer.inputs for layer in layers(words) if layer.kind in ("dense", "conv")] == [8, 4, None, None, 5, 3]


def test_every_fault_is_told_at_once_with_the_nearest_spelling() -> None:
    told = messages("layers: [dense 64 reluu, btch_norm, {kind: dense, actvation: relu}]\ntsk: regression\nloss: 5")
    assert sorted(text.partition(":")[0] for text in told) == [
        "layers/0",
        "layers/1",
        "layers/2/actvation",
        "loss",
        "tsk",
    ]
    for near in ("'relu'", "'batch_norm'", "'activation'", "'task'"):
        assert any(text.endswith(f"did you mean {near}?") for text in told)


def test_no_more_than_a_hundred_faults_are_told() -> None:
    assert len(messages(f"layers: [{'dnse 3, ' * 4_000}]")) == 100


@pytest.mark.parametrize(
    "text",
    [
        "tell me what to use",
        "3",
        "{}",
        "layers: 3",
        "layers: []",
        "a: &x [1]\nb: *x",
        "layers: !!python/name:os.system [x]",
        "a: 1\na: 2",
        "--- a\n--- b",
        "? [a]\n: b",
        "[1, 2",
        "\tx: 1",
        "layers: [{kind: dense, units: 1.0e+999}]",
    ],
)
def test_what_is_no_network_is_refused(text: str) -> None:
    assert messages(text)


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 50_000, "{a: " * 40_000, '{"a":' * 40_000, "? " * 50_000])
def test_deep_nesting_is_refused_without_recursion(text: str) -> None:
    assert messages(text)


def test_five_thousand_layers_are_taken_and_one_more_is_not() -> None:
    assert len(layers(json.dumps(["dense 3"] * 5_000))) == 5_000
    assert messages(json.dumps(["dense 3"] * 5_001)) == ["more than 5,000 layers"]


def test_numbers_and_words_of_yaml_keep_their_kind() -> None:
    told = layers("layers: [{kind: dropout, parameters: {p: 0.5, k: 3, on: yes, word: 'yes', big: 1e999}}]")
    assert told[0].parameters == {"p": 0.5, "k": 3, "on": True, "word": "yes", "big": "1e999"}
