"""Answers in this process: files by their content, the API's data without a server."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from actwise.contract.reading import read_request
from actwise.errors import ActwiseError, RefusedError
from rules import RulesRefused
from service.local import Local, lint_rules, run_cases_of, with_file
from service.settings import read_settings

REQUEST = {"task": "classification", "layer_type": "dense", "depth": 2, "compute_budget": "low"}


@pytest.fixture
def local(tmp_path: Path) -> Local:
    return Local(read_settings({"ACTWISE_HOME": str(tmp_path)}))


def test_a_file_is_known_by_its_content_and_not_by_where_it_lay(tmp_path: Path) -> None:
    requests = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "own.csv"
        path.write_bytes(b"a,b\n1,2\n")
        probe = {"data": {"file": str(path)}}
        request, files = with_file(read_request(REQUEST | {"probe": probe}))
        assert files == {sha256(b"a,b\n1,2\n").hexdigest(): b"a,b\n1,2\n"}
        requests.append(request)
    assert requests[0] == requests[1]


def test_a_request_without_a_file_is_left_alone() -> None:
    request = read_request(REQUEST)
    assert with_file(request) == (request, {})


def test_a_missing_file_is_told_as_the_system_tells_it(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        with_file(read_request(REQUEST | {"probe": {"data": {"file": str(tmp_path / "nowhere.csv")}}}))


def test_the_catalogue_is_read_without_a_server(local: Local) -> None:
    assert local.read("/v1/activations/gelu")["name"] == "gelu"


def test_what_does_not_exist_is_refused_as_over_http(local: Local) -> None:
    with pytest.raises(RefusedError) as caught:
        local.read("/v1/rules/no-such-rule")
    assert caught.value.problem.status == 404


def test_the_trace_tells_of_every_rule(local: Local) -> None:
    found = local.trace(read_request(REQUEST))
    assert {item["fired"] for item in found} == {True, False}
    assert all(item["fired"] or item["failing"] for item in found)


def test_the_shipped_rules_have_no_finding_and_broken_house_rules_are_told(tmp_path: Path) -> None:
    assert lint_rules(None) == []
    (tmp_path / "house.yaml").write_text("- id: broken\n  role: nothing\n")
    assert any("broken" in finding for finding in lint_rules(str(tmp_path)))


HOUSE_RULE = """
- id: our-device-has-only-relu6
  role: hidden
  against: {name: {not: relu6}}
  excludes: true
  cause: kernel_support
  because: Our signal processor has a kernel for ReLU6 alone.
  sources: [our-manual]
"""
HOUSE_SOURCE = "our-manual: {title: Manual of our processor, authors: the makers, year: 2025, read: full}"


def test_house_rules_speak_in_the_answer(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(HOUSE_RULE)
    (tmp_path / "bibliography.yaml").write_text(HOUSE_SOURCE)
    local = Local(read_settings({"ACTWISE_HOUSE_RULES": str(tmp_path), "ACTWISE_HOME": str(tmp_path)}))
    answer = local.recommend(read_request(REQUEST), lambda _report: None)
    assert [choice.activation for choice in answer.hidden[0].ranking] == ["relu6"]


def test_house_rules_that_cannot_be_used_are_told_with_every_finding(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(HOUSE_RULE)
    with pytest.raises(ActwiseError, match="our-manual"):
        Local(read_settings({"ACTWISE_HOUSE_RULES": str(tmp_path), "ACTWISE_HOME": str(tmp_path)}))


def test_cases_are_run_file_by_file_and_house_rules_that_are_refused_are_told(tmp_path: Path) -> None:
    files = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for file in files:
        file.write_text("- 3\n- 4\n")
    found = run_cases_of(files, None)
    assert [(one.file, one.case) for one in found] == [(str(file), f"case {n}") for file in files for n in (1, 2)]
    with pytest.raises(RulesRefused, match="is not a folder"):
        run_cases_of(files, str(tmp_path / "nowhere"))
