"""How fast candidates learn: the steps of a full-length training until a level is reached, beside final quality.

The level lies LEVEL of the way from the trivial predictor to the leader's final mean. Curves start at the trivial score
and are straight between their points. Steps are compared by their logarithm: twice as fast is as far from equal as
twice as slow. As with scores, a few seeds say little of a variance, so each is shrunk towards the typical one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log

import numpy as np
from scipy.special import stdtrit

from actwise.contract.evidence import Effect
from models.race.statistics import PRIOR_DEGREES, unbiased_variance
from models.training.task import MemberResult

LEVEL = 0.9
SMALLEST_SD = 0.05
"""Smallest standard deviation believed of the logarithm of steps: curves have few points."""


def level_of(final: float, baseline: float) -> float:
    """The level, in the metric, for a leader with this final mean."""
    return baseline + LEVEL * (final - baseline)


def steps_to(member: MemberResult, level: float, baseline: float) -> float | None:
    """Steps after which the curve is at the level for the first time, at least 1; None when it never is."""
    step, score = 0.0, baseline
    for next_step, next_score in zip(member.curve_steps, member.curve_scores, strict=True):
        if next_score >= level:
            part = (level - score) / (next_score - score) if next_score > score else 1.0
            return max(1.0, step + max(0.0, part) * (next_step - step))
        step, score = float(next_step), next_score
    return None


def paces(members: Mapping[str, Sequence[MemberResult]], final: float, baseline: float) -> dict[str, Effect | None]:
    """Per candidate the geometric mean of the steps to the level over its seeds, with a 90 % interval.

    None where not every seed reaches the level, and for all when the leader is no better than the trivial predictor.
    """
    if final <= baseline:
        return dict.fromkeys(members)
    level = level_of(final, baseline)
    reached = {name: [steps_to(member, level, baseline) for member in row] for name, row in members.items()}
    logs = {name: [log(steps) for steps in row if steps is not None] for name, row in reached.items()}
    whole = {name: row for name, row in logs.items() if row and len(row) == len(members[name])}
    variances = [unbiased_variance(row) for row in whole.values() if len(row) > 1]
    typical = max(SMALLEST_SD**2, float(np.median(variances)) if variances else 0.0)
    return {name: _pace(whole[name], typical) if name in whole else None for name in members}


def _pace(logs: Sequence[float], typical: float) -> Effect:
    own = len(logs) - 1
    variance = float(np.var(logs, ddof=1)) if own else 0.0
    degrees = PRIOR_DEGREES + own
    sd = ((PRIOR_DEGREES * typical + own * variance) / degrees / len(logs)) ** 0.5
    mean, reach = sum(logs) / len(logs), float(stdtrit(degrees, 0.95)) * sd
    return Effect(mean=_steps(mean), low=_steps(mean - reach), high=_steps(mean + reach))


def _steps(logarithm: float) -> float:
    return round(exp(logarithm), 1)
