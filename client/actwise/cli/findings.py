"""A diagnosis as a page that a person likes to read: findings first, then what was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from actwise.contract.diagnosis import Diagnosis, Finding, Fix
from actwise.contract.evidence import Citation

_STYLES = {"error": "bold red", "warning": "bold yellow", "advice": "bold cyan"}


def render(diagnosis: Diagnosis, console: Console) -> None:
    """Print a diagnosis."""
    for sentence in diagnosis.summary:
        console.print(Text(sentence))
    for number, finding in enumerate(diagnosis.findings, 1):
        console.print()
        console.print(Text.assemble((f"{number}. {finding.severity}", _STYLES[finding.severity]), f"  {finding.where}"))
        console.print(Padding(_body(finding, diagnosis.network.framework), (0, 0, 0, 3)))
    _list(console, "About the reading", diagnosis.notes)
    _list(console, "Lines not understood", diagnosis.unread)
    _list(console, "Not checked", (*_left_open(diagnosis), *diagnosis.not_checked))
    console.print(Text(f"{diagnosis.id}  read as {diagnosis.read_as}", style="dim"))


def _body(finding: Finding, framework: str | None) -> Table:
    """Labels on the left, text on the right, both folded to the width of the terminal."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _lines(finding, framework):
        table.add_row(label, text)
    return table


def _lines(finding: Finding, framework: str | None) -> Iterator[tuple[str, Text]]:
    yield "what", Text(finding.message)
    yield "why", Text(finding.because)
    if finding.proof:
        yield "proof", Text(f"{finding.proof.sentence} ({finding.proof.setting})")
    if finding.fix:
        yield "fix", Text(finding.fix.sentence)
        for code in _code(finding.fix, framework):
            yield "", Text(code, style="green")
    if finding.citations:
        yield "sources", Text("\n".join(map(_cited, finding.citations)))
    yield "check", Text(finding.check)


def _code(fix: Fix, framework: str | None) -> Iterator[str]:
    """The lines to paste, of the caller's framework when it is known."""
    if fix.pytorch and framework in (None, "pytorch"):
        yield fix.pytorch
    if fix.keras and framework in (None, "keras"):
        yield fix.keras


def _cited(citation: Citation) -> str:
    year = f"({citation.year})" if citation.year else ""
    return " ".join(part for part in (citation.title, year, citation.where, citation.url) if part)


def _left_open(diagnosis: Diagnosis) -> Iterator[str]:
    """The checks that could not be made, by what was missing."""
    missing: dict[str, list[str]] = {}
    for done in diagnosis.checks:
        if done.verdict == "not_checked":
            missing.setdefault(done.because or "something is not known", []).append(done.check)
    for because, checks in missing.items():
        yield f"{because}: {', '.join(checks)}"


def _list(console: Console, title: str, lines: Iterable[str]) -> None:
    kept = list(lines)
    if kept:
        console.print(Text(f"\n{title}", style="bold"))
    for line in kept:
        console.print(Padding(Text(line), (0, 0, 0, 2)))
