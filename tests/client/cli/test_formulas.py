"""How the command line tells of formulas and passports; no answer is computed here."""

from __future__ import annotations

from io import StringIO
from typing import Any

from rich.console import Console

from actwise.cli.formulas import formula_lines
from actwise.cli.passport import render
from actwise.contract.answer import NearActivation, OwnFormula

NEAR = (NearActivation(activation="tanh", distance=0.0512),)


def formula(**changes: Any) -> OwnFormula:
    fields = {"formula": "f(x)", "activation": "=f(x)", "same_as": None, "relation": None, "nearest": NEAR}
    return OwnFormula.model_validate(fields | changes)


def test_a_known_function_is_named() -> None:
    assert list(formula_lines((formula(same_as="mish"),))) == ["f(x): this is mish"]


def test_a_new_one_is_told_with_what_it_is_like_and_its_cautions() -> None:
    told = list(formula_lines((formula(relation="2 tanh(x)", cautions=("it jumps",)),)))
    assert told == [
        "f(x): the same as 2 tanh(x); nearest in the catalogue, with the distance: tanh (0.051)",
        "! it jumps",
    ]


def printed(**changes: Any) -> str:
    figure = {"mean": 1.25, "low": 1.0, "high": 1.5}
    nothing = {"mean": None, "low": None, "high": None}
    layer = {"layer": 1, "variance": figure, "gradient": nothing, "dead_share": figure, "saturated_share": figure}
    found = {
        "function": {"title": "Own formula", "formula": "[x] * 2"},
        "formula": formula(cautions=("it jumps",)).model_dump(),
        "network": "dense, 1 hidden layer of 8",
        "differences": ["width 8 instead of 80"],
        "signal": {"initialization": {"scheme": "he_normal", "gain": 1.4142}, "layers": [layer]},
        "memory": {"reads_value": False, "bytes_per_element": 4},
        "cost": {"relative": 3.5, "relative_forward": 5.0, "relative_backward": 0.5},
        "export": {"onnx": ["Mul"], "opset": 7, "older": [], "tflite": None, "cudnn": []},
        "deployment": None,
    }
    text = StringIO()
    render(found | changes, Console(width=120, file=text))
    return text.getvalue()


def test_a_passport_shows_every_part_that_there_is() -> None:
    text = printed()
    for part in (
        "[x] * 2",
        "! it jumps",
        "width 8 instead",
        "3.5x relu",
        "4 bytes",
        "Mul from opset 7",
        "no built-ins",
    ):
        assert part in text
    assert "he_normal, gain 1.414" in text


def test_parts_that_a_function_has_not_are_left_out() -> None:
    text = printed(signal=None, memory=None, cost=None, formula=None)
    assert "relu (" not in text
    assert "bytes" not in text


def test_drops_without_figures_say_how_many_failed() -> None:
    drop = {"format": "float16", "mean": None, "low": None, "high": None, "points": None, "failed": 3}
    trained = {"steps": 200, "data": "digits", "metric": "accuracy", "score": 0.28, "seeds": 3}
    text = printed(deployment=trained | {"drops": [drop | {"signal_to_noise": None}]})
    assert "float16" in text
    assert "3 of 3" in text
