"""Reading Keras summaries and configurations; those of Keras 3 are as Keras 3.15 prints them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actwise.contract.diagnosis import Layer
from actwise.contract.faults import ContractError
from service.doctor.reading.keras_config import is_config, read_config
from service.doctor.reading.keras_summary import read_summary

SAMPLES = Path(__file__).parent / "samples"


def summary(name: str) -> tuple[Layer, ...]:
    return read_summary((SAMPLES / name).read_text()).layers


def config(name: str) -> tuple[Layer, ...]:
    return read_config(json.loads((SAMPLES / name).read_text())).layers


def brief(layers: tuple[Layer, ...]) -> list[tuple[str, str | None, int | None, int | None]]:
    return [(one.kind, one.activation, one.inputs, one.units) for one in layers]


def test_the_box_of_a_sequential_model_is_read_with_sizes_but_without_activations() -> None:
    assert brief(summary("keras3_sequential.txt")) == [
        ("conv", None, None, 16),
        ("normalization", None, 16, 16),
        ("activation", "leaky_relu", None, None),
        ("pooling", None, None, None),
        ("reshape", None, None, None),
        ("dense", None, 2704, 64),
        ("dropout", None, None, None),
        ("other", None, None, None),
        ("dense", None, 64, 10),
    ]


def test_names_and_types_that_the_box_cut_off_are_still_told_apart() -> None:
    found = summary("keras3_functional.txt")
    assert [one.type for one in found] == [
        "Embedding",
        "LSTM",
        "Bidirectional",
        "MultiHeadAttention",
        "Add",
        "LayerNormalization",
        "Relu",
        "GlobalAveragePooling1D",
        "Dense",
        "Dense",
    ]
    assert found[4].kind == "addition"
    assert found[6].activation == "relu"


def test_an_expanded_model_inside_the_model_counts_by_its_layers() -> None:
    assert [one.name for one in summary("keras3_functional.txt")][-2:] == ["dense_2", "dense_3"]


def test_a_model_that_was_never_built_has_no_sizes() -> None:
    assert brief(summary("keras3_unbuilt.txt")) == [("dense", None, None, None)] * 2


def test_columns_without_a_box_are_read_with_types_that_go_on_in_the_next_line() -> None:
    found = summary("keras2_functional.txt")
    assert [one.type for one in found] == [
        "Dense",
        "BatchNormalization",
        "Activation",
        "Activation",
        "TFOpLambda",
        "Add",
        "Dense",
    ]
    assert [one.activation for one in found] == [None, None, None, "relu", "relu", None, None]
    assert found[0].inputs == 32


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("keras*.txt")))
def test_nothing_of_a_summary_is_left_unread_and_its_gap_is_told(name: str) -> None:
    found = read_summary((SAMPLES / name).read_text())
    assert found.unread == ()
    assert found.notes == ()
    (told,) = found.hidden(found.layers)
    assert "activation=" in told


def test_a_summary_without_its_totals_may_have_been_cut_off() -> None:
    text = (SAMPLES / "keras3_sequential.txt").read_text().partition(" Total params")[0]
    assert "cut off" in read_summary(text).notes[0]


@pytest.mark.parametrize(
    "text", ["Layer (type)", "Layer (type)  Output Shape  Param #\n====\n  Conv2d-1   [-1, 64, 112, 112]   9,408\n"]
)
def test_a_head_without_rows_is_refused(text: str) -> None:
    with pytest.raises(ContractError, match="no layer of Keras follows"):
        read_summary(text)


def test_a_configuration_tells_activations_starts_and_loss() -> None:
    found = read_config(json.loads((SAMPLES / "keras3_sequential.json").read_text()))
    assert [one.activation for one in found.layers if one.kind in ("dense", "conv")] == ["relu", "gelu", "softmax"]
    assert [one.initialization for one in found.layers if one.kind == "dense"] == ["he_normal", "glorot_uniform"]
    assert found.fields["loss"] == "sparse_categorical_crossentropy"
    assert found.fields["optimizer"] == "adam"
    assert list(found.hidden(found.layers)) == []


def test_a_configuration_of_a_functional_model_is_read_through_wrappers_and_inner_models() -> None:
    found = config("keras3_functional.json")
    assert (found[2].type, found[2].units, found[2].gate_activation) == ("GRU", 8, "sigmoid")
    assert [one.activation for one in found[-2:]] == ["identity", "sigmoid"]


@pytest.mark.parametrize(
    ("entry", "activation"),
    [
        ({"class_name": "ReLU", "config": {"max_value": 6}}, "relu6"),
        ({"class_name": "Dense", "config": {"activation": None}}, "identity"),
        ({"class_name": "Dense", "config": {"activation": "swish"}}, "silu"),
        ({"class_name": "Dense", "config": {"activation": {"class_name": "LeakyReLU", "config": {}}}}, "leaky_relu"),
        ({"class_name": "Dense", "config": {"activation": "mine"}}, None),
        ({"class_name": "Dense"}, None),
    ],
)
def test_activations_of_a_configuration_in_every_spelling(entry: dict[str, object], activation: str | None) -> None:
    assert read_config({"config": {"layers": [entry]}}).layers[0].activation == activation


def test_an_activation_layer_with_a_function_of_its_own_is_other() -> None:
    entry = {"class_name": "Activation", "config": {"activation": "mine"}}
    found = read_config({"layers": [entry]})
    assert found.layers[0].kind == "other"
    assert "1 of the layers" in found.notes[0]


@pytest.mark.parametrize("data", [None, 3, [], {}, {"layers": 3}, {"layers": [3]}, {"layers": [{"kind": "dense"}]}])
def test_other_data_is_no_configuration(data: object) -> None:
    assert not is_config(data)
