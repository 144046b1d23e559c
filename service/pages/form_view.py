"""The form as the page shows it: what was typed, what is wrong with it, and what was assumed of the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from actwise.contract.answer import Assumption
from actwise.contract.faults import Fault
from service.pages.fields import FIRST, UNASKED, FormField, block_fields, form_fields, groups, probe_fields
from service.pages.form import MOST_BLOCKS
from service.pages.words import counted, value_words

EXAMPLE: Mapping[str, str] = {
    "task": "classification",
    "layer_type": "conv",
    "depth": "8",
    "compute_budget": "low",
}
"""What the page shows to somebody who has said nothing yet."""

_BRIEF = 120


@dataclass(frozen=True, slots=True)
class Cell:
    """One field with its present text; `key` is its name in the form, `said` what the answer took for it."""

    field: FormField
    key: str
    value: str
    faults: tuple[str, ...] = ()
    said: str = ""

    @property
    def slot(self) -> str:
        """Id of the place below the field."""
        return "say-" + self.key.replace(".", "-")


def _brief(fault: str) -> str:
    """What fits below a field: not all that is allowed, which the summary of the faults tells."""
    _, asks, nearest = fault.rpartition("did you mean")
    return fault if len(fault) <= _BRIEF else f"not known: {asks}{nearest}" if asks else "not known"


@dataclass(frozen=True, slots=True)
class Stated:
    """Something said beyond the first four fields, and the page without it."""

    label: str
    words: str
    link: str


@dataclass(frozen=True, slots=True)
class FormView:
    """All fields; `stray` are faults that belong to none of them; `opened` when "more" has to be seen."""

    first: tuple[Cell, ...]
    groups: tuple[tuple[str, tuple[Cell, ...]], ...]
    blocks: tuple[tuple[Cell, ...], ...]
    probe: tuple[Cell, ...]
    stray: tuple[str, ...]
    faulty: tuple[Cell, ...]
    stated: tuple[Stated, ...]
    opened: bool

    def said(self) -> dict[str, tuple[str, bool]]:
        """What stands below the fields, by the id of the place, and whether it is a fault; nothing of silent fields."""
        told = ((one.slot, ("; ".join(map(_brief, one.faults)) or one.said, bool(one.faults))) for one in self.cells())
        return {slot: words for slot, words in told if words[0]}

    def cells(self) -> tuple[Cell, ...]:
        """Every field of the form."""
        return (
            *self.first,
            *(one for _, part in self.groups for one in part),
            *(one for row in self.blocks for one in row),
        )


def form_view(
    values: Mapping[str, str],
    faults: Sequence[Fault] = (),
    assumptions: Iterable[Assumption] = (),
    empty_blocks: int = 0,
) -> FormView:
    """The form for these texts. `empty_blocks`: blocks to fill in beside those that are there."""
    known = form_fields()
    rows = _block_rows(values, empty_blocks)
    keys = {*known} - {*UNASKED} | {*(f"layers.{row}.{field.name}" for row in range(rows) for field in block_fields())}
    wrong, stray = _placed(faults, keys)
    said = {one.field: f"taken: {value_words(one.value)}, {one.because}" for one in assumptions}

    def cell(field: FormField, key: str) -> Cell:
        return Cell(field, key, values.get(key, field.default), tuple(wrong.get(key, ())), said.get(key, ""))

    first = tuple(cell(known[name], name) for name in FIRST)
    behind = tuple((title, tuple(cell(one, one.name) for one in members)) for title, members in groups())
    blocks = tuple(tuple(cell(field, f"layers.{row}.{field.name}") for field in block_fields()) for row in range(rows))
    probe = tuple(cell(field, field.name) for field in probe_fields())
    every = (*first, *(one for _, part in behind for one in part), *(one for part in blocks for one in part))
    faulty = tuple(one for one in (*every, *probe) if one.faults)
    hidden = {*faulty} - {*first, *probe}
    return FormView(
        first, behind, blocks, probe, stray, faulty, _stated(behind, values), empty_blocks > 0 or bool(hidden)
    )


def _stated(behind: Iterable[tuple[str, Iterable[Cell]]], values: Mapping[str, str]) -> tuple[Stated, ...]:
    """What is filled in behind "more"; the parts of a network together, since one alone may mean nothing."""
    found = [
        Stated(cell.field.label, cell.value.replace("_", " "), _without(values, {cell.key}))
        for _, cells in behind
        for cell in cells
        if cell.value != cell.field.default
    ]
    inside = {key for key in values if key.startswith("layers.")}
    if inside:
        parts = len({key.split(".")[1] for key in inside})
        found.append(Stated("hidden layers", counted(parts, "part"), _without(values, inside)))
    return tuple(found)


def _without(values: Mapping[str, str], gone: Collection[str]) -> str:
    return "/?" + urlencode({key: value for key, value in values.items() if key not in gone})


def _block_rows(values: Mapping[str, str], empty: int) -> int:
    named = [int(key.split(".")[1]) for key in values if key.startswith("layers.") and key.split(".")[1].isdecimal()]
    return min(MOST_BLOCKS, max(named, default=-1) + 1 + empty)


def _placed(faults: Sequence[Fault], keys: set[str]) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """The faults by the field at which they are shown, and those that have none."""
    found: dict[str, list[str]] = {}
    stray = []
    for fault in faults:
        steps = fault.pointer.removeprefix("/").split("/")
        paths = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
        place = next((path for path in paths if path in keys), None)
        if place is None:
            stray.append(f"{fault.pointer or 'request'}: {fault.message}")
        else:
            found.setdefault(place, []).append(fault.message)
    return found, tuple(stray)
