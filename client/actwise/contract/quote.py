"""What a probe will cost, told before it starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from actwise.contract.evidence import Answer
from actwise.contract.frames import Row, frame


class QuotedRace(Answer):
    """One race of the probe, as it is planned."""

    subject: str = Field(description="block name, '<block>: gates', or 'output'")
    network: str = Field(description="the network that is trained, and how it differs from the one described")
    rungs: tuple[int, ...] = Field(description="training steps per rung, each a training of its own")
    network_steps: int = Field(description="most optimiser steps, summed over all networks")
    raced: tuple[str, ...] = Field(description="candidates whose ranks the probe may change")
    may_lead: tuple[str, ...] = Field(
        description="those of them with a chance of at least one in a hundred to be the best, as known now"
    )
    not_raced: tuple[str, ...] = Field(description="candidates that keep their order among each other")


class Quote(Answer):
    """The price of a probe on this machine, and what it may change; nothing is started by asking."""

    refused: str | None = Field(None, description="why no probe could be run")
    seconds: float = Field(ge=0, description="wall seconds on an idle machine, if nothing is decided early")
    cores: int = Field(ge=0, description="worker processes that share it")
    network_steps: int = Field(ge=0)
    data: str = ""
    scope: str = ""
    races: tuple[QuotedRace, ...] = ()

    def to_frame(self) -> Any:
        """A pandas DataFrame with a row for each candidate of each race. Raises ImportError without pandas."""
        return frame(row for race in self.races for row in _rows(race))


def _rows(race: QuotedRace) -> Iterator[Row]:
    for name in (*race.raced, *race.not_raced):
        yield {
            "subject": race.subject,
            "candidate": name,
            "raced": name in race.raced,
            "may_lead": name in race.may_lead,
        }
