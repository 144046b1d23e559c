"""Snippets: what is to be pasted is at least valid Python, and in PyTorch does what it says."""

from __future__ import annotations

import ast

import pytest

from models.theory import CANDIDATES, Start, recommended_start
from service.advice.snippets import hidden_code

CENTRED = Start("centred_normal", 4.8, centred=True)
GATED = {"glu", "reglu", "geglu", "swiglu"}


@pytest.mark.parametrize("name", CANDIDATES)
def test_every_snippet_parses(name: str) -> None:
    for start in (recommended_start(name, 12), CENTRED):
        for text in hidden_code(name, start).model_dump().values():
            if text is not None:
                ast.parse(text)


def test_a_framework_without_the_function_has_no_snippet() -> None:
    assert hidden_code("gelu", recommended_start("gelu", 3)).sklearn is None
    assert hidden_code("relu", recommended_start("relu", 3)).sklearn == 'MLPClassifier(activation="relu")'


def test_a_centred_start_shifts_the_weights_before_they_are_used() -> None:
    code = hidden_code("sigmoid", CENTRED)
    assert code.pytorch is not None
    assert "mean" in code.pytorch


def test_the_pytorch_snippets_give_weights_of_the_stated_gain() -> None:
    torch = pytest.importorskip("torch")
    for name in CANDIDATES:
        start = recommended_start(name, 12)
        text = hidden_code(name, start).pytorch
        if text is None or name in GATED:
            continue
        scope = {"torch": torch, "layer": torch.nn.Linear(400, 300), "units": 300}
        exec(text, scope)
        assert scope["layer"].weight.std().item() == pytest.approx(start.gain / 20, rel=0.02), name
        assert scope["activation"](torch.ones(2, 300)).shape == (2, 300), name
