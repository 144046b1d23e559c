"""Roles in words: named parts of a network are recognised, other uses of the same words are not."""

from __future__ import annotations

import pytest

from actwise.contract.reading import read_request
from actwise.contract.roles import role_in_words
from actwise.contract.situation import resolve

DENSE = {"task": "other", "layer_type": "dense", "depth": 2, "compute_budget": "low"}


@pytest.mark.parametrize(
    ("words", "task", "role"),
    [
        (None, "other", "hidden"),
        ("", "other", "hidden"),
        ("GAN discriminator for faces", "generation", "discriminator"),
        ("the WGAN critic", "generation", "discriminator"),
        ("power generator faults", "regression", "hidden"),
        ("insurance policy network of agents", "regression", "hidden"),
        ("policy network", "reinforcement_learning", "policy"),
        ("off-policy control", "reinforcement_learning", "hidden"),
        ("distributional Q-network", "reinforcement_learning", "value"),
        ("Variational Autoencoder", "density", "autoencoder"),
        ("signed distance functions", "regression", "implicit_representation"),
        ("attention weights", "other", "attention_weights"),
    ],
)
def test_words_name_a_role_or_none(words: str | None, task: str, role: str) -> None:
    assert role_in_words(words, task) == role


def test_a_role_in_words_is_told_as_an_assumption() -> None:
    (situation,), notes = resolve(read_request(DENSE | {"domain": "autoencoder for spectra"}))
    assert situation.role == "autoencoder"
    assert [(note.field, note.value) for note in notes if note.field == "role"] == [("role", "autoencoder")]


def test_a_list_of_blocks_says_its_roles_itself() -> None:
    (situation,), _ = resolve(read_request(DENSE | {"domain": "autoencoder", "layers": [{"layer_type": "dense"}]}))
    assert situation.role == "hidden"
