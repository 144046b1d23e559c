"""The list of recommendations that a service keeps."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from actwise.contract.answer import Status
from actwise.contract.evidence import Answer
from actwise.contract.request import TaskDescription


class RecommendationEntry(Answer):
    """One line of the list of recommendations."""

    id: str
    status: Status
    created: AwareDatetime
    progress: float | None = Field(None, ge=0, le=1, description="share of the probe's budget; null without a probe")
    request: TaskDescription


class RecommendationPage(Answer):
    """A page of recommendations, newest first."""

    items: tuple[RecommendationEntry, ...]
    next: str | None = Field(None, description="cursor of the following page; null on the last one")
