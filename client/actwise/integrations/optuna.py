"""Optuna: an answer as a search space, and its first choices as the first trials.

from actwise.integrations import optuna as actwise_optuna

actwise_optuna.enqueue(study, answer)
study.optimize(lambda trial: train(actwise_optuna.suggest_activation(trial, answer)), n_trials=30)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, groupby, takewhile
from typing import Any

from actwise.contract.answer import HiddenChoice, Race, Recommendation
from actwise.contract.faults import ContractError, Fault
from actwise.integrations.choices import ranking_of
from actwise.integrations.missing import not_installed

try:
    from optuna import Study, Trial
except ImportError as error:
    raise not_installed("Optuna", "optuna", error) from error

__all__ = ["activations", "enqueue", "suggest_activation"]

ENOUGH = 0.95
"""The search space holds the best choice with at least this probability, by the answer's own figures."""


def activations(answer: Recommendation, block: str | None = None, groups: int | None = None) -> tuple[str, ...]:
    """The search space: whole tie groups in the answer's order, until they hold the best choice with probability 95 %.

    groups: take so many tie groups instead. block: of the answer, when it has several. Raises ContractError for a
    block that the answer does not have, or when none is named and there are several.
    """
    return tuple(choice.activation for group in _groups(answer, block, groups) for choice in group)


def suggest_activation(
    trial: Trial, answer: Recommendation, block: str | None = None, name: str = "activation", groups: int | None = None
) -> str:
    """The activation for a trial, drawn from the answer's search space; arguments as for `activations`.

    `name` is the parameter's in the study. The answer's id, and the gain of the start that belongs to the activation,
    are kept as attributes of the trial.
    """
    space = _groups(answer, block, groups)
    chosen = str(trial.suggest_categorical(name, [choice.activation for group in space for choice in group]))
    choice = next(choice for group in space for choice in group if choice.activation == chosen)
    trial.set_user_attr("actwise_answer", answer.id)
    trial.set_user_attr(f"actwise_gain_{name}", choice.initialization.gain)
    return chosen


def enqueue(
    study: Study,
    answer: Recommendation,
    block: str | None = None,
    name: str = "activation",
    groups: int | None = None,
    *,
    learning_rate: Mapping[str, float] | None = None,
    usual: str = "relu",
) -> tuple[dict[str, Any], ...]:
    """Begin a study with the first choice of each tie group of the search space; gives the parameters enqueued.

    learning_rate: the name of the study's learning rate and the value that suits `usual`, as in {"lr": 1e-3}. Where the
        answer's probe has raced both, the value is multiplied by the ratio of the rates that were best for them there;
        else it is taken as it is.

    Trials that the study has or waits for already are left out by Optuna itself.
    """
    rates = _rates(answer, _ranking_name(answer, block))
    enqueued = []
    for group in _groups(answer, block, groups):
        first = group[0].activation
        factor = rates[first] / rates[usual] if first in rates and usual in rates else 1.0
        given: dict[str, Any] = {name: first, **{key: rate * factor for key, rate in (learning_rate or {}).items()}}
        study.enqueue_trial(given, user_attrs={"actwise_answer": answer.id}, skip_if_exists=True)
        enqueued.append(given)
    return tuple(enqueued)


def _groups(answer: Recommendation, block: str | None, groups: int | None) -> list[list[HiddenChoice]]:
    """The tie groups of the search space, each in the answer's order."""
    ranking = ranking_of(answer, _ranking_name(answer, block))
    assert ranking is not None, "the block is named"
    every = [list(group) for _, group in groupby(ranking.ranking, key=lambda choice: choice.tie_group)]
    return every[: max(1, groups)] if groups is not None else every[: _needed(every)]


def _needed(groups: Sequence[Sequence[HiddenChoice]]) -> int:
    """How many groups it takes until they hold the best choice with enough probability."""
    held = accumulate(sum(choice.probability_best for choice in group) for group in groups)
    return min(len(groups), 1 + sum(1 for _ in takewhile(lambda total: total < ENOUGH, held)))


def _ranking_name(answer: Recommendation, block: str | None) -> str:
    names = tuple(one.block for one in answer.hidden)
    if block is None and len(names) > 1:
        message = 'the answer has several blocks: say which, as in block="conv", and give each its own name'
        raise ContractError((Fault(pointer="/block", code="missing", message=message, allowed=names),))
    return block if block is not None else names[0]


def _rates(answer: Recommendation, block: str) -> dict[str, float]:
    """The learning rate at which each candidate did best in the probe's race of a block."""
    races: Sequence[Race] = answer.probe.races if answer.probe else ()
    entries = [entry for race in races if race.subject == block for entry in race.entries]
    return {entry.candidate: entry.learning_rate for entry in entries if entry.learning_rate}
