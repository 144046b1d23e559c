"""Scores: one number per member, higher is better, the same for every head of a task.

    accuracy              share of rows whose most probable class is right                                0..1
    macro_f1              mean over the classes of 2 TP / (2 TP + FP + FN)                                 0..1
    auc                   chance that a row of a class is ranked above another, mean over the classes      0..1
    log_loss              minus the mean of -ln p(true class), p at least 1e-7                             <= 0
    label_log_loss        the same over the labels of a multilabel target                                  <= 0
    level_error           minus the mean distance, in levels, of the median level from the true one        <= 0
    variance_explained    1 - squared error over the target's variance, mean over targets                  <= 1
    rmse                  minus the root mean square error, mean over targets                              <= 0
    absolute_skill        1 - absolute error over that of the median, mean over targets                    <= 1
    poisson_deviance      minus the mean Poisson deviance of the predicted mean                            <= 0
    gamma_deviance        minus the mean gamma deviance of the predicted mean                              <= 0
    pinball_skill         1 - pinball loss over that of the empirical quantiles, mean over targets         <= 1
    crps_skill            1 - CRPS of the Gaussian over that of the best constant one, mean over targets   <= 1

All but accuracy, macro_f1 and auc are proper: no prediction does better on average than the true probability, mean,
median, quantile or distribution. A skill divides by the spread of the rows scored, or by 1 where these are all equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actwise.contract.names import nearest_name
from actwise.contract.vocabulary import TASKS
from models.heads.scores.base import Score
from models.heads.scores.labels import Accuracy, AreaUnderCurve, LabelLogLoss, LevelError, LogLoss, MacroF1
from models.heads.scores.numbers import (
    AbsoluteSkill,
    CrpsSkill,
    GammaDeviance,
    PinballSkill,
    PoissonDeviance,
    RootMeanSquare,
    VarianceExplained,
)

_ALL: tuple[Score, ...] = (
    Accuracy(),
    MacroF1(),
    AreaUnderCurve(),
    LogLoss(),
    LabelLogLoss(),
    LevelError(),
    VarianceExplained(),
    RootMeanSquare(),
    AbsoluteSkill(),
    PoissonDeviance(),
    GammaDeviance(),
    PinballSkill(),
    CrpsSkill(),
)
SCORES: Mapping[str, Score] = MappingProxyType({score.name: score for score in _ALL})

RARE = 0.4
"""A class is rare when it has less than this part of an equal share of the rows."""

_BY_TASK: Mapping[str, str] = {
    "regression": "variance_explained",
    "multilabel_classification": "label_log_loss",
    "ordinal": "level_error",
    "count_regression": "poisson_deviance",
    "positive_regression": "gamma_deviance",
    "bounded_regression": "variance_explained",
    "quantile_regression": "pinball_skill",
    "heteroscedastic_regression": "crps_skill",
    "proportions": "variance_explained",
    "survival": "gamma_deviance",
    "language_modeling": "log_loss",
    "generation": "variance_explained",
    "density": "crps_skill",
    "ranking": "variance_explained",
    "reinforcement_learning": "variance_explained",
    "other": "variance_explained",
}


class UnknownScore(KeyError):
    """A score that does not exist; the message holds the nearest that does."""

    def __str__(self) -> str:
        return str(self.args[0])


def get_score(name: str) -> Score:
    """The score called `name`; UnknownScore with the nearest spelling when there is none."""
    if name in SCORES:
        return SCORES[name]
    near = nearest_name(name, SCORES)
    raise UnknownScore(f"unknown score {name[:60]!r}: " + (f"did you mean {near!r}?" if near else ", ".join(SCORES)))


def score_for(task: str, target: NDArray[Any] | None = None) -> Score:
    """The score on which the heads and hidden candidates of a task are compared; accuracy for plain labels.

    Given `target`, labels of which a class is rare are judged by macro_f1: a network that never names that class would
    lose next to nothing in accuracy.
    A positive target that holds zeros has no gamma deviance: the Poisson deviance takes its place.
    Where no probe network is trained for the task itself (survival, generation, ranking, ...) it is the score of
    the simpler problem that stands in.
    """
    if task not in TASKS:
        near = nearest_name(task, TASKS)
        raise ValueError(f"unknown task {task[:60]!r}" + (f": did you mean {near!r}?" if near else ""))
    name = _BY_TASK.get(task, "accuracy")
    if name == "gamma_deviance" and target is not None and np.min(target) <= 0:
        name = "poisson_deviance"
    if name == "accuracy" and target is not None and _imbalanced(target):
        name = "macro_f1"
    return SCORES[name]


def _imbalanced(target: NDArray[Any]) -> bool:
    counts = np.unique(target, return_counts=True)[1]
    return bool(counts.min() < RARE * len(target) / len(counts))


__all__ = ["SCORES", "Score", "UnknownScore", "get_score", "score_for"]
