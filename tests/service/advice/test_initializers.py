"""The calls are valid Python, and in each framework that is installed they give weights of exactly the stated gain."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from actwise.contract.answer import Code
from actwise.contract.vocabulary import LAYER_TYPES
from models.theory import CANDIDATES, Start, recommended_start
from models.theory.start import standard_start
from service.advice.initializers import start_calls

CENTRED = Start("centred_normal", 4.72265, centred=True)
STARTS = (
    *((name, standard_start(name)) for name in ("relu", "leaky_relu", "rrelu", "tanh", "selu")),
    ("gelu", Start("critical_normal", 1.481114)),
    ("sigmoid", CENTRED),
    ("relu", Start("scaled_branch_normal", 0.353553)),
)
PLACES = [
    ("dense", None),
    ("conv", None),
    ("attention", None),
    *(("recurrent", cell) for cell in ("rnn", "lstm", "gru")),
]


@pytest.mark.parametrize("layer_type", LAYER_TYPES)
@pytest.mark.parametrize("name", CANDIDATES)
def test_every_call_parses(name: str, layer_type: str) -> None:
    for start in (recommended_start(name, 12), CENTRED):
        for text in start_calls(name, start, layer_type).model_dump().values():
            assert text is None or ast.parse(text)


def test_published_schemes_are_called_by_their_names() -> None:
    he, one = start_calls("relu", standard_start("relu"), "dense"), start_calls("selu", standard_start("selu"), "dense")
    assert 'nonlinearity="relu"' in (he.pytorch or "")
    assert ("HeNormal()" in (he.keras or ""), "he_normal()" in (he.jax or "")) == (True, True)
    assert 'nonlinearity="linear"' in (one.pytorch or "")
    assert ("LecunNormal()" in (one.keras or ""), "lecun_normal()" in (one.jax or "")) == (True, True)
    assert "a=0.01" in (start_calls("leaky_relu", standard_start("leaky_relu"), "dense").pytorch or "")


def test_scikit_learn_is_told_about_where_it_has_the_function_and_the_layer() -> None:
    assert "MLPClassifier" in (start_calls("relu", standard_start("relu"), "dense").sklearn or "")
    assert "3 (fan_in" in (start_calls("sigmoid", standard_start("sigmoid"), "dense").sklearn or "")
    assert start_calls("relu", standard_start("relu"), "conv").sklearn is None
    assert start_calls("gelu", standard_start("gelu"), "dense").sklearn is None


def relative_deviation(weight: Any, gain: float, fan_in: int) -> float:
    return float(np.asarray(weight, dtype=np.float64).std() * math.sqrt(fan_in) / gain)


@pytest.mark.parametrize(("layer_type", "cell"), PLACES)
@pytest.mark.parametrize(("name", "start"), STARTS)
def test_pytorch_draws_what_is_stated(name: str, start: Start, layer_type: str, cell: str | None) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    recurrent = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    make: dict[str, Callable[[], Any]] = {
        "conv": lambda: torch.nn.Conv2d(64, 256, 3),
        "recurrent": lambda: recurrent[cell or ""](1000, 128),
    }
    layer = make.get(layer_type, lambda: torch.nn.Linear(1000, 300))()
    scope = {"torch": torch, "layer": layer, "attention": torch.nn.MultiheadAttention(512, 8)}
    exec(start_calls(name, start, layer_type, cell).pytorch or "", scope)
    weight = layer.weight_ih_l0 if layer_type == "recurrent" else layer.weight
    assert relative_deviation(weight.detach(), start.gain, weight[0].numel()) == pytest.approx(1, abs=0.006)
    if layer_type == "recurrent":
        first = layer.weight_hh_l0.detach()[:128]
        assert torch.allclose(first @ first.T, torch.eye(128), atol=1e-4)
    if layer_type == "attention":
        projections = scope["attention"].in_proj_weight.detach()
        assert relative_deviation(projections, 1.0, 512) == pytest.approx(1, abs=0.006)


@pytest.mark.parametrize(("layer_type", "cell"), PLACES)
@pytest.mark.parametrize(("name", "start"), STARTS)
def test_keras_draws_what_is_stated(name: str, start: Start, layer_type: str, cell: str | None) -> None:
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(0)
    scope = {"keras": keras, "units": 300, "filters": 256, "kernel_size": 3, "heads": 8, "key_dim": 64}
    exec(start_calls(name, start, layer_type, cell).keras or "", scope)
    layer: Any = scope["layer"]
    layer.build({"conv": (1, 8, 8, 64), "recurrent": (1, 4, 1000)}.get(layer_type, (1, 1000)))
    weight = np.asarray((layer.cell if layer_type == "recurrent" else layer).kernel.value)
    assert relative_deviation(weight, start.gain, math.prod(weight.shape[:-1])) == pytest.approx(1, abs=0.006)


@pytest.mark.parametrize(("layer_type", "cell"), PLACES)
@pytest.mark.parametrize(("name", "start"), STARTS)
def test_flax_draws_what_is_stated(name: str, start: Start, layer_type: str, cell: str | None) -> None:
    jax, nnx = pytest.importorskip("jax"), pytest.importorskip("flax.nnx")
    sizes = {"fan_in": 1000, "units": 300, "channels": 64, "filters": 256, "kernel_size": (3, 3), "width": 512}
    scope = {"jax": jax, "nnx": nnx, "heads": 8, "rngs": nnx.Rngs(0), **sizes}
    exec(start_calls(name, start, layer_type, cell).jax or "", scope)
    layer: Any = scope["layer"]
    weight = np.asarray((getattr(layer, "ii", None) or getattr(layer, "dense_i", layer)).kernel[...])
    assert relative_deviation(weight, start.gain, math.prod(weight.shape[:-1])) == pytest.approx(1, abs=0.006)


def test_an_unknown_cell_is_taken_as_an_lstm() -> None:
    assert start_calls("tanh", standard_start("tanh"), "recurrent") == start_calls(
        "tanh", standard_start("tanh"), "recurrent", "lstm"
    )
    assert isinstance(start_calls("tanh", standard_start("tanh"), "graph"), Code)
