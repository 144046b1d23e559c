"""`actwise history`: answers that are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, get_args

from pydantic import ValidationError

from actwise.cli.backend import choose
from actwise.cli.describe import assemble
from actwise.cli.options import Shape
from actwise.cli.streams import console, say
from actwise.contract.answer import Status
from actwise.contract.faults import ContractError, Fault
from actwise.contract.history import RecommendationEntry
from actwise.contract.names import nearest_name
from actwise.contract.request import TaskDescription
from actwise.contract.validation import faults_of

_STATUSES: tuple[str, ...] = get_args(Status)
_ANY = {"task": "other", "layer_type": "mixed", "depth": 1, "compute_budget": "low"}
_OTHER = ("status", "layers")
"""What is no field of a request, and what is a list of things with fields of their own."""
_FOUR = ("task", "layer_type", "depth", "compute_budget")


def run(words: list[str], where: list[str], limit: int, url: str | None, shape: Shape) -> None:
    """Print the newest entries that hold every word and have every value."""
    given = assemble({}, {}, where)
    _check(given)
    fields = _flat(given)
    found = islice(choose(url).history(*words, **fields), limit)
    if shape == "json":
        say(json.dumps({"items": [entry.model_dump(mode="json") for entry in found]}, indent=2))
    elif shape == "quiet":
        for entry in found:
            say(entry.id)
    else:
        _print(list(found), bool(words or where))


def _check(fields: dict[str, Any]) -> None:
    """Raises ContractError for fields and values that no request has: nothing could ever match them."""
    faults: tuple[Fault, ...] = ()
    status = fields.get("status")
    if status is not None and status not in _STATUSES:
        near = nearest_name(str(status), _STATUSES)
        message = f"{status!r} is none of {', '.join(_STATUSES)}" + (f": did you mean {near!r}?" if near else "")
        faults = (Fault(pointer="/status", code="not_allowed", message=message, allowed=_STATUSES, nearest=near),)
    try:
        TaskDescription.model_validate(_ANY | {name: fields[name] for name in fields if name not in _OTHER})
    except ValidationError as error:
        faults += faults_of(error, TaskDescription)
    if faults:
        raise ContractError(faults)


def _flat(fields: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Inner fields by their whole path."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        found |= _flat(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return found


def _print(entries: list[RecommendationEntry], searched: bool) -> None:
    from rich.table import Table

    if not entries:
        say("nothing that is kept matches" if searched else "nothing is kept yet")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("id", "when (UTC)", "status"):
        table.add_column(column, no_wrap=True)
    table.add_column("asked", overflow="fold")
    for entry in entries:
        table.add_row(entry.id, f"{entry.created:%Y-%m-%d %H:%M}", _status(entry), ", ".join(_asked(entry)))
    console().print(table)


def _status(entry: RecommendationEntry) -> str:
    running = entry.status in ("queued", "running") and entry.progress is not None
    return f"{entry.status} {entry.progress:.0%}" if running else entry.status


def _asked(entry: RecommendationEntry) -> Iterator[str]:
    """The four fields in words, then whatever else the request says."""
    four = entry.request
    yield f"{four.task} {four.layer_type} depth {four.depth} budget {four.compute_budget}"
    data = entry.request.model_dump(mode="json", exclude_defaults=True, exclude=set(_FOUR))
    for name, value in _flat(data).items():
        yield f"{name}={value if isinstance(value, str) else json.dumps(value)}"
