"""What Actwise answers: rankings with evidence, the output bundle, flips, scope and receipt; and the parts by name."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from actwise.contract.choices import (
    BlockRanking,
    Code,
    Cost,
    GateChoice,
    HiddenChoice,
    Initialization,
    OtherStart,
    OutputChoice,
    OutputRanking,
    StartConflict,
    UsualStart,
)
from actwise.contract.evidence import Answer
from actwise.contract.frames import frame
from actwise.contract.probe import MemberCurve, ProbeReport, Race, RaceEntry
from actwise.contract.request import TaskDescription
from actwise.contract.rows import Rows, answer_rows

__all__ = [
    "Assumption",
    "BlockRanking",
    "Code",
    "Cost",
    "Flip",
    "GateChoice",
    "HiddenChoice",
    "Initialization",
    "MemberCurve",
    "NearActivation",
    "OtherStart",
    "OutputChoice",
    "OutputRanking",
    "OwnFormula",
    "ProbeReport",
    "Race",
    "RaceEntry",
    "Receipt",
    "Recommendation",
    "Scope",
    "StartConflict",
    "Status",
    "UsualStart",
]

Status = Literal["complete", "queued", "running", "cancelled", "failed"]


class Assumption(Answer):
    """One field that the caller left open, what was taken for it, and why."""

    field: str
    value: Any
    because: str


class Flip(Answer):
    """The smallest change of one field that changes the first choice."""

    field: str
    value: Any = Field(description="the neighbouring value of the field")
    block: str = Field(description="block whose first choice changes, or 'output'")
    now: str
    then: str
    sentence: str


class NearActivation(Answer):
    """A function of the catalogue that is like another one."""

    activation: str
    distance: float = Field(description="root mean square difference for standard normal inputs")


class OwnFormula(Answer):
    """What was found out about one of the caller's formulas."""

    formula: str
    activation: str = Field(description="how the rankings and the probe call it")
    same_as: str | None = Field(description="the function of the catalogue that it is, and then stands for it")
    relation: str | None = Field(description="how it comes from one by factors and shifts")
    nearest: tuple[NearActivation, ...]
    cautions: tuple[str, ...] = ()


class Scope(Answer):
    """What the answer rests on, and how far that reaches."""

    basis: tuple[str, ...]
    covers: str


class Receipt(Answer):
    """What is needed to bring the same bytes back."""

    request: TaskDescription
    version: str
    rules: str = Field(description="hash of the rule set, house rules included")
    learned: str | None = Field(None, description="what was learned from past probes; null where nothing of it counts")
    data: str | None = Field(None, description="fingerprint of the probe's data")


class Recommendation(Answer):
    """The answer."""

    id: str
    status: Status
    request: TaskDescription
    assumptions: tuple[Assumption, ...]
    summary: tuple[str, ...] = Field(description="two to four sentences to act on")
    hidden: tuple[BlockRanking, ...]
    output: OutputRanking
    flips: tuple[Flip, ...]
    not_checked: tuple[str, ...]
    scope: Scope
    formulas: tuple[OwnFormula, ...] = Field((), description="the caller's own, which join the rankings")
    probe: ProbeReport | None = None
    receipt: Receipt

    def to_frame(self, rows: Rows = "choices") -> Any:
        """A pandas DataFrame of the ranked choices, their evidence, the races' candidates, or the learning curves.

        Raises ImportError without pandas.
        """
        return frame(answer_rows(self.hidden, self.output, self.probe, rows))
