"""`actwise datasets`: data of your own that probes train on, kept until they are deleted."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from actwise.cli import exits
from actwise.cli.options import Json, Url

if TYPE_CHECKING:
    from actwise.contract.dataset import Dataset, DatasetColumn

app = typer.Typer(
    no_args_is_help=True,
    help="Data of your own for probes: CSV, Parquet or NPZ. Then: actwise recommend --probe 20s --data ds_...",
    rich_markup_mode=None,
)


class Store(Protocol):
    """Where data sets are kept."""

    def add_dataset(self, content: bytes, name: str) -> Dataset: ...

    def datasets(self) -> tuple[Dataset, ...]: ...

    def dataset(self, identifier: str) -> Dataset: ...

    def delete_dataset(self, identifier: str) -> None: ...


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="FILE.csv, FILE.parquet or FILE.npz")],
    name: Annotated[str | None, typer.Option(help="what to call it; the file's name unless said")] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Check a file and keep it; print its id."""
    with exits.telling_errors():
        kept = _store(url).add_dataset(file.read_bytes(), name or file.name)
        _show(kept, as_json)


@app.command("list")
def list_all(url: Url = None, as_json: Json = False) -> None:
    """All data sets, newest first."""
    with exits.telling_errors():
        found = _store(url).datasets()
    if as_json:
        sys.stdout.write(json.dumps([one.model_dump(mode="json") for one in found], indent=2) + "\n")
        return
    for one in found:
        sys.stdout.write(f"{_line(one)}\n")


@app.command()
def show(identifier: Annotated[str, typer.Argument(metavar="ID")], url: Url = None, as_json: Json = False) -> None:
    """What is known of one data set: columns, ranges, missing values."""
    with exits.telling_errors():
        _show(_store(url).dataset(identifier), as_json)


@app.command()
def delete(identifier: Annotated[str, typer.Argument(metavar="ID")], url: Url = None) -> None:
    """Delete a data set for good; answers that were made with it stay."""
    with exits.telling_errors():
        _store(url).delete_dataset(identifier)
    sys.stdout.write(f"deleted {identifier}\n")


def _store(url: str | None) -> Store:
    """HTTP when a URL is given or the server's packages are not installed, else this machine's database."""
    if url is None and find_spec("service") is not None:
        from service.datasets.local import LocalDatasets

        return LocalDatasets()
    from actwise.client import Client

    return Client(url)


def _show(one: Dataset, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(one.model_dump_json(indent=2) + "\n")
        return
    sys.stdout.write(f"{_line(one)}\n")
    for column in one.facts.columns:
        missing = f", {column.missing} missing" if column.missing else ""
        sys.stdout.write(f"  {_printable(column.name)}: {_values(column)}{missing}\n")
    for array in one.facts.arrays:
        sys.stdout.write(f"  {_printable(array.name)}: {array.type} {list(array.shape)}\n")
    for note in one.facts.notes:
        sys.stdout.write(f"  note: {note}\n")


def _values(column: DatasetColumn) -> str:
    if column.kind == "words":
        return f"{column.different} words"
    return "no numbers" if column.low is None else f"{column.low:g} to {column.high:g}"


def _printable(name: str) -> str:
    """A name from a file without what would command a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _line(one: Dataset) -> str:
    return f"{one.id}  {one.created:%Y-%m-%d}  {one.bytes:>12,} bytes  {one.facts.rows:>9,} rows  {one.name}"
