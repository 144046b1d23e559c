"""The gates of a cell in the command line's table."""

from __future__ import annotations

import io

from rich.console import Console

from actwise.cli.gates import gate_lines, gate_table
from actwise.cli.table import render
from actwise.contract.answer import GateChoice
from actwise.contract.evidence import Effect
from actwise.contract.reading import read_request
from service.advice.advisor import Advisor


def choice(rank: int, name: str, tie_group: int = 1, **further: object) -> GateChoice:
    effect = Effect(mean=2.0 - rank, low=-3, high=3)
    values = {"rules": ("some-rule",), "cautions": ("mind the bias",)} | further
    return GateChoice(rank=rank, activation=name, tie_group=tie_group, probability_best=0.5, effect=effect, **values)


def printed(item: object) -> str:
    out = io.StringIO()
    Console(file=out, width=160).print(item)
    return out.getvalue()


def answered(explain: bool, **fields: object) -> str:
    out = io.StringIO()
    four = {"task": "classification", "layer_type": "recurrent", "depth": 1, "compute_budget": "low"}
    render(Advisor().recommend(read_request(four | fields)), Console(file=out, width=160), explain)
    return out.getvalue()


def test_each_gate_is_one_line_with_what_is_tied_to_its_first_choice() -> None:
    by_gate = {"forget": (choice(1, "sigmoid"), choice(2, "hard_sigmoid"), choice(3, "tanh", 2))}
    (line,) = [line for line in printed(gate_table("cell", by_gate)).splitlines() if line.startswith("forget")]
    assert "hard_sigmoid +0.0 tied, tanh -1.0" in line
    assert "-1.0 tied" not in line
    assert "some-rule" in line


def test_one_choice_without_a_rule_leaves_the_rest_of_its_line_empty() -> None:
    text = printed(gate_table("cell", {"reset": (choice(1, "sigmoid", rules=()),)}))
    assert text.splitlines()[-1].split() == ["reset", "sigmoid", "50%", "+1.0"]


def test_explained_gates_tell_their_rules_and_the_cautions_of_the_first_choice() -> None:
    by_gate = {"reset": (choice(1, "sigmoid"), choice(2, "tanh", rules=(), cautions=("never",)))}
    assert list(gate_lines(by_gate)) == [
        "reset: sigmoid +1.0 [some-rule]",
        "reset: tanh +0.0 [no rule]",
        "reset: ! mind the bias",
    ]


def test_the_answer_about_an_lstm_has_a_line_for_each_gate() -> None:
    lines = answered(explain=False).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("Each gate by itself: recurrent"))
    assert [line.split()[0] for line in lines[start + 1 : start + 5]] == ["gate", "input", "forget", "output"]
    assert not any(line.strip().startswith("forget: ") for line in lines)
    assert "forget: sigmoid" in answered(explain=True)


def test_cells_without_gates_have_none() -> None:
    assert "Each gate" not in answered(explain=True, cell="rnn")
