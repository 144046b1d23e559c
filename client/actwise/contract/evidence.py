"""Evidence: one small record, the only form in which anything speaks about a choice."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["measured", "learned", "computed", "documented", "practice"]
Direction = Literal["for", "against", "neutral"]


class Answer(BaseModel):
    """The base of everything Actwise answers: frozen plain data."""

    model_config = ConfigDict(frozen=True)


class Effect(Answer):
    """How much quality changes, in points; one point is one hundredth of the way from a trivial
    predictor to the best candidate (for a balanced ten-class task about 0.9 points of accuracy)."""

    mean: float
    low: float = Field(description="5th percentile")
    high: float = Field(description="95th percentile")


class Citation(Answer):
    """Where a claim can be read."""

    source: str = Field(description="key in the bibliography")
    title: str
    year: int | None = None
    where: str | None = Field(None, description="page, table or section")
    url: str | None = None


class Evidence(Answer):
    """One claim about one choice.

    `cause` names the mechanism that the claim is about. Claims that share a cause are pooled, not
    added, so that one mechanism told by six sources counts once. A measurement of the whole network
    has the cause "outcome": it judges the sum of all mechanisms.
    """

    kind: Kind
    source: str = Field(description="rule id, 'theory', 'passport', 'probe', ...")
    cause: str
    claim: str
    direction: Direction
    effect: Effect
    contested: bool = False
    citations: tuple[Citation, ...] = ()
    scope: str = Field(description="what the claim covers")
    weight: float = Field(
        1.0, ge=0, description="how much of the effect counts here: fitted to comparisons; 0 where these say the same"
    )
