"""A quote says what a probe costs and which ranks it may change, and starts nothing."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.quote import Quote
from actwise.contract.reading import read_request
from rules import RuleSet
from service.advice.advisor import Advisor
from service.answering import Answering
from service.probing.calibration import Calibration

ANSWERING = Answering(Advisor(RuleSet.load(None)))
FOUR = {"task": "classification", "layer_type": "dense", "depth": 2, "compute_budget": "low"}


def quoted(workers: int = 2, **probe: Any) -> Quote:
    request = read_request({**FOUR, "probe": {"seconds": 60, **probe}})
    return ANSWERING.quote(request, Calibration(workers=workers))


def test_a_probe_that_cannot_be_run_is_quoted_with_the_reason() -> None:
    found = quoted(network_steps=10)
    assert found.refused
    assert (found.seconds, found.races) == (0.0, ())


def test_the_seconds_are_those_asked_for_and_more_cores_buy_more_steps() -> None:
    one, two = quoted(workers=1), quoted(workers=2)
    assert one.seconds == pytest.approx(60, rel=0.05)
    assert two.seconds == pytest.approx(60, rel=0.05)
    assert two.network_steps > 1.5 * one.network_steps
    assert (one.cores, two.cores) == (1, 2)


def test_those_who_may_lead_are_raced_and_those_not_raced_are_named() -> None:
    (race,) = quoted().races
    assert race.subject == "dense"
    assert set(race.may_lead) <= set(race.raced)
    assert "relu" in race.may_lead
    assert not set(race.raced) & set(race.not_raced)
    assert race.network_steps == pytest.approx(quoted().network_steps)


def test_output_heads_are_quoted_too() -> None:
    request = read_request({**FOUR, "task": "count_regression", "probe": {"seconds": 60}})
    subjects = [race.subject for race in ANSWERING.quote(request, Calibration()).races]
    assert subjects == ["dense", "output"]


def test_gates_are_quoted_only_when_they_are_to_be_raced() -> None:
    asked = {**FOUR, "layer_type": "recurrent", "probe": {"seconds": 600, "gates": True}}
    for gates, subjects in ((True, ["recurrent", "recurrent: gates"]), (False, ["recurrent"])):
        asked["probe"] = {"seconds": 600, "gates": gates}
        found = ANSWERING.quote(read_request(asked), Calibration())
        assert [race.subject for race in found.races] == subjects
