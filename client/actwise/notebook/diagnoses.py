"""A diagnosis as HTML: findings first, then what was not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from actwise.contract.diagnosis import Diagnosis, Finding
from actwise.notebook.elements import Html, code, element, faint, folded, joined, listed, page, sources


def html(diagnosis: Diagnosis) -> Html:
    """The whole diagnosis."""
    not_made = [f"{one.title}: {one.because}" for one in diagnosis.checks if one.verdict == "not_checked"]
    lists = {
        "About the reading": diagnosis.notes,
        "Lines not understood": diagnosis.unread,
        "Not checked": (*not_made, *diagnosis.not_checked),
    }
    return page(
        *(element("p", sentence, style="margin:.2em 0") for sentence in diagnosis.summary),
        element("ol", *(_finding(found, diagnosis.network.framework) for found in diagnosis.findings)),
        *(folded(title, listed(lines)) for title, lines in lists.items() if lines),
        faint(f"{diagnosis.id} · read as {diagnosis.read_as}"),
    )


def _finding(finding: Finding, framework: str | None) -> Html:
    proof = [element("div", finding.proof.sentence)] if finding.proof else []
    title = (element("b", finding.severity), f" {finding.where}: {finding.message} ")
    because = element("div", joined([finding.because, sources(finding.citations)]))
    return element("li", *title, because, *proof, *_fix(finding, framework), style="margin:.5em 0")


def _fix(finding: Finding, framework: str | None) -> Iterator[Html]:
    if finding.fix is None:
        return
    yield element("div", finding.fix.sentence)
    for name, lines in (("pytorch", finding.fix.pytorch), ("keras", finding.fix.keras)):
        if lines and framework in (None, name):
            yield code(lines)
