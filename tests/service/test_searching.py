"""What a search finds in the text of a request."""

from __future__ import annotations

import pytest

from actwise.contract.request import TaskDescription
from service.searching import EVERYTHING, Search

REQUEST = TaskDescription(
    task="classification",
    layer_type="conv",
    depth=8,
    compute_budget="low",
    residual=True,
    domain='scans of "retinas", task:regression',
    deny=("relu", "gelu"),
    deployment={"int8": True},  # type: ignore[arg-type]
).model_dump_json(exclude_defaults=True)


def fits(words: str, status: str | None = None) -> bool:
    return Search(words, status).fits("rec_12ab", REQUEST, "complete")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "conv",
        "CONV Classification",
        "rec_12",
        "gelu",
        "retinas",
        '"retinas"',
        "task:classification",
        "depth:8",
        "Residual:TRUE",
        "int8:true",
        "deployment.int8:true",
        "compute_budget:low depth:8 relu",
        ":",
        "task:",
    ],
)
def test_all_words_and_fields_that_are_there_are_found(words: str) -> None:
    assert fits(words)


@pytest.mark.parametrize(
    "words",
    [
        "dense",
        "conv dense",
        "task:regression",
        "task:class",
        "depth:80",
        "epth:8",
        "width:64",
        "rec_13",
        "100%",
        "c_nv",
        "\x00",
        "depth:\x00",
        "residual:false",
    ],
)
def test_nothing_else_is(words: str) -> None:
    assert not fits(words)


@pytest.mark.parametrize(("status", "found"), [(None, True), ("complete", True), ("failed", False)])
def test_the_status_must_be_the_one_asked_for(status: str | None, found: bool) -> None:
    assert fits("conv", status) == found


def test_an_empty_search_wants_everything() -> None:
    assert EVERYTHING.patterns == ()
    assert EVERYTHING.fits("", "", "queued")
