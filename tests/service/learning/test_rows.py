"""From a finished probe to what is kept of it."""

from __future__ import annotations

from functools import cache

import pytest

from actwise.contract.answer import ProbeReport
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from actwise.contract.situation import situations_of
from models.prior.past import PastRace
from service.learning.rows import past_races
from service.probing.calibration import Calibration
from service.probing.data import load
from service.probing.inline import run_inline
from service.probing.plan import ProbePlan, plan_probe
from service.probing.run import ProbeRun

SPEED = Calibration()


def _request(**fields: object) -> TaskDescription:
    probe = {"data": {"name": "iris"}, "network_steps": 6_000, "seeds": 2}
    plain = {"task": "classification", "layer_type": "dense", "depth": 2, "width": 8, "compute_budget": "low"}
    return read_request(plain | {"domain": "a secret project", "probe": probe} | fields)


@cache
def _probed() -> tuple[TaskDescription, ProbePlan, ProbeReport]:
    request = _request()
    situations = situations_of(request)
    plan = plan_probe(request, situations, {"dense": ("relu", "tanh", "silu", "elu")}, SPEED)
    assert plan.data is not None
    return request, plan, run_inline(ProbeRun(plan), load(plan.data))


def _kept(report: ProbeReport) -> tuple[PastRace, ...]:
    request, plan, _ = _probed()
    return past_races("rec_1", situations_of(request), plan, report, 105)


def test_a_race_is_kept_with_what_was_trained_and_what_it_cost() -> None:
    report = _probed()[2]
    (race,) = _kept(report)
    assert race.id == "rec_1/hidden-0"
    assert (race.situation.depth, race.situation.width, race.situation.rows, race.situation.features) == (2, 8, 105, 4)
    assert race.data == "bundled iris"
    assert race.steps == report.races[0].network_steps
    assert max(one.points for one in race.outcomes.values()) == pytest.approx(0.0, abs=1.0)


def test_the_noise_is_that_of_the_race_and_not_of_carrying_it_elsewhere() -> None:
    (race,) = _kept(_probed()[2])
    assert min(one.noise for one in race.outcomes.values()) < 2.0


def test_nothing_is_kept_in_the_caller_s_own_words() -> None:
    (race,) = _kept(_probed()[2])
    assert "secret" not in str(race.plain())


def test_a_stand_in_is_kept_as_what_it_is() -> None:
    request = _request(depth=100, width=999)
    situations = situations_of(request)
    plan = plan_probe(request, situations, {"dense": ("relu", "tanh", "silu")}, SPEED)
    network = plan.races[0].network
    report = _probed()[2]
    (race,) = past_races("rec_2", situations, plan, report, 105)
    assert (race.situation.depth, race.situation.width) == (network.depth, network.width) != (100, 999)


def test_a_race_that_was_cut_off_by_a_cancel_is_not_kept() -> None:
    report = _probed()[2]
    cut = report.model_copy(update={"races": (report.races[0].model_copy(update={"stopped": "cancelled"}),)})
    assert _kept(cut) == ()


def test_a_race_that_nobody_won_is_not_kept() -> None:
    report = _probed()[2]
    lost = report.model_copy(update={"races": (report.races[0].model_copy(update={"baseline": 2.0}),)})
    assert _kept(lost) == ()


def test_a_report_without_races_leaves_nothing() -> None:
    assert _kept(ProbeReport(network_steps_budget=0, refused="no data")) == ()
