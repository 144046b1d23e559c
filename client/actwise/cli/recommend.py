"""`actwise recommend`: a description in, a ranked answer out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from actwise.cli.backend import Progress, choose
from actwise.cli.describe import assemble, read_file, seconds
from actwise.cli.quote import quote_lines
from actwise.contract.answer import Recommendation
from actwise.contract.dataset import DATASET_ID
from actwise.contract.quote import Quote
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription


def run(
    file: Path | None,
    flags: dict[str, Any],
    settings: list[str],
    url: str | None,
    as_json: bool,
    explain: bool,
) -> Recommendation:
    """Answer the request made of a file, flags and settings, and print it."""
    request = _request(file, flags, settings)
    with _progress(wanted=request.probe is not None and not as_json) as progress:
        answer = choose(url).recommend(request, progress)
    _print(answer, as_json, explain)
    return answer


def quote(file: Path | None, flags: dict[str, Any], settings: list[str], url: str | None, as_json: bool) -> Quote:
    """What the probe of the request would cost, printed."""
    found = choose(url).quote(_request(file, flags, settings))
    text = found.model_dump_json(indent=2) if as_json else "\n".join(quote_lines(found))
    sys.stdout.write(text + "\n")
    return found


def _request(file: Path | None, flags: dict[str, Any], settings: list[str]) -> TaskDescription:
    return read_request(assemble(read_file(file) if file else {}, _probe_in_seconds(flags), settings))


def _probe_in_seconds(flags: dict[str, Any]) -> dict[str, Any]:
    """Flags with "20s" made a number, and the data given by name or by file told apart."""
    taken = dict(flags)
    if (length := taken.pop("probe", None)) is not None:
        taken["probe.seconds"] = seconds(length)
    data = taken.pop("data", None)
    if data is not None:
        taken[f"probe.data.{_kind_of(data)}"] = data
    for part in ("target", "group", "time"):
        taken[f"probe.data.{part}"] = taken.pop(f"{part}_column", None)
    taken["probe.data.ignore"] = taken.pop("ignore_column", None)
    return taken


def _kind_of(data: str) -> str:
    """Whether data are named by the id of a data set, by a file, or by the name of a bundled set."""
    if DATASET_ID.fullmatch(data):
        return "dataset"
    return "file" if Path(data).suffix.lower() in (".csv", ".npz", ".parquet") else "name"


def _print(answer: Recommendation, as_json: bool, explain: bool) -> None:
    if as_json:
        sys.stdout.write(answer.model_dump_json(indent=2) + "\n")
        return
    from rich.console import Console

    from actwise.cli.table import render

    render(answer, Console(), explain)


@contextmanager
def _progress(wanted: bool) -> Iterator[Progress]:
    """A live bar on standard error; nothing when it is no terminal."""
    if not wanted or not sys.stderr.isatty():
        yield lambda _share, _word: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("probe", total=1.0)
        yield lambda share, word: bar.update(line, completed=share, description=word)
