"""Snippets of gated units: valid, of the width that keeps the number of weights, and running where PyTorch is there."""

from __future__ import annotations

import ast

import pytest

from models.theory import recommended_start
from models.theory.names import GATES
from service.advice.gated_snippets import gated_code, gated_width, width_caution


@pytest.mark.parametrize("name", GATES)
def test_every_snippet_parses_and_builds_a_feed_forward_part(name: str) -> None:
    code = gated_code(name, recommended_start(name, 12), 344)
    for text in (code.pytorch, code.keras, code.jax):
        assert text is not None
        assert "feed_forward" in text
        ast.parse(text)
    assert code.sklearn is None


def test_the_width_is_two_thirds_and_the_published_example_comes_out() -> None:
    assert gated_width(3072) == 2048
    assert gated_width(2048) == 1368


@pytest.mark.parametrize("width", [48, 100, 512, 4096, 10**6])
def test_a_gated_part_holds_as_many_weights_as_a_plain_one(width: int) -> None:
    assert 3 * gated_width(width) == pytest.approx(2 * width, rel=0.17 if width < 100 else 0.04)


@pytest.mark.parametrize("width", [1, 2, 3, 47])
def test_a_narrow_part_keeps_at_least_one_unit(width: int) -> None:
    assert 1 <= gated_width(width) <= width


def test_the_caution_names_the_widths() -> None:
    assert "344 units wide where a plain part would have 512" in width_caution(512, attention=False)
    assert "model" not in width_caution(512, attention=False)
    assert "1368" in width_caution(512, attention=True)


@pytest.mark.parametrize("name", GATES)
def test_the_pytorch_snippet_runs(name: str) -> None:
    torch = pytest.importorskip("torch")
    start = recommended_start(name, 12)
    scope = {"torch": torch, "features": 48}
    exec(gated_code(name, start, 32).pytorch or "", scope)
    assert scope["feed_forward"](torch.ones(2, 48)).shape == (2, 48)
    assert scope["gate"].weight.std().item() == pytest.approx(start.gain / 48**0.5, rel=0.1)
