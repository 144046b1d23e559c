"""ONNX files, read without executing them."""

from __future__ import annotations

import io
import random
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")

import onnx
from onnx import TensorProto, helper, numpy_helper

from actwise.contract.faults import ContractError
from actwise.integrations.onnx import describe, examine, network


def matrix(name: str, *shape: int) -> TensorProto:
    return numpy_helper.from_array(np.full(shape, 0.1, dtype="float32"), name)


def number(name: str, value: float) -> TensorProto:
    return numpy_helper.from_array(np.array(value, dtype="float32"), name)


def file_of(
    nodes: Sequence[onnx.NodeProto], weights: Sequence[TensorProto], shape: Sequence[int | str], type_: int = 1
) -> bytes:
    inputs = [helper.make_tensor_value_info("x", type_, shape)]
    outputs = [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "network", inputs, outputs, list(weights))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)]).SerializeToString()


def between_two_layers(nodes: Sequence[onnx.NodeProto], *constants: TensorProto) -> bytes:
    """Operators from h to a, between two matrices."""
    made = [
        helper.make_node("MatMul", ["x", "w1"], ["h"]),
        *nodes,
        helper.make_node("MatMul", ["a", "w2"], ["out"]),
    ]
    return file_of(made, [matrix("w1", 4, 16), matrix("w2", 16, 3), *constants], ["batch", 4])


NUMBERS = [number("root2", 2**0.5), number("one", 1.0), number("half", 0.5), number("three", 3.0), number("zero", 0.0)]
NUMBERS += [number("six", 6.0), number("scale", (2 / np.pi) ** 0.5), number("cubic", 0.044715), number("quick", 1.702)]
NUMBERS += [number("two", 2.0), number("log2", np.log(2)), number("twenty", 20.0), number("neg", -1.0)]


def chain(*steps: tuple[str, str]) -> list[onnx.NodeProto]:
    """Nodes from "operator", "inputs > output" pairs."""
    return [
        helper.make_node(operator, names.split(" > ")[0].split(), [names.split(" > ")[1]]) for operator, names in steps
    ]


SPELLINGS: dict[str, tuple[str, list[onnx.NodeProto]]] = {
    "relu": ("relu", chain(("Relu", "h > a"))),
    "relu as a maximum": ("relu", chain(("Max", "h zero > a"))),
    "relu6": ("relu6", chain(("Clip", "h zero six > a"))),
    "clipped relu": ("clipped_relu", chain(("Clip", "h zero twenty > a"))),
    "hard tanh": ("hard_tanh", chain(("Clip", "h neg one > a"))),
    "silu": ("silu", chain(("Sigmoid", "h > s"), ("Mul", "h s > a"))),
    "silu the other way round": ("silu", chain(("Sigmoid", "h > s"), ("Mul", "s h > a"))),
    "quick gelu": ("quick_gelu", chain(("Mul", "h quick > q"), ("Sigmoid", "q > s"), ("Mul", "h s > a"))),
    "gelu by erf": (
        "gelu",
        chain(
            ("Div", "h root2 > d"), ("Erf", "d > e"), ("Add", "e one > f"), ("Mul", "h f > g"), ("Mul", "g half > a"),
        ),
    ),
    "gelu by erf, half first": (
        "gelu",
        chain(
            ("Div", "h root2 > d"), ("Erf", "d > e"), ("Add", "e one > f"), ("Mul", "h half > g"), ("Mul", "g f > a"),
        ),
    ),
    "gelu by tanh": (
        "gelu_tanh",
        chain(
            ("Pow", "h three > p"), ("Mul", "p cubic > c"), ("Add", "h c > d"), ("Mul", "d scale > e"),
            ("Tanh", "e > f"), ("Add", "f one > g"), ("Mul", "h half > i"), ("Mul", "i g > a"),
        ),
    ),
    "mish": ("mish", chain(("Softplus", "h > s"), ("Tanh", "s > t"), ("Mul", "h t > a"))),
    "hard swish": (
        "hard_swish",
        chain(("Add", "h three > s"), ("Clip", "s zero six > t"), ("Mul", "h t > u"), ("Div", "u six > a")),
    ),
    "squared relu": ("squared_relu", chain(("Relu", "h > r"), ("Pow", "r two > a"))),
    "shifted softplus": ("shifted_softplus", chain(("Softplus", "h > s"), ("Sub", "s log2 > a"))),
    "sine": ("sine", chain(("Sin", "h > a"))),
    "a log of one plus exp": ("softplus", chain(("Exp", "h > e"), ("Add", "e one > f"), ("Log", "f > a"))),
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_function_is_known_however_the_exporter_writes_it(spelling: str) -> None:
    name, nodes = SPELLINGS[spelling]
    found = examine(between_two_layers(nodes, *NUMBERS), task="classification")
    assert [place.activation for place in found.activations] == [name]
    assert (found.description.depth, found.description.width, found.description.classes) == (1, 16, 3)


@pytest.mark.parametrize(
    ("operator", "settings", "name"),
    [
        ("LeakyRelu", {"alpha": 0.01}, "leaky_relu"),
        ("LeakyRelu", {"alpha": 0.2}, "leaky_relu"),
        ("Elu", {}, "elu"),
        ("Selu", {}, "selu"),
        ("Celu", {"alpha": 2.0}, "celu"),
        ("HardSigmoid", {"alpha": 1 / 6}, "hard_sigmoid"),
        ("Gelu", {"approximate": "tanh"}, "gelu_tanh"),
        ("Gelu", {}, "gelu"),
        ("Softsign", {}, "softsign"),
        ("Mish", {}, "mish"),
        ("HardSwish", {}, "hard_swish"),
    ],
)
def test_an_operator_with_settings_is_the_function_that_it_computes(
    operator: str, settings: dict[str, object], name: str
) -> None:
    nodes = [helper.make_node(operator, ["h"], ["a"], **settings)]
    assert [place.activation for place in examine(between_two_layers(nodes)).activations] == [name]


def test_a_learned_slope_is_prelu() -> None:
    nodes = [helper.make_node("PRelu", ["h", "slope"], ["a"])]
    assert [one.activation for one in examine(between_two_layers(nodes, matrix("slope", 16))).activations] == ["prelu"]


def test_layer_normalisation_written_out_is_normalisation() -> None:
    nodes = chain(
        ("ReduceMean", "h > m"), ("Sub", "h m > c"), ("Mul", "c c > q"), ("ReduceMean", "q > v"), ("Add", "v one > e"),
        ("Sqrt", "e > s"), ("Div", "c s > n"), ("Mul", "n gain > g"), ("Relu", "g > a"),
    )  # fmt: skip
    request = describe(between_two_layers(nodes, *NUMBERS, matrix("gain", 16)), task="classification")
    assert request.normalization == "layer"


def test_recurrent_cells_keep_their_functions() -> None:
    weights = [matrix("w", 1, 40, 6), matrix("r", 1, 40, 10), matrix("head", 10, 2)]
    nodes = [
        helper.make_node("LSTM", ["x", "w", "r"], ["y"], hidden_size=10, activations=["Sigmoid", "Softsign", "Tanh"]),
        helper.make_node("Squeeze", ["y"], ["z"]),
        helper.make_node("MatMul", ["z", "head"], ["out"]),
    ]
    found = examine(file_of(nodes, weights, [9, 1, 6]), task="classification")
    assert (found.description.layer_type, found.description.cell, found.description.width) == ("recurrent", "lstm", 10)
    assert [place.activation for place in found.activations] == ["softsign"]
    assert found.layers[0].gate_activation == "sigmoid"


def test_a_softmax_at_the_end_shows_the_task() -> None:
    nodes = [
        helper.make_node("Gemm", ["x", "w1"], ["h"], transB=1),
        helper.make_node("Relu", ["h"], ["a"]),
        helper.make_node("Gemm", ["a", "w2"], ["z"]),
        helper.make_node("Softmax", ["z"], ["out"]),
    ]
    request = describe(file_of(nodes, [matrix("w1", 16, 4), matrix("w2", 16, 3)], [1, 4]))
    assert (request.task, request.classes, request.width, request.features) == ("multiclass_classification", 3, 16, 4)


def test_a_half_precision_file_says_so_and_open_sizes_are_left_out() -> None:
    weights = [
        numpy_helper.from_array(np.ones(shape, "float16"), name) for name, shape in (("w1", (4, 8)), ("w2", (8, 1)))
    ]
    nodes = chain(("MatMul", "x w1 > h"), ("Relu", "h > a"), ("MatMul", "a w2 > out"))
    request = describe(file_of(nodes, weights, ["batch", "anything"], TensorProto.FLOAT16), task="regression")
    assert (request.precision, request.features) == ("float16", None)


def test_a_file_may_be_a_path(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(between_two_layers(chain(("Relu", "h > a"))))
    assert describe(file, task="regression") == describe(str(file), task="regression")
    with pytest.raises(OSError):
        describe(tmp_path / "absent.onnx")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no operator"),
        (b"PK\x03\x04 and more", "torch.onnx.export"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"\x80\x02}q", "pickle"),
        (b'{"class_name": "Sequential"}', "JSON"),
        (b"\xff\xff\xff\xff not protobuf", "no whole ONNX file"),
    ],
)
def test_other_files_are_told_with_a_way_out(content: bytes, told: str) -> None:
    with pytest.raises(ContractError, match=told):
        describe(content, task="regression")


def test_a_file_cut_off_anywhere_is_told_or_read_as_far_as_it_is_whole() -> None:
    whole = between_two_layers(chain(("Sigmoid", "h > s"), ("Mul", "h s > a")), *NUMBERS)
    assert describe(whole, task="regression")
    refused = 0
    for end in range(0, len(whole), 7):
        try:
            describe(whole[:end], task="regression")
        except ContractError:
            refused += 1
    assert refused > 10


def test_damaged_bytes_raise_nothing_but_a_contract_error() -> None:
    whole = between_two_layers(SPELLINGS["gelu by tanh"][1], *NUMBERS)
    chance = random.Random(0)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            describe(bytes(damaged), task="regression")
        except ContractError:
            refused += 1
    assert 0 < refused < 300


def test_operators_of_other_domains_are_passed_by() -> None:
    odd = helper.make_node("Frobnicate", ["h"], ["g"], domain="com.example")
    found = examine(between_two_layers([odd, *chain(("Relu", "g > a"))]), task="regression")
    assert [place.activation for place in found.activations] == ["relu"]


class TestExportedByPyTorch:
    """What PyTorch's exporter writes, which needs no package beside it."""

    @staticmethod
    def exported(module: object, example: object) -> bytes:
        torch = pytest.importorskip("torch")
        content = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(module.eval(), (example,), content, dynamo=False)  # type: ignore[attr-defined]
        return content.getvalue()

    def test_a_residual_network(self) -> None:
        torch = pytest.importorskip("torch")
        from tests.client.integrations import torch_networks as nets

        content = self.exported(nets.ResNet(), torch.randn(1, 3, 16, 16))
        found = examine(content, task="classification")
        request = found.description
        assert (request.layer_type, request.depth, request.width, request.residual) == ("conv", 7, 64, True)
        assert (request.normalization, request.features, request.framework) == (None, 768, "pytorch")
        assert any("merge batch normalisation" in note for note in found.notes)
        assert [layer.kind for layer in network(content).layers].count("addition") == 3

    def test_an_inverted_residual_network(self) -> None:
        torch = pytest.importorskip("torch")
        from tests.client.integrations import torch_networks as nets

        found = examine(self.exported(nets.mobilenet(), torch.randn(1, 3, 16, 16)), task="classification")
        assert (found.description.depth, found.description.residual) == (7, True)
        assert {place.activation for place in found.activations} == {"relu6", "relu"}

    def test_a_transformer(self) -> None:
        torch = pytest.importorskip("torch")
        from tests.client.integrations import torch_networks as nets

        request = describe(self.exported(nets.TextClassifier(), torch.randint(0, 50, (1, 7))), task="classification")
        assert (request.layer_type, request.depth, request.width) == ("attention", 3, 64)
        assert (request.normalization, request.residual, request.modality) == ("layer", True, "text")

    def test_an_lstm_and_functions(self) -> None:
        torch = pytest.importorskip("torch")
        from tests.client.integrations import torch_networks as nets

        lstm = describe(self.exported(nets.SequenceClassifier(), torch.randn(1, 9, 6)), task="classification")
        assert (lstm.layer_type, lstm.depth, lstm.width, lstm.cell) == ("recurrent", 2, 64, "lstm")
        mlp = examine(self.exported(nets.FunctionalMLP(), torch.randn(1, 20)), task="regression")
        assert [place.activation for place in mlp.activations] == ["relu", "silu"]
