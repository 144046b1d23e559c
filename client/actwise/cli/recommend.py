"""`actwise recommend` and `actwise probe`: a description in, a ranked answer out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from actwise.cli.backend import Backend, choose
from actwise.cli.describe import assemble, read_file, read_standard_input, seconds
from actwise.cli.options import Shape
from actwise.cli.quote import quote_lines
from actwise.cli.streams import console, say
from actwise.contract.answer import Recommendation
from actwise.contract.dataset import DATASET_ID
from actwise.contract.quote import Quote
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from actwise.progress import probe_display

_USUAL = 20.0
"""Seconds of a probe that nobody gave a length."""


def run(
    base: Any, flags: dict[str, Any], settings: list[str], url: str | None, shape: Shape, explain: bool
) -> Recommendation:
    """Answer the request made of plain data, flags and settings, and print it."""
    request = _request(base, flags, settings)
    with probe_display(wanted=request.probe is not None and shape == "full") as progress:
        answer = choose(url).recommend(request, progress)
    show(answer, shape, explain)
    return answer


def quote(base: Any, flags: dict[str, Any], settings: list[str], url: str | None, shape: Shape) -> Quote:
    """What the probe of the request would cost, printed."""
    found = choose(url).quote(_request(base, flags, settings))
    if shape == "json":
        say(found.model_dump_json(indent=2))
    elif shape == "full":
        say("\n".join(quote_lines(found)))
    elif found.refused is None:
        say(f"{found.seconds:g}")
    return found


def base_of(file: Path | None) -> Any:
    """The plain data of a request's file; without one, of nothing."""
    return read_file(file) if file else {}


def probed(what: str, flags: Mapping[str, Any], url: str | None) -> dict[str, Any]:
    """The request that an answer's id, a file (of a request or an answer) or standard input (`-`) holds, with a probe.

    A budget in network-steps that it came with gives way to a length that is given now.
    """
    base = _described(what, lambda: choose(url))
    probe = dict(base.get("probe") or {"seconds": _USUAL})
    if flags["probe"] is not None:
        probe.pop("network_steps", None)
    return base | {"probe": probe}


def _described(what: str, backend: Any) -> dict[str, Any]:
    if what.startswith("rec_") and not Path(what).exists():
        made: Backend = backend()
        return made.find(what).request.model_dump(mode="json", exclude_defaults=True)
    data = read_standard_input() if what == "-" else read_file(Path(what))
    return dict(data.get("request", data)) if isinstance(data, dict) else read_request(data).model_dump()


def _request(base: Any, flags: dict[str, Any], settings: list[str]) -> TaskDescription:
    return read_request(assemble(base, _probe_in_seconds(flags), settings))


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


def show(answer: Recommendation, shape: Shape, explain: bool) -> None:
    """Print an answer."""
    if shape == "json":
        say(answer.model_dump_json(indent=2))
    elif shape == "quiet":
        say("\n".join(_first_choices(answer)))
    else:
        from actwise.cli.table import render

        render(answer, console(), explain)


def _first_choices(answer: Recommendation) -> Iterator[str]:
    """Block and first choice, a line each; then the output's."""
    for block in answer.hidden:
        yield f"{block.block} {block.ranking[0].activation}"
        if block.gates:
            yield f"{block.block}:gates {block.gates[0].activation}"
    yield f"output {answer.output.ranking[0].head}"
