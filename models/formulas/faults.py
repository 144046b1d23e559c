"""What is wrong with a formula: every fault at once, each with its place and its repair.

FormulaRefused(ValueError)   a formula that cannot be used; holds every FormulaFault found
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_FAULTS = 12
"""Faults told about one formula."""


@dataclass(frozen=True)
class FormulaFault:
    """One thing wrong: where it begins (characters from 0; None: the whole function), what would be right."""

    code: str
    message: str
    position: int | None = None
    sent: str | None = None
    allowed: tuple[str, ...] | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        place = "" if self.position is None else f"at character {self.position + 1}: "
        return place + self.message


class FormulaRefused(ValueError):
    """The formula cannot be used; `faults` holds every reason found, at most MOST_FAULTS, `text` what was sent."""

    def __init__(self, text: str, faults: tuple[FormulaFault, ...]) -> None:
        self.text = text
        self.faults = faults[:MOST_FAULTS]
        super().__init__("; ".join(map(str, self.faults)))
