"""What experiments said about rules: the committed results, and what follows from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from actwise.contract.evidence import Answer
from rules.faults import Finding

FILE = "verification.json"
REFUTED_FACTOR = 0.25
"""What is left of the size of a claim that our experiment refutes; small networks do not overrule a source."""

Standing = Literal["supported", "not_seen", "refuted"]
WORDS: Mapping[Standing, str] = {"supported": "supported", "not_seen": "not seen", "refuted": "refuted"}


class Verdict(Answer):
    """One rule's result. Effects are positive where the claim is right, in the experiment's own unit."""

    experiment: str
    verdict: Standing = Field(
        description="supported: the 90 % interval lies on the claimed side and the effect is not negligible; refuted:"
        " on the other side likewise; else not seen"
    )
    these: tuple[str, ...] = Field(description="claimed to do better (where `expect` is not_worse: no worse) ...")
    those: tuple[str, ...] = Field(description="... than these")
    expect: Literal["better", "not_worse"]
    parameters: dict[str, int | float | str | bool]
    measured: float = Field(description="mean over seeds of the difference of both groups' medians")
    low: float = Field(description="5th percentile")
    high: float = Field(description="95th percentile")
    unit: str
    seeds: tuple[int, ...]
    seconds: float = Field(description="computing time of the run, rounded")
    key: str = Field(description="hash of the claim, the groups, the parameters and the experiment's version")

    def sentence(self) -> str:
        """The result in words."""
        span = f"{self.measured:+.3g} ({self.low:+.3g} to {self.high:+.3g}) {self.unit}"
        return f"{WORDS[self.verdict]} in our experiment {self.experiment}: {span}"


def trust(verdict: Verdict | None) -> float:
    """Factor on the size of a claim: a quarter where it was refuted, else one."""
    return REFUTED_FACTOR if verdict is not None and verdict.verdict == "refuted" else 1.0


def read_verdicts(folder: Path, findings: list[Finding]) -> dict[str, Verdict]:
    """Rule id -> result, from the folder's results file; empty where there is none."""
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        return {name: Verdict.model_validate(raw) for name, raw in json.loads(path.read_text("utf-8")).items()}
    except (ValueError, AttributeError, ValidationError) as error:
        findings.append(Finding(FILE, "", " ".join(str(error).split())[:300]))
        return {}


def written(verdicts: Mapping[str, Verdict]) -> str:
    """The content of a results file."""
    content = {name: verdicts[name].model_dump(mode="json") for name in sorted(verdicts)}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in content.items())
    return "{\n" + lines + "\n}\n"
