"""Activation names: one canonical spelling, many that are understood."""

from __future__ import annotations

import pytest

from actwise.contract.names import ACTIVATIONS, ALIASES, canonical_name, nearest_name


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_canonical_name_is_its_own_spelling(name: str) -> None:
    assert canonical_name(name) == name
    assert canonical_name(f" {name.upper()} ") == name


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("ReLU", "relu"),
        ("Leaky-ReLU", "leaky_relu"),
        ("LeakyReLU", "leaky_relu"),
        ("linear", "identity"),
        ("h-swish", "hard_swish"),
        ("SiLU", "silu"),
    ],
)
def test_the_spellings_of_other_libraries_are_understood(spelling: str, name: str) -> None:
    assert canonical_name(spelling) == name


def test_every_alias_leads_to_a_known_name_and_hides_none() -> None:
    assert set(ALIASES.values()) <= set(ACTIVATIONS)
    assert not set(ALIASES) & set(ACTIVATIONS)


@pytest.mark.parametrize("name", ["", "banana", "relu7"])
def test_an_unknown_name_is_not_guessed(name: str) -> None:
    assert canonical_name(name) is None


def test_the_nearest_name_helps_with_a_slip_and_stays_silent_otherwise() -> None:
    assert nearest_name("gellu", ACTIVATIONS) == "gelu"
    assert nearest_name("banana", ACTIVATIONS) is None
