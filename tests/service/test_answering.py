"""The use-case: a budget is fixed once, data are checked, and the rest is pure."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.faults import ContractError
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from service.advice.advisor import Advisor
from service.answering import Answering
from service.probing.calibration import Calibration

FAST = Calibration(workers=20)
SLOW = Calibration()
ANSWERING = Answering(Advisor(), {"abc": b"x,y\n1,2\n"})


def request(**probe: Any) -> TaskDescription:
    network = {"task": "classification", "layer_type": "dense", "depth": 2, "compute_budget": "low"}
    return read_request(network | ({"probe": probe} if probe else {}))


def test_a_request_without_a_probe_has_no_budget_to_fix() -> None:
    assert ANSWERING.fixed(request(), FAST) == request()


def test_a_faster_machine_gets_more_network_steps_for_the_same_seconds() -> None:
    slow, fast = (ANSWERING.fixed(request(seconds=20), one).probe for one in (SLOW, FAST))
    assert slow is not None
    assert fast is not None
    assert 0 < (slow.network_steps or 0) < (fast.network_steps or 0)


def test_a_fixed_budget_is_kept_whatever_the_machine() -> None:
    fixed = ANSWERING.fixed(request(seconds=20), FAST)
    assert ANSWERING.fixed(fixed, SLOW) == fixed
    assert ANSWERING.plan(fixed, SLOW).races == ANSWERING.plan(fixed, FAST).races


def test_a_budget_that_the_caller_names_is_kept_even_where_it_cannot_be_shared_out_evenly() -> None:
    blocks = [{"layer_type": "dense", "depth": 1}, {"layer_type": "dense", "depth": 2}]
    asked = read_request(request(network_steps=200_001).model_dump(mode="json") | {"layers": blocks})
    assert ANSWERING.fixed(asked, FAST) == asked


def test_an_unknown_bundled_set_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ContractError) as caught:
        ANSWERING.check(request(data={"name": "digit"}))
    (fault,) = caught.value.faults
    assert (fault.pointer, fault.nearest) == ("/probe/data/name", "digits")


@pytest.mark.parametrize("data", [{"file": "own.csv"}, {"file": "own.csv", "fingerprint": "unknown"}])
def test_a_file_that_this_process_does_not_hold_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ContractError):
        ANSWERING.check(request(data=data))


@pytest.mark.parametrize("data", [{"name": "digits"}, {"file": "own.csv", "fingerprint": "abc"}, {}])
def test_data_that_this_process_holds_are_taken(data: dict[str, Any]) -> None:
    ANSWERING.check(request(data=data))


def test_data_that_cannot_be_used_give_a_plan_that_says_why() -> None:
    plan = ANSWERING.plan(request(data={"file": "own.csv", "fingerprint": "abc"}), FAST)
    assert plan.refused
    assert not plan.races
