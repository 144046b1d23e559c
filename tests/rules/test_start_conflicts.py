"""Conflicts about starts are cited, concern whom they should, and hold computed numbers."""

from __future__ import annotations

import pytest

from actwise.contract.names import ACTIVATIONS
from models.activations import UnknownActivation
from rules import RuleSet
from rules.start_conflicts import conflicts, figures, gelu_gap

_RULES = RuleSet.load()


def told(name: str, framework: str | None) -> str:
    return " ".join(one.claim for one in _RULES.start_conflicts.about(name, framework))


def test_every_conflict_has_its_own_name_known_activations_and_sources_in_the_bibliography() -> None:
    found = conflicts()
    assert len({one.id for one in found}) == len(found)
    assert {name for one in found if one.activations != "all" for name in one.activations} <= set(ACTIVATIONS)
    assert {source.key for one in found for source in one.sources} <= set(_RULES.sources)


@pytest.mark.parametrize(
    "name", ["selu", "tanh", "gelu", "gelu_tanh", "geglu", "leaky_relu", "prelu", "hard_sigmoid", "sine"]
)
def test_a_known_conflict_is_told_with_citations_and_without_open_braces(name: str) -> None:
    found = _RULES.start_conflicts.about(name, None)
    own = [one for one in found if one not in _RULES.start_conflicts.about("relu", None)]
    assert own
    assert all(one.citations and "{" not in one.claim for one in found)


def test_only_the_framework_that_is_used_is_spoken_of() -> None:
    assert "sqrt(5)" in told("relu", "pytorch")
    assert "sqrt(5)" not in told("relu", "keras")
    assert "calculate_gain" in told("tanh", None)
    assert "calculate_gain" not in told("tanh", "jax")
    assert told("relu", "sklearn") == ""


def test_the_numbers_are_computed() -> None:
    assert "1.5925" in told("tanh", "pytorch")
    assert "1.4674" in told("tanh", "pytorch")
    assert figures("tanh")["critical"] == pytest.approx(1.0)
    assert figures("silu")["critical"] == pytest.approx(2.0)
    assert gelu_gap() == pytest.approx(4.7e-4, abs=1e-5)


def test_what_was_told_once_is_told_again() -> None:
    assert _RULES.start_conflicts.about("selu", "pytorch") is _RULES.start_conflicts.about("selu", "pytorch")


def test_row_wise_and_unknown_names_do_no_harm() -> None:
    assert "Keras" in told("softmax", "keras")
    with pytest.raises(UnknownActivation):
        figures("nonsense")
