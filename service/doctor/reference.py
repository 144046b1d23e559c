"""The page of all checks for the documentation, written from the checks themselves.

`python -m service.doctor.reference` writes docs/doctor-checks.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from service.doctor.base import Check
from service.doctor.checks import CHECKS, FAMILIES
from service.doctor.diagnose import NOT_CHECKED

PAGE = Path(__file__).parents[2] / "docs" / "doctor-checks.md"

_INTRODUCTION = """\
# What the doctor checks

Each of the {count} checks looks for one fault. An *error* makes a network worse than it need be for certain, a
*warning* most likely, and *advice* is worth a thought. Errors and warnings carry a number computed for the network at
hand; all carry lines to paste. A check that lacks one of the facts it needs is listed as not checked, with the fact; it
only asks for a fact where the layers make it matter. Places with the same proof are one finding, and one check shows at
most 20.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION.format(count=len(CHECKS))
    for family, checks in FAMILIES.items():
        yield f"## {family}\n"
        yield "| Check | What it finds | Severity | Why | Asks for | Sources |"
        yield "|---|---|---|---|---|---|"
        yield from map(_row, checks)
        yield ""
    yield "## What no check looks at\n"
    yield from (f"- {one}" for one in NOT_CHECKED)


def _row(check: Check) -> str:
    needs = ", ".join(f"`{need}`" for need in check.needs) or "layers only"
    sources = ", ".join(f"`{key}`" for key in check.citations)
    return f"| `{check.id}` | {check.title} | {check.severity} | {check.because} | {needs} | {sources} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
