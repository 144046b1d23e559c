"""What published networks use, as shares over the candidates of a panel, and as evidence that names the networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from actwise.contract.evidence import Citation, Effect, Evidence
from actwise.contract.situation import Situation
from models.heads import get_head, heads_for
from rules.precedents.habits import HIDDEN_NAMES, OUTPUT_NAMES, Habits, hidden_habits, output_habits
from rules.precedents.store import Precedent
from service.advice.posterior import Floats

NEAREST = 16
"""Precedents that evidence is drawn from."""

MOST_NAMED = 3
"""Networks named in one piece of evidence."""

LEAST_SHARE = 0.05
"""Share of practice below which nothing is said."""

_VARIANTS = (("gelu", "gelu_tanh", "quick_gelu"), ("silu", "swish"), ("softplus", "shifted_softplus"))
"""Forms of one function. The most used of them stands for all, the others behind it, so that a ranking by habit names
different functions first."""

_VARIANT = 0.25
_ROLES_OF_PRECEDENTS = frozenset({"hidden"})
_NO_EFFECT = Effect(mean=0.0, low=0.0, high=0.0)


class Practice(Protocol):
    """Shares of practice over a panel's candidates."""

    def shares(self, situations: Sequence[Situation], told: Floats, weight: Floats) -> Floats:
        """[situations, candidates], 0 to 1; `told` is what the rules of practice say, zeros where they are silent, and
        `weight` [situations] how much they weigh."""
        ...


class HiddenPractice:
    """Practice of hidden layers: precedents and rules of practice together."""

    def __init__(self, names: Sequence[str], habits: Habits | None = None) -> None:
        self._habits = habits or hidden_habits(names)
        self._groups = [
            np.array([names.index(name) for name in group if name in names], dtype=np.intp) for group in _VARIANTS
        ]

    def shares(self, situations: Sequence[Situation], told: Floats, weight: Floats) -> Floats:
        """As `Practice.shares`. Precedents are ordinary hidden layers: of other roles only the rules speak."""
        found = self._habits.shares(situations, told, weight)
        apart = np.array([one.role not in _ROLES_OF_PRECEDENTS for one in situations]) & (told.sum(axis=1) > 0)
        return self._gathered(np.where(apart[:, None], told, found))

    def _gathered(self, shares: Floats) -> Floats:
        rows = np.arange(len(shares))
        for group in self._groups:
            parts = shares[:, group]
            leader = group[np.argmax(parts, axis=1)]
            shares[:, group] = _VARIANT * parts
            shares[rows, leader] = parts.sum(axis=1)
        return shares

    def evidence(self, situation: Situation) -> dict[str, Evidence]:
        """Per candidate, what the nearest published networks say for it; empty for special roles."""
        if situation.role not in _ROLES_OF_PRECEDENTS:
            return {}
        near = self._habits.nearest(situation, NEAREST)
        return _told(near, {one.id: _hidden_word(one) for one, _ in near}, hidden=True)


class OutputPractice:
    """Practice of output heads: precedents say which activation, the rules of practice which bundle."""

    def __init__(self, heads: Sequence[str], habits: Habits | None = None) -> None:
        self._activations = tuple(dict.fromkeys(get_head(head).activation for head in heads))
        self._of = np.array([self._activations.index(get_head(head).activation) for head in heads])
        self._spread = np.eye(len(self._activations))[self._of]
        self._heads = tuple(heads)
        self._habits = habits or output_habits(self._activations)
        self._fitting: dict[str, NDArray[np.float64]] = {}

    def shares(self, situations: Sequence[Situation], told: Floats, weight: Floats) -> Floats:
        """As `Practice.shares`: the share of an activation is divided among its heads as the rules say."""
        fitting = np.array([self._fit(one.task) for one in situations])
        known = self._habits.shares(situations, told @ self._spread, weight)[:, self._of]
        within = (told + _EVEN) * fitting
        total = (within @ self._spread)[:, self._of]
        return np.asarray(known * np.divide(within, total, out=np.zeros_like(within), where=total > 0))

    def _fit(self, task: str) -> NDArray[np.float64]:
        if task not in self._fitting:
            made = {head.id for head in heads_for(task)}
            self._fitting[task] = np.array([head in made for head in self._heads], dtype=np.float64)
        return self._fitting[task]

    def evidence(self, situation: Situation) -> dict[str, Evidence]:
        """Per activation of the output, what the nearest published networks say for it."""
        near = self._habits.nearest(situation, NEAREST)
        return _told(near, {one.id: _output_word(one) for one, _ in near}, hidden=False)


class Practices(NamedTuple):
    """What is known of practice, of hidden layers and of outputs."""

    hidden: HiddenPractice
    output: OutputPractice


def practices(names: Sequence[str], heads: Sequence[str]) -> Practices:
    """Practice over hidden candidates and heads, from all precedents that are shipped."""
    return Practices(HiddenPractice(names), OutputPractice(heads))


_EVEN = 0.01
"""Share of each head where the rules of practice are silent about a bundle."""


def _hidden_word(one: Precedent) -> str:
    return HIDDEN_NAMES.get(one.hidden_activation, one.hidden_activation)


def _output_word(one: Precedent) -> str:
    return OUTPUT_NAMES.get(one.output_activation, one.output_activation)


def _told(near: Sequence[tuple[Precedent, float]], words: Mapping[str, str], hidden: bool) -> dict[str, Evidence]:
    """Evidence per word that enough of the nearest precedents use, with the networks and where it can be read."""
    users: dict[str, list[Precedent]] = {}
    shares: dict[str, float] = {}
    for one, share in near:
        users.setdefault(words[one.id], []).append(one)
        shares[words[one.id]] = shares.get(words[one.id], 0.0) + share
    total = sum(shares.values())
    return {
        word: _evidence(users[word], shares[word] / total, len(near), hidden)
        for word in users
        if shares[word] >= LEAST_SHARE * total
    }


def _evidence(users: Sequence[Precedent], share: float, of: int, hidden: bool) -> Evidence:
    named = ", ".join(one.name for one in users[:MOST_NAMED])
    more = f" and {len(users) - MOST_NAMED} more" if len(users) > MOST_NAMED else ""
    return Evidence(
        kind="practice",
        source="precedents",
        cause="convention",
        claim=f"Of the {of} nearest published networks {len(users)} use it, weighing {share:.0%}: {named}{more}.",
        direction="for",
        effect=_NO_EFFECT,
        citations=tuple(_citation(one, hidden) for one in users[:MOST_NAMED]),
        scope="habit, not quality: networks alike in layers, task, data, depth and field of use",
    )


@cache
def _citation(one: Precedent, hidden: bool) -> Citation:
    where = one.source if hidden else one.output_source or one.source
    return Citation(source=one.id, title=one.name, year=one.year, where=where)
