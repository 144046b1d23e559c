"""The list of kept answers, as the page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode

from actwise.contract.answer import Status
from actwise.contract.request import TaskDescription
from service.pages.fields import FIRST
from service.pages.form import form_values, permalink
from service.pages.words import counted, field_words, value_words

STATUSES: tuple[Status, ...] = ("complete", "running", "queued", "cancelled", "failed")
_STATUS_WORDS = {
    "complete": "probe done",
    "running": "probe running",
    "queued": "probe waiting",
    "cancelled": "probe cancelled",
    "failed": "probe failed",
}
_TRUTH: dict[str, str | bool] = {"true": True, "false": False}


class Kept(Protocol):
    """One line of the store's list; `progress` is None without a probe."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def created(self) -> datetime: ...
    @property
    def request(self) -> TaskDescription: ...
    @property
    def progress(self) -> float | None: ...
    @property
    def headline(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One kept answer. `further` are the fields beyond the four that are asked first."""

    id: str
    title: str
    further: tuple[str, ...]
    headline: str
    status: str
    status_words: str
    percent: int | None
    created: datetime
    link: str
    again: str


@dataclass(frozen=True, slots=True)
class HistoryView:
    """One page of the list; `older` is the address of the following one."""

    lines: tuple[HistoryLine, ...]
    older: str | None
    searched: bool


def history_view(entries: Sequence[Kept], older: str | None, searched: Mapping[str, str]) -> HistoryView:
    """The entries of a page; `older` is the cursor of the following one, `searched` what the form holds."""
    wanted = {name: value for name, value in searched.items() if value}
    link = f"/history?{urlencode({**wanted, 'cursor': older})}" if older else None
    return HistoryView(tuple(map(_line, entries)), link, bool(wanted))


def _line(one: Kept) -> HistoryLine:
    title = description_title(one.request)
    return HistoryLine(
        id=one.id,
        title=title,
        further=tuple(_further(one.request)),
        headline=one.headline or title,
        status=one.status,
        status_words="answered" if one.progress is None else _STATUS_WORDS[one.status],
        percent=round(100 * one.progress) if one.progress is not None and one.status == "running" else None,
        created=one.created,
        link=f"/recommendations/{one.id}",
        again=permalink(one.request),
    )


def _further(request: TaskDescription) -> Iterator[str]:
    values = form_values(request.model_copy(update={"probe": None, "layers": None}))
    for name, value in values.items():
        if name not in FIRST:
            yield f"{field_words(name)}: {value_words(_TRUTH.get(value, value))}"
    if request.probe:
        yield f"probe of {request.probe.seconds:g} s"


def description_title(request: TaskDescription) -> str:
    """A description in a few words: task, layers, depth and budget."""
    kinds = dict.fromkeys(block.layer_type for block in request.layers or ()) or {request.layer_type: None}
    layers = f"{' and '.join(map(value_words, kinds))}, {counted(request.depth, 'layer')}"
    title = f"{value_words(request.task)}, {layers}, {request.compute_budget} budget"
    return title[:1].upper() + title[1:]
