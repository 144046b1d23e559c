"""Optuna on the same tables: TPE with its Wilcoxon pruner, and with its successive-halving pruner.

One trial is a candidate with a learning rate. Wilcoxon: the seeds are its instances, one full training each, in the
race's order. Successive halving: four seeds are trained side by side and pruned along the curve, with which they go on
at no loss (the race's rungs begin anew). A pair that was tried before is looked up at no cost. The
budget ends the study, in mid trial if need be; its best finished trial is chosen.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.racing.contestants import Contestant, Heat, Outcome
from benchmarks.racing.replay import EXHAUSTIVE_SEEDS
from benchmarks.racing.table import POINTS, RATES, RUNGS

_MOST_TRIALS = 120
_SIDE_BY_SIDE = 4
"""As many as a fifth of the grid's steps pays for; two were worse at an eighth already."""


class _Trials:
    """Curves of a task for Optuna's objective, and what was paid for them."""

    def __init__(self, heat: Heat) -> None:
        own = [heat.seeds[seed] for seed in range(EXHAUSTIVE_SEEDS)]
        self.curves = np.fmax(heat.table.curves[-1][:, :, own], heat.contest.judged.baseline)
        self.steps = heat.table.steps[-1][:, :, own]
        self.names, self.left = heat.table.candidates, heat.budget
        self._paid: dict[tuple[int, int, int], int] = {}

    def suggest(self, trial: Any) -> tuple[int, int]:
        """The candidate and learning rate of a trial, as places in the table."""
        name = trial.suggest_categorical("candidate", self.names)
        return self.names.index(name), trial.suggest_int("rate", 0, len(RATES) - 1)

    def pay(self, pair: tuple[int, int], seed: int, points: int) -> bool:
        """Buy a training up to a point of its curve; False when the budget is spent."""
        steps = min(int(self.steps[pair][seed]), RUNGS[-1] * points // POINTS)
        due = max(0, steps - self._paid.get((*pair, seed), 0))
        if due > self.left:
            self.left = 0
            return False
        self.left -= due
        self._paid[(*pair, seed)] = self._paid.get((*pair, seed), 0) + due
        return True


def contestants() -> dict[str, Contestant]:
    """Optuna's contestants; none where it is not installed."""
    if find_spec("optuna") is None:
        return {}
    return {"Optuna: TPE, Wilcoxon": _wilcoxon, "Optuna: TPE, successive halving": _halving}


def _wilcoxon(heat: Heat) -> Outcome:
    optuna = _optuna()

    def objective(trial: Any, trials: _Trials) -> float:
        pair, scores = trials.suggest(trial), list[float]()
        for seed in range(EXHAUSTIVE_SEEDS):
            if not trials.pay(pair, seed, POINTS):
                raise optuna.TrialPruned
            scores.append(float(trials.curves[pair][seed, -1]))
            trial.report(scores[-1], seed)
            if trial.should_prune():
                break
        return float(np.mean(scores))

    pruner = optuna.pruners.WilcoxonPruner(p_threshold=0.1, n_startup_steps=2)
    return _study(optuna, objective, pruner, heat)


def _halving(heat: Heat) -> Outcome:
    optuna = _optuna()

    def objective(trial: Any, trials: _Trials) -> float:
        pair = trials.suggest(trial)
        curve = trials.curves[pair][:_SIDE_BY_SIDE].mean(axis=0)
        for point in range(1, POINTS + 1):
            if not all(trials.pay(pair, seed, point) for seed in range(_SIDE_BY_SIDE)):
                raise optuna.TrialPruned
            trial.report(float(curve[point - 1]), point)
            if trial.should_prune():
                raise optuna.TrialPruned
        return float(curve[-1])

    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
    return _study(optuna, objective, pruner, heat)


def _study(optuna: Any, objective: Any, pruner: Any, heat: Heat) -> Outcome:
    trials = _Trials(heat)
    sampler = optuna.samplers.TPESampler(seed=heat.root)
    study = optuna.create_study(direction="maximize", sampler=sampler, pruner=pruner)

    def end(study: Any, _: Any) -> None:
        if trials.left < RUNGS[-1] // POINTS:
            study.stop()

    study.optimize(lambda trial: objective(trial, trials), n_trials=_MOST_TRIALS, callbacks=[end])
    best = study.best_trial.params
    return Outcome(best["candidate"], RATES[best["rate"]], heat.budget - trials.left)


def _optuna() -> Any:
    optuna = import_module("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    return optuna
