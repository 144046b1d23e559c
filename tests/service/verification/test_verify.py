"""Verdicts: how a claim is judged, and that what is committed is what the experiments give."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from models.experiments.base import Outcome
from rules import RuleSet
from service.verification.verify import Measurements, judge, verify

_RULES = RuleSet.load()
_FAST = (
    "sigmoids-slow-in-moderate-plain-depth",
    "hard-gates-stop-learning-when-shut",
    "sparse-codes-need-exact-zeros",
    "squares-amplify-outliers",
    "sigmoid-recurrence-vanishes",
    "saturating-squared-error",
    "focal-loss-is-no-proper-score",
    "float16-overflows-squares",
    "a-linear-hidden-layer-adds-nothing",
    "one-logit-for-two-classes",
)


def outcome(effect: float, reach: float) -> Outcome:
    return Outcome(effect, effect - reach, effect + reach, "points", {})


@pytest.mark.parametrize(
    ("effect", "reach", "verdict"),
    [
        (2.0, 1.0, "supported"),
        (2.0, 2.5, "not_seen"),
        (0.1, 0.05, "not_seen"),
        (0.0, 0.0, "not_seen"),
        (-0.1, 0.05, "not_seen"),
        (-2.0, 2.5, "not_seen"),
        (-2.0, 1.0, "refuted"),
        (0.25, 0.0, "supported"),
    ],
)
def test_a_claim_of_better_needs_the_interval_on_its_side_and_an_effect_that_matters(
    effect: float, reach: float, verdict: str
) -> None:
    assert judge(outcome(effect, reach), "better", 0.25) == verdict


@pytest.mark.parametrize(
    ("effect", "reach", "verdict"),
    [(0.0, 0.2, "supported"), (2.0, 1.0, "supported"), (0.0, 0.3, "not_seen"), (-2.0, 1.0, "refuted")],
)
def test_a_claim_of_no_loss_needs_the_interval_above_what_is_negligible(
    effect: float, reach: float, verdict: str
) -> None:
    assert judge(outcome(effect, reach), "not_worse", 0.25) == verdict


@pytest.mark.parametrize("name", _FAST)
def test_running_an_experiment_again_gives_what_is_committed(name: str) -> None:
    committed = _RULES.verdicts[name]
    found = verify(_RULES.rule(name), Measurements())
    assert found.verdict == committed.verdict
    assert (found.measured, found.low, found.high) == pytest.approx(
        (committed.measured, committed.low, committed.high), rel=0.02, abs=0.02
    )
    assert found.model_copy(update={"seconds": 0.0, "measured": 0.0, "low": 0.0, "high": 0.0}) == committed.model_copy(
        update={"seconds": 0.0, "measured": 0.0, "low": 0.0, "high": 0.0}
    )


def test_every_rule_with_an_experiment_has_a_current_result() -> None:
    named = {rule.id for rule in _RULES.rules if rule.experiment}
    assert named - set(_RULES.verdicts) == set(), "run: actwise rules verify --missing --write"
    assert len(named) >= 40


def test_a_rule_without_an_experiment_cannot_be_verified() -> None:
    silent = next(one for one in _RULES.compiled if one.rule.experiment is None)
    with pytest.raises(ValueError, match="names no experiment"):
        verify(silent, Measurements())


def test_a_candidate_is_measured_once_and_its_seconds_count_for_every_rule() -> None:
    ticks = count()
    measurements = Measurements(lambda: float(next(ticks)))
    wanted = _RULES.rule("sparse-codes-need-exact-zeros").comparison()
    assert wanted is not None
    first, seconds = measurements.score(wanted, "relu")
    again, the_same = measurements.score(wanted, "relu")
    assert seconds == the_same == 1.0
    assert np.array_equal(first, again)
    assert next(ticks) == 2
