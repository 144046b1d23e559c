"""Costs measured on this machine: taken once, then kept. Nothing here depends on how fast the machine is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.activations import get
from models.formulas import formula_activation
from service.passports.costs import FILE, Costs, measured


def test_both_directions_take_some_time() -> None:
    (found,) = measured(get("tanh"))
    assert min(found) > 0


def test_relu_costs_what_relu_costs() -> None:
    found, unit = Costs().of(get("relu"))
    assert found == unit


def test_the_first_measurement_stays_in_this_process_and_on_disk(tmp_path: Path) -> None:
    costs = Costs(tmp_path / "new" / "home")
    first = costs.of(get("silu"))
    assert costs.of(get("silu")) == first
    assert Costs(tmp_path / "new" / "home").of(get("silu")) == first


def test_formulas_are_measured_and_not_kept_on_disk(tmp_path: Path) -> None:
    costs = Costs(tmp_path)
    costs.of(get("tanh"))
    formula = formula_activation("x * sigmoid(2 * x)")
    assert costs.of(formula) == costs.of(formula)
    assert set(json.loads((tmp_path / FILE).read_text())) == {"relu", "tanh"}


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"relu": 3}', '{"relu": [1, "x"]}', '{"relu": [0, 1]}', '{"tanh": [1, 2]}', "\xff\xfe"]
)
def test_a_file_that_is_not_ours_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, "latin-1")
    found, unit = Costs(tmp_path).of(get("tanh"))
    assert min(*found, *unit) > 0


def test_a_folder_that_cannot_be_made_costs_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    found, _ = Costs(tmp_path / "file" / "home").of(get("tanh"))
    assert min(found) > 0
