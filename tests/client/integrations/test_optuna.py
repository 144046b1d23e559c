"""Real Optuna studies with search spaces from answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("optuna")

import optuna

from actwise.contract.answer import ProbeReport, Race, RaceEntry, Recommendation
from actwise.contract.faults import ContractError
from actwise.integrations.optuna import ENOUGH, activations, enqueue, suggest_activation

Advise = Callable[..., Recommendation]
DESCRIPTION = {"task": "classification", "layer_type": "recurrent", "depth": 2, "compute_budget": "low"}


@pytest.fixture
def study() -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))


def test_the_space_is_whole_tie_groups_in_order_until_the_best_is_held(advise: Advise) -> None:
    answer = advise(**DESCRIPTION)
    space = activations(answer)
    ranking = answer.hidden[0].ranking
    assert space == tuple(one.activation for one in ranking[: len(space)])
    last = ranking[len(space) - 1].tie_group
    held = [one.probability_best for one in ranking if one.tie_group <= last]
    without_last = [one.probability_best for one in ranking if one.tie_group < last]
    assert sum(held) >= ENOUGH > sum(without_last)
    assert len(space) == len(held)


def test_fewer_groups_can_be_asked_for(advise: Advise) -> None:
    answer = advise(**DESCRIPTION)
    first = [one.activation for one in answer.hidden[0].ranking if one.tie_group == 1]
    assert list(activations(answer, groups=1)) == first
    assert len(activations(answer, groups=100)) == len(answer.hidden[0].ranking)


def test_a_study_draws_from_the_space_and_keeps_what_it_came_from(study: optuna.Study, advise: Advise) -> None:
    answer = advise(**DESCRIPTION)
    study.optimize(lambda trial: float(len(suggest_activation(trial, answer))), n_trials=12)
    assert {trial.params["activation"] for trial in study.trials} <= set(activations(answer))
    assert {trial.user_attrs["actwise_answer"] for trial in study.trials} == {answer.id}
    gains = {one.activation: one.initialization.gain for one in answer.hidden[0].ranking}
    assert all(
        trial.user_attrs["actwise_gain_activation"] == gains[trial.params["activation"]] for trial in study.trials
    )


def test_the_first_trials_are_the_first_of_each_group(study: optuna.Study, advise: Advise) -> None:
    answer = advise(**DESCRIPTION)
    enqueued = enqueue(study, answer, learning_rate={"lr": 1e-3})
    enqueue(study, answer, learning_rate={"lr": 1e-3})

    def objective(trial: optuna.Trial) -> float:
        return trial.suggest_float("lr", 1e-5, 1e-1, log=True) * len(suggest_activation(trial, answer))

    study.optimize(objective, n_trials=len(enqueued) + 2)
    tops = {one.tie_group: one.activation for one in reversed(answer.hidden[0].ranking)}
    assert [one["activation"] for one in enqueued] == [tops[group] for group in sorted(tops)][: len(enqueued)]
    assert [trial.params for trial in study.trials[: len(enqueued)]] == list(enqueued)
    assert all(one["lr"] == 1e-3 for one in enqueued)
    assert "actwise_answer" in study.trials[0].user_attrs


def test_learning_rates_follow_the_race_of_the_probe(study: optuna.Study, advise: Advise) -> None:
    answer = advise(**DESCRIPTION)
    first = answer.hidden[0].ranking[0].activation
    raced = [entry(first, 0.002), entry("relu", 0.001), entry("gelu", None)]
    race = Race(
        subject="recurrent", metric="accuracy", rungs=(10,), entries=tuple(raced), network_steps=1, stopped="decided"
    )
    probed = answer.model_copy(update={"probe": ProbeReport(network_steps_budget=1, races=(race,))})
    enqueued = enqueue(study, probed, groups=1, learning_rate={"lr": 1e-4})
    assert enqueued == ({"activation": first, "lr": pytest.approx(2e-4 if first != "relu" else 1e-4)},)


def entry(name: str, rate: float | None) -> RaceEntry:
    return RaceEntry(candidate=name, status="in_group", learning_rate=rate, seeds=2, score=0.5, difference=None)


def test_blocks_are_named_where_there_are_several(study: optuna.Study, advise: Advise) -> None:
    blocks = [{"layer_type": "conv", "depth": 4, "name": "trunk"}, {"layer_type": "dense", "depth": 2, "name": "head"}]
    answer = advise(**(DESCRIPTION | {"layer_type": "mixed", "layers": blocks}))
    with pytest.raises(ContractError, match="several blocks"):
        activations(answer)
    with pytest.raises(ContractError, match="did you mean 'trunk'"):
        activations(answer, block="trunc")

    def objective(trial: optuna.Trial) -> float:
        for block in ("trunk", "head"):
            assert suggest_activation(trial, answer, block, name=block) in activations(answer, block)
        return 0.0

    study.optimize(objective, n_trials=3)
    assert set(study.trials[0].params) == {"trunk", "head"}
