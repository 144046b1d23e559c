"""Reading cases: every fault of every case, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.authoring.cases import Expectation, Outcome, Ready, read_cases

FOUR = "{task: classification, layer_type: conv, depth: 8, compute_budget: low}"


def failures(text: str) -> list[str]:
    """Of cases that cannot be read, everything that is wrong."""
    return [one for case in read_cases(text, "mine.yaml") if isinstance(case, Outcome) for one in case.failures]


@pytest.mark.parametrize("text", ["", "[]", "a: 1", "3", "- [1", "- a: 1\n  a: 2", "\x00"])
def test_what_is_no_list_of_cases_is_one_failure_of_the_file(text: str) -> None:
    found = list(read_cases(text, "mine.yaml"))
    assert [(one.case, len(one.failures)) for one in found if isinstance(one, Outcome)] == [("", 1)]


@pytest.mark.parametrize("item", ["3", "relu", "[]", "null"])
def test_what_is_no_case_is_told(item: str) -> None:
    assert failures(f"- {item}") == ["a case is a mapping with describe and expect"]


def test_a_case_that_can_be_read_has_its_request_and_name() -> None:
    (one,) = read_cases(f"- {{name: a, describe: {FOUR}, expect: {{first: relu, fires: [a, b]}}}}", "mine.yaml")
    assert isinstance(one, Ready)
    assert (one.label, one.request.depth) == ("a", 8)
    assert one.case.expect.first == ("relu",)
    assert one.case.expect.fires == ("a", "b")


def test_a_case_without_a_name_is_known_by_its_number() -> None:
    found = list(read_cases(f"- 3\n- {{describe: {FOUR}, expect: {{first: relu}}}}", "mine.yaml"))
    assert isinstance(found[1], Ready)
    assert found[1].label == "case 2"


def test_unknown_fields_are_told_with_the_nearest_spelling() -> None:
    found = failures(f"- {{describe: {FOUR}, expekt: {{}}, expect: {{frist: relu}}}}")
    assert any("/expekt" in one and "'expect'" in one for one in found)
    assert any("/expect/frist" in one and "'first'" in one for one in found)


def test_the_faults_of_the_description_are_told_beside_those_of_the_case() -> None:
    found = failures("- {describe: {task: clasification, depth: 0}, expect: {frist: relu}}")
    for pointer in ("/describe/task", "/describe/depth", "/describe/layer_type", "/expect/frist"):
        assert any(one.startswith(pointer) for one in found), pointer


def test_all_cases_of_a_file_are_told_at_once() -> None:
    assert len(failures("- 3\n- 4\n- {}")) >= 4


@pytest.mark.parametrize("expect", ["{}", "null"])
def test_a_case_that_expects_nothing_tells_what_it_could_expect(expect: str) -> None:
    found = " ".join(failures(f"- {{describe: {FOUR}, expect: {expect}}}"))
    assert "/expect" in found
    assert expect == "null" or all(field in found for field in Expectation.model_fields)


def test_a_chain_of_one_is_no_chain() -> None:
    assert any("/expect/above/0" in one for one in failures(f"- {{describe: {FOUR}, expect: {{above: [[relu]]}}}}"))


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert all(isinstance(one, (Ready, Outcome)) for one in read_cases(text, "mine.yaml"))
