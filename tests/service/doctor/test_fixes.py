"""Corrected lines name the caller's layers and sizes, and can be read by Python."""

from __future__ import annotations

import ast

import pytest

from service.doctor.diagnose import diagnose
from service.doctor.fixes import attribute, keras_layer, pytorch_layer
from service.doctor.view import NetworkView
from tests.service.doctor.cases import CASES, cell, conv, dense, head, network


@pytest.mark.parametrize("name", CASES)
def test_every_snippet_is_python(name: str) -> None:
    for finding in diagnose(CASES[name].fault, "network").findings:
        assert finding.fix is not None
        for snippet in (finding.fix.pytorch, finding.fix.keras):
            ast.parse(snippet or "")


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("net.3", "model.net[3]"),
        ("fc2", "model.fc2"),
        ("0", "model[0]"),
        ("model.head", "model.head"),
        ("a b", "layer_0"),
    ],
)
def test_a_layer_is_reached_by_the_callers_name(name: str, reached: str) -> None:
    assert attribute(NetworkView(network([dense(1, name=name)])), 0) == reached


def test_sizes_are_the_callers() -> None:
    layer = network([dense(10, "softmax", inputs=64, name="out")]).layers[0]
    assert pytorch_layer(layer) == "torch.nn.Linear(64, 10)"
    assert keras_layer(layer) == 'keras.layers.Dense(10, name="out")'
    assert pytorch_layer(layer, 3) == "torch.nn.Linear(64, 3)"


def test_a_size_that_is_not_known_is_left_to_the_framework() -> None:
    assert pytorch_layer(network([dense(10)]).layers[0]) == "torch.nn.LazyLinear(10)"
    assert pytorch_layer(network([dense(None)]).layers[0]) == "torch.nn.LazyLinear(units)"


def test_other_kinds_of_layers_keep_their_kind() -> None:
    assert pytorch_layer(network([conv(8, inputs=3, type="Conv1d")]).layers[0]) == "torch.nn.Conv1d(3, 8, kernel_size)"
    assert keras_layer(network([cell("GRU")]).layers[0]) == "keras.layers.GRU(32)"


def test_the_fix_of_a_double_softmax_takes_it_away_and_shows_the_loss() -> None:
    broken = network(head(dense(10, "softmax", inputs=64, name="fc2")), loss="CrossEntropyLoss")
    fix = diagnose(broken, "network").findings[0].fix
    assert fix is not None
    assert fix.pytorch is not None
    assert fix.pytorch.startswith("model.fc2 = torch.nn.Linear(64, 10)")
    assert "CrossEntropyLoss" in fix.pytorch
    assert fix.keras is not None
    assert "from_logits=True" in fix.keras


def test_a_focal_loss_stays_one() -> None:
    broken = network(head(dense(1, "sigmoid")), loss="sigmoid_focal_loss")
    fix = diagnose(broken, "network").findings[0].fix
    assert fix is not None
    assert fix.pytorch is not None
    assert "sigmoid_focal_loss" in fix.pytorch
