"""From a rule to a verdict: its experiment is run, timed, and judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import perf_counter

from models.experiments import compare, get_experiment
from models.experiments.base import Outcome, Scores
from rules.compiled import CompiledRule
from rules.experiments import Comparison, Expectation
from rules.verdicts import Standing, Verdict


class Measurements:
    """Scores of candidates, each computed once however many rules ask for it, with the seconds it took."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str, str], tuple[Scores, float]] = {}

    def score(self, wanted: Comparison, candidate: str) -> tuple[Scores, float]:
        """Scores [seeds] of one candidate, and the seconds of their computation."""
        key = (wanted.experiment, candidate, json.dumps(dict(wanted.parameters), sort_keys=True))
        if key not in self._kept:
            start = self._clock()
            scores = get_experiment(wanted.experiment).measure(candidate, wanted.parameters, wanted.seeds)
            self._kept[key] = (scores, self._clock() - start)
        return self._kept[key]


def verify(one: CompiledRule, measurements: Measurements) -> Verdict:
    """Run a rule's experiment. Raises ValueError when it names none.

    `seconds` counts the computation of every candidate, also of those that another rule asked for before.
    """
    wanted = one.comparison()
    if wanted is None:
        raise ValueError(f"rule {one.rule.id} names no experiment")
    found = [{name: measurements.score(wanted, name) for name in side} for side in (wanted.these, wanted.those)]
    outcome = compare(*({name: scores for name, (scores, _) in side.items()} for side in found), unit=wanted.unit)
    seconds = sum(time for side in found for _, time in side.values())
    return Verdict(
        experiment=wanted.experiment,
        verdict=judge(outcome, wanted.expect, wanted.negligible),
        these=wanted.these,
        those=wanted.those,
        expect=wanted.expect,
        parameters=dict(wanted.parameters),
        measured=_rounded(outcome.effect),
        low=_rounded(outcome.low),
        high=_rounded(outcome.high),
        unit=wanted.unit,
        seeds=wanted.seeds,
        seconds=round(seconds, 1),
        key=wanted.key,
    )


def judge(outcome: Outcome, expect: Expectation, negligible: float) -> Standing:
    """The verdict on a claim.

    better      supported: the interval is above 0 and the effect at least `negligible`; refuted: below 0 likewise
    not_worse   supported: the interval is above -negligible; refuted: below it
    """
    if expect == "not_worse":
        return "supported" if outcome.low > -negligible else "refuted" if outcome.high < -negligible else "not_seen"
    if abs(outcome.effect) < negligible:
        return "not_seen"
    return "supported" if outcome.low > 0 else "refuted" if outcome.high < 0 else "not_seen"


def _rounded(value: float) -> float:
    """Four significant digits; what differs beyond them, or below a millionth, is the processor's."""
    return float(f"{value:.4g}") if abs(value) > 1e-6 else 0.0
