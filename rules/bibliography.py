"""The sources that rules cite, and how much of each was read."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Read = Literal["full", "abstract", "secondary", "unverified"]


class Source(BaseModel):
    """One entry of a bibliography. `read` says what a rule that cites it rests on: the full text,
    the abstract only, a secondary text that reports it, or general knowledge (unverified)."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    title: str = Field(min_length=3)
    authors: str = Field(min_length=2)
    year: int = Field(ge=1900, le=2100)
    venue: str | None = None
    url: str | None = Field(None, pattern=r"^https://\S+$")
    read: Read
