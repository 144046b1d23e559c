"""A diagnosis as SARIF and as JUnit, for checks before a merge."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask

from actwise.cli.junit import junit
from actwise.cli.sarif import sarif
from actwise.contract.diagnosis import Diagnosis, Layer, Network
from actwise.testing import wsgi_client

TEXT = "Net(\n  (fc): Linear(in_features=8, out_features=10)\n  (probabilities): Softmax(dim=1)\n)\n"
CONTEXT = {"loss": "CrossEntropyLoss", "classes": 10, "activations": {"fc": "relu"}}


@pytest.fixture
def diagnosis(app: Flask) -> Diagnosis:
    found = wsgi_client(app).diagnose(text=TEXT, context=CONTEXT)
    assert found.findings
    return found


def the_run(diagnosis: Diagnosis, file: str = "models/my net.txt", text: str | None = TEXT) -> Any:
    log = json.loads(sarif(diagnosis, file, text))
    assert log["version"] == "2.1.0"
    assert set(log) == {"$schema", "version", "runs"}
    return log["runs"][0]


def test_a_log_has_what_the_standard_requires_and_nothing_that_it_does_not_know(diagnosis: Diagnosis) -> None:
    run = the_run(diagnosis)
    assert set(run) == {"tool", "invocations", "results", "columnKind", "properties"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert set(run["tool"]) == {"driver"}
    assert set(run["tool"]["driver"]) == {"name", "semanticVersion", "rules"}
    assert set(run["invocations"][0]) == {"executionSuccessful", "toolExecutionNotifications"}
    known = {"ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"}
    assert all(set(result) == known for result in run["results"])
    assert all(isinstance(result["message"]["text"], str) for result in run["results"])


def test_every_check_is_a_rule_of_its_own_and_results_point_at_theirs(diagnosis: Diagnosis) -> None:
    run = the_run(diagnosis)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [done.check for done in diagnosis.checks]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result, found in zip(run["results"], diagnosis.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == found.check
        assert result["level"] == {"error": "error", "warning": "warning", "advice": "note"}[found.severity]


def test_a_finding_is_on_the_line_that_names_its_layer(diagnosis: Diagnosis) -> None:
    result = next(one for one in the_run(diagnosis)["results"] if one["ruleId"] == "double-softmax")
    physical = result["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "models/my%20net.txt"}, "region": {"startLine": 3}}
    assert result["locations"][0]["logicalLocations"][0]["name"] == "probabilities (Softmax)"


def test_standard_input_and_files_that_are_no_text_have_no_line_of_their_own(diagnosis: Diagnosis) -> None:
    assert all("physicalLocation" not in one["locations"][0] for one in the_run(diagnosis, "-")["results"])
    for one in the_run(diagnosis, "/models/net.onnx", None)["results"]:
        physical = one["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "file:///models/net.onnx"
        assert physical["region"] == {"startLine": 1}


def test_what_was_not_looked_at_is_told(diagnosis: Diagnosis) -> None:
    told = [one["message"]["text"] for one in the_run(diagnosis)["invocations"][0]["toolExecutionNotifications"]]
    for done in diagnosis.checks:
        assert any(text.startswith(f"{done.check} was not checked") for text in told) == (done.verdict == "not_checked")


def test_the_same_network_gives_the_same_fingerprints_and_another_place_another_one(diagnosis: Diagnosis) -> None:
    moved = diagnosis.findings[0].model_copy(update={"where": "elsewhere"})
    first, again, other = (
        the_run(one)["results"][0]["partialFingerprints"]
        for one in (diagnosis, diagnosis, diagnosis.model_copy(update={"findings": (moved,)}))
    )
    assert first == again != other


def test_junit_counts_what_it_holds(diagnosis: Diagnosis) -> None:
    suite = ElementTree.fromstring(junit(diagnosis, "net.txt", ("error",))).find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    assert int(suite.attrib["tests"]) == len(cases)
    for kind, count in (("failure", "failures"), ("skipped", "skipped")):
        assert int(suite.attrib[count]) == len(suite.findall(f"testcase/{kind}"))
    quiet = sum(done.verdict != "found" for done in diagnosis.checks)
    assert len(cases) == quiet + len(diagnosis.findings)
    assert len({case.attrib["name"] for case in cases}) == len(cases)


@pytest.mark.parametrize(("failing", "failures"), [((), 0), (("error",), 1), (("error", "warning", "advice"), None)])
def test_only_what_fails_the_check_fails_in_the_report(
    diagnosis: Diagnosis, failing: tuple[str, ...], failures: int | None
) -> None:
    suite = ElementTree.fromstring(junit(diagnosis, "net.txt", failing)).find("testsuite")
    assert suite is not None
    expected = len(diagnosis.findings) if failures is None else failures
    assert len(suite.findall("testcase/failure")) == expected
    assert len(suite.findall("testcase/system-out")) == len(diagnosis.findings) - expected


def test_names_that_xml_cannot_hold_are_escaped_or_replaced(diagnosis: Diagnosis) -> None:
    hostile = '</failure><x a="&\x00\x1b\ufffe\ud800]]>'
    finding = diagnosis.findings[0].model_copy(update={"where": hostile, "message": hostile, "because": hostile})
    report = junit(diagnosis.model_copy(update={"findings": (finding,)}), hostile, ("error",))
    suites = ElementTree.fromstring(report.encode())
    failure = suites.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.attrib["message"].startswith('</failure><x a="&\ufffd')
    assert suites.find("testsuite/x") is None


@pytest.mark.parametrize(
    ("form", "level", "code"),
    [
        *((form, level, code) for form in ("sarif", "junit", "json") for level, code in (("error", 1), ("never", 0))),
        *(("text", level, code) for level, code in (("error", 1), ("warning", 1), ("advice", 1), (None, 0))),
    ],
)
def test_every_format_exits_alike(actwise: Any, tmp_path: Path, form: str, level: str | None, code: int) -> None:
    (tmp_path / "net.txt").write_text(TEXT)
    flags = ["--set", "loss=CrossEntropyLoss", "--set", "classes=10", "--format", form]
    done = actwise("doctor", tmp_path / "net.txt", *flags, *(["--fail-on", level] if level else []))
    assert done.exit_code == code, done.stderr
    if form in ("sarif", "json"):
        assert json.loads(done.stdout)
    if form == "junit":
        assert ElementTree.fromstring(done.stdout).tag == "testsuites"


def test_faulty_flags_are_told_together_with_the_nearest(actwise: Any) -> None:
    done = actwise("doctor", "-", "--fail-on", "eror", "--format", "srif", given=TEXT)
    assert done.exit_code == 2
    assert "--fail-on: eror" in done.stderr
    assert "did you mean 'sarif'?" in done.stderr


def test_quiet_is_one_finding_a_line(actwise: Any) -> None:
    done = actwise("doctor", "-", "-q", "--set", "loss=CrossEntropyLoss", "--set", "classes=10", given=TEXT)
    assert "error double-softmax probabilities (Softmax)\n" in done.stdout
    assert actwise("doctor", "-", "-q", given="layers: [dense 3]").stdout == ""


def test_onnx_without_its_package_says_what_to_install(actwise: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "actwise.integrations.onnx", None)
    done = actwise("doctor", "net.ONNX")
    assert done.exit_code == 2
    assert "pip install 'actwise[onnx]'" in done.stderr


def test_an_onnx_file_is_read_by_its_integration(actwise: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def examine(file: str) -> SimpleNamespace:
        assert file == "net.onnx"
        layer = Layer(kind="dense", units=10, activation="softmax", name="head")
        return SimpleNamespace(network=Network(layers=(layer,)), notes=("the file is quantised",))

    monkeypatch.setitem(sys.modules, "actwise.integrations.onnx", SimpleNamespace(examine=examine))
    flags = ["--set", "loss=CrossEntropyLoss", "--set", "classes=10", "--fail-on", "error"]
    done = actwise("doctor", "net.onnx", *flags, "--format", "sarif")
    assert done.exit_code == 1, done.stderr
    run = json.loads(done.stdout)["runs"][0]
    assert run["results"][0]["ruleId"] == "double-softmax"
    assert "the file is quantised" in str(run["invocations"])
