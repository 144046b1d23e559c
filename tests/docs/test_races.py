"""The page about races names every field that can be asked for and answered, and no outcome is left out."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from actwise.contract import race

PAGE = (Path(__file__).parents[2] / "docs" / "races.md").read_text()
NOT_TOLD = {"id", "created", "request", "code", "note", "status", "scheme", "unit", "retry_after"}
"""What explains itself, or is told elsewhere."""


@pytest.mark.parametrize("model", [race.RaceRequest, race.RaceBudget, race.RaceStart, race.RaceResult, race.RaceState])
def test_every_field_is_on_the_page(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if f"`{name}" not in PAGE and name not in NOT_TOLD] == []


def test_every_word_of_an_answer_is_on_the_page() -> None:
    outcomes = get_args(race.RaceTold.model_fields["outcome"].annotation)
    words = (*get_args(race.Kind), *get_args(race.RaceStatus), *outcomes)
    assert [word for word in words if f"`{word}`" not in PAGE] == []
