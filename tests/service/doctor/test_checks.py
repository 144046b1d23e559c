"""Every check finds its fault in its place with a right number, spares the near miss, and says what it lacks."""

from __future__ import annotations

import pytest

from actwise.contract.diagnosis import CheckDone, Diagnosis, Finding
from service.doctor.base import Check
from service.doctor.checks import CHECKS
from service.doctor.citations import sources
from service.doctor.diagnose import diagnose
from service.doctor.view import Missing, NetworkView
from tests.service.doctor.cases import CASES, cell, dense, network

IDS = [check.id for check in CHECKS]
WITH_NUMBER = [name for name in IDS if CASES[name].number]
NEEDY = [name for name in IDS if CASES[name].missing]


def verdict(diagnosis: Diagnosis, check: str) -> CheckDone:
    return next(one for one in diagnosis.checks if one.check == check)


def found(diagnosis: Diagnosis, check: str) -> Finding:
    return next(one for one in diagnosis.findings if one.check == check)


def test_every_check_has_a_case_and_every_case_a_check() -> None:
    assert sorted(CASES) == sorted(IDS)
    assert len(IDS) >= 36


@pytest.mark.parametrize("name", IDS)
def test_the_fault_is_found_at_its_place(name: str) -> None:
    finding = found(diagnose(CASES[name].fault, "network"), name)
    assert finding.layers == CASES[name].places
    assert finding.where
    assert finding.citations


@pytest.mark.parametrize("name", IDS)
def test_the_near_miss_is_clear(name: str) -> None:
    assert verdict(diagnose(CASES[name].near, "network"), name).verdict == "clear"


@pytest.mark.parametrize("name", NEEDY)
def test_without_the_fact_it_is_not_checked_and_says_why(name: str) -> None:
    missing = CASES[name].missing
    assert missing is not None
    done = verdict(diagnose(missing, "network"), name)
    assert done.verdict == "not_checked"
    assert done.because


@pytest.mark.parametrize("name", WITH_NUMBER)
def test_the_number_of_the_proof_agrees_with_another_way_to_compute_it(name: str) -> None:
    case = CASES[name]
    assert case.number is not None
    key, expected = case.number
    proof = found(diagnose(case.fault, "network"), name).proof
    assert proof is not None
    assert proof.numbers[key] == pytest.approx(expected, rel=1e-5, abs=case.close)


@pytest.mark.parametrize("name", IDS)
def test_errors_and_warnings_carry_a_proof_and_a_fix(name: str) -> None:
    finding = found(diagnose(CASES[name].fault, "network"), name)
    assert finding.fix is not None
    assert finding.fix.pytorch or finding.fix.keras
    if finding.severity != "advice":
        assert finding.proof is not None
        assert finding.proof.numbers
        assert finding.proof.setting


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_a_check_only_misses_what_it_says_it_needs(check: Check) -> None:
    for case in CASES.values():
        for each in (case.fault, case.near, case.missing):
            try:
                list(check.find(NetworkView(each))) if each else None
            except Missing as lacking:
                assert lacking.field in (*check.needs, "layers")


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_every_citation_is_in_the_bibliography(check: Check) -> None:
    assert check.citations
    assert set(check.citations) <= set(sources())


def test_a_smooth_rectifier_does_not_hide_a_kinked_one() -> None:
    mixed = network([dense(8, "squared_relu"), dense(8, "relu"), dense(1)], adversarial=True)
    assert found(diagnose(mixed, "network"), "kink-under-attack").layers == (1,)


@pytest.mark.parametrize("activation", ["softmax", "swiglu", "exp", "log_softmax", "sine"])
def test_odd_cells_and_gates_are_answered(activation: str) -> None:
    odd = network([cell("LSTM", activation, activation), dense(1)], framework="keras")
    assert found(diagnose(odd, "network"), "gate-that-does-not-gate").proof
