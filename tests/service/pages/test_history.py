"""Kept answers are listed by what they were asked and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from actwise.contract.answer import Status
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from service.pages.history import STATUSES, description_title, history_view

FOUR = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}


@dataclass(frozen=True)
class Line:
    id: str
    status: Status
    created: datetime
    request: TaskDescription
    progress: float | None = None
    headline: str | None = "Use relu."


def line(
    status: Status = "complete", progress: float | None = None, headline: str | None = "Use relu.", **fields: Any
) -> Line:
    return Line(
        "rec_1", status, datetime(2026, 1, 2, 3, 4, tzinfo=UTC), read_request(FOUR | fields), progress, headline
    )


def test_a_line_tells_what_was_asked_and_answered() -> None:
    (found,) = history_view([line()], None, {}).lines
    assert found.title == "Classification, convolution, 8 layers, low budget"
    assert (found.headline, found.further, found.status_words) == ("Use relu.", (), "answered")
    assert found.link == "/recommendations/rec_1"
    assert found.again == "/?task=classification&layer_type=conv&depth=8&compute_budget=low"


def test_a_line_without_a_headline_goes_by_its_description() -> None:
    (found,) = history_view([line(headline=None)], None, {}).lines
    assert found.headline == found.title


def test_further_fields_are_told_in_words() -> None:
    (found,) = history_view(
        [line(residual=True, domain="scans", deployment={"int8": True}, probe={"seconds": 5})], None, {}
    ).lines
    assert found.further == ("residual: yes", "domain: scans", "8-bit weights (int8): yes", "probe of 5 s")


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"depth": 1}, "Classification, convolution, 1 layer, low budget"),
        ({"task": "count_regression", "depth": 1200}, "Count regression, convolution, 1,200 layers, low budget"),
        (
            {
                "layer_type": "mixed",
                "layers": [{"layer_type": "conv"}, {"layer_type": "attention"}, {"layer_type": "conv"}],
            },
            "Classification, convolution and attention, 8 layers, low budget",
        ),
    ],
)
def test_a_description_has_a_title(fields: dict[str, Any], title: str) -> None:
    assert description_title(read_request(FOUR | fields)) == title


@pytest.mark.parametrize("status", STATUSES)
def test_the_status_of_a_probe_is_told_in_words_with_its_progress(status: Status) -> None:
    (found,) = history_view([line(status, 0.437)], None, {}).lines
    assert found.status_words.startswith("probe")
    assert found.percent == (44 if status == "running" else None)


def test_the_next_page_keeps_what_was_searched_for() -> None:
    view = history_view([], "abc", {"q": "depth:8 & more", "status": "", "task": "ranking"})
    assert view.older == "/history?q=depth%3A8+%26+more&task=ranking&cursor=abc"
    assert view.searched


def test_the_last_page_leads_nowhere() -> None:
    view = history_view([], None, {"q": ""})
    assert view.older is None
    assert not view.searched
