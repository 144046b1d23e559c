"""What can be wrong with a rule set, told all at once.

RulesRefused(ValueError)   the files cannot be taken; holds every Finding
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: the file, the rule (or source key; empty for the file itself), and the repair."""

    file: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.rule}: {self.message}" if self.rule else f"{self.file}: {self.message}"


class RulesRefused(ValueError):
    """The rule files cannot be taken; `findings` holds every reason, in the order of the files."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        count = f"{len(findings)} finding{'s' if len(findings) != 1 else ''} in the rules"
        super().__init__("\n".join([count, *map(str, findings)]))
        self.findings = findings
