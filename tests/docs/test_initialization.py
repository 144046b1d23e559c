"""The tables of the page about starts are what is computed."""

from __future__ import annotations

from pathlib import Path

from models.activations import gains, get
from models.theory import CANDIDATES, recommended_start, usual_outcomes
from models.theory.start import pytorch_gain

PAGE = (Path(__file__).parents[2] / "docs" / "initialization.md").read_text()
STARTS = ("pytorch_default", "flax_default", "he", "forward_gain", "backward_gain", "recommended")


def rows(title: str) -> list[list[str]]:
    """The cells of the table under a heading, without its two head lines."""
    lines = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]


def gain_row(name: str) -> list[str]:
    exact, torch = gains(get(name)), pytorch_gain(name)
    computed = [f"{value:.4f}" for value in (exact.forward, exact.variance, exact.backward)]
    return [f"`{name}`", *computed, f"{torch:.4f}" if torch == torch else "error"]


def decade_row(name: str) -> list[str]:
    found = usual_outcomes(name, 20)
    by_start = {start: f"{round(one.gradient_decades, 1) + 0.0:+.1f}" for one in found for start in one.starts}
    best = next(one for one in found if "recommended" in one.starts)
    centred = " centred" if recommended_start(name, 20).centred else ""
    return [f"`{name}`", *(by_start[start] for start in STARTS), f"{best.gain:.3f}{centred}"]


def test_the_gains_of_all_activations_are_those_computed() -> None:
    assert rows("Gains") == [gain_row(name) for name in CANDIDATES]


def test_what_each_start_does_over_twenty_layers_is_what_is_computed() -> None:
    assert rows("Twenty plain layers") == [decade_row(name) for name in CANDIDATES]
