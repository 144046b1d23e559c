"""What a race goes by, whoever trains its networks: learning rates, rungs, seeds, score and budget."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from models.race.standing import Members

FIRST_SEEDS = 2
DIGITS = 6


class RaceTerms(BaseModel):
    """The terms of a race, as plain data. `margin` and `baseline` are in the metric, whose higher values are better."""

    model_config = ConfigDict(frozen=True)

    key: str = Field(pattern="^[a-z0-9-]+$", description="what the ids of its tasks begin with")
    subject: str
    learning_rates: tuple[float, ...] = Field(min_length=1)
    rungs: tuple[int, ...] = Field(min_length=1, description="training steps per rung, growing")
    first_seeds: int = Field(FIRST_SEEDS, ge=2, description="seeds of every rung to begin with")
    most_seeds: int = Field(5, ge=2, description="seeds at the last rung where the decision needs them")
    margin: float = Field(0.01, gt=0, description="differences below this do not matter in practice")
    metric: str = "accuracy"
    baseline: float = Field(0.0, description="score of the trivial predictor; no member counts for less")
    budget: int = Field(ge=1, description="network-steps")
    notes: tuple[str, ...] = ()

    @property
    @abstractmethod
    def candidates(self) -> tuple[str, ...]:
        """Who takes part, in order of prior belief, best first."""

    @property
    def digits(self) -> int:
        """Decimal places of values in a report."""
        return DIGITS

    def settled(self, _first: Mapping[str, Members]) -> Self:
        """The terms once the first rung is complete: the same, unless they leave something for it to tell."""
        return self
