"""A diagnosis as JUnit XML, which test reports of build servers show.

There is no standard; this is the form that the common readers share: one suite, a case for every check that found
nothing and for every finding, with `failure`, `skipped` and `system-out`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from xml.etree import ElementTree

from actwise.contract.diagnosis import CheckDone, Diagnosis, Finding

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""


def junit(diagnosis: Diagnosis, file: str, failing: Container[str]) -> str:
    """The report; findings whose severity is `failing` are failures, others pass and say what they are."""
    suite = ElementTree.Element("testsuite", name="actwise doctor")
    for case in _cases(diagnosis, file, failing):
        suite.append(case)
    suite.set("tests", str(len(suite)))
    for kind, count in (("failures", "failure"), ("skipped", "skipped")):
        suite.set(kind, str(len(suite.findall(f"testcase/{count}"))))
    suite.set("errors", "0")
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode")


def _cases(diagnosis: Diagnosis, file: str, failing: Container[str]) -> Iterator[ElementTree.Element]:
    for done in diagnosis.checks:
        if done.verdict != "found":
            yield _quiet(done, file)
    for found in diagnosis.findings:
        yield _found(found, file, failing)


def _quiet(done: CheckDone, file: str) -> ElementTree.Element:
    case = _case(done.check, file)
    if done.verdict == "not_checked":
        ElementTree.SubElement(case, "skipped", message=_clean(done.because or "something is not known"))
    return case


def _found(found: Finding, file: str, failing: Container[str]) -> ElementTree.Element:
    case = _case(f"{found.check}: {found.where}", file)
    text = _clean("\n".join(_sentences(found)))
    if found.severity in failing:
        failure = ElementTree.SubElement(case, "failure", type=found.severity, message=_clean(found.message))
        failure.text = text
    else:
        ElementTree.SubElement(case, "system-out").text = f"{found.severity}: {_clean(found.message)}\n{text}"
    return case


def _sentences(found: Finding) -> Iterator[str]:
    yield found.because
    if found.proof:
        yield f"{found.proof.sentence} ({found.proof.setting})"
    if found.fix:
        yield from filter(None, (found.fix.sentence, found.fix.pytorch, found.fix.keras))


def _case(name: str, file: str) -> ElementTree.Element:
    attributes = {"classname": "actwise.doctor", "name": _clean(name), "time": "0"}
    return ElementTree.Element("testcase", attributes | ({} if file == "-" else {"file": _clean(file)}))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
