"""The precedents: one row per published network, read from `networks/*.csv`.

A row holds facts only: how the network may be described, which function its authors put into the hidden layers and on
the output, and where that can be read (package==version:path#Lline, or repository@commit:path#Lline). Networks of one
`family` copy each other's recipe. `choice` says whether the function was explicit, a default argument, or fixed by the
framework. Year, residual paths, compute budget, domain and mostly depth are labels given by a person.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "networks"


class Precedent(NamedTuple):
    """One published network; empty text where nothing was read."""

    id: str
    name: str
    year: int
    family: str
    source: str
    task: str
    layer_type: str
    depth: int
    normalization: str
    residual: bool
    modality: str
    domain: str
    compute_budget: str
    gated_ffn: bool
    hidden_activation: str
    output_activation: str
    output_loss: str
    output_source: str
    choice: str


@cache
def precedents() -> tuple[Precedent, ...]:
    """Every precedent, sorted by id."""
    return tuple(sorted(one for path in sorted(FOLDER.glob("*.csv")) for one in read_file(path)))


def read_file(path: Path) -> tuple[Precedent, ...]:
    """The precedents of one file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(map(_read, csv.DictReader(file)))


def _read(row: dict[str, str]) -> Precedent:
    plain = {name: row[name] for name in Precedent._fields}
    flags = {name: row[name] == "true" for name in ("residual", "gated_ffn")}
    numbers = {"year": int(row["year"]), "depth": max(1, int(float(row["depth"] or 1)))}
    return Precedent(**(plain | flags | numbers))  # type: ignore[arg-type]
