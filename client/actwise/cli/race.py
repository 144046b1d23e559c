"""`actwise race`: activations raced by a trainer of one's own, a shell command."""

from __future__ import annotations

import json
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actwise.cli import exits
from actwise.cli import options as of
from actwise.cli.options import Json, Quiet, Shape, Url, among, shape

if TYPE_CHECKING:
    from actwise.contract.race import RaceState
    from actwise.races import Races

Identifier = Annotated[str, typer.Argument(metavar="ID", help="id of a race")]
RaceFile = Annotated[
    Path | None, typer.Option("--file", "-f", help="a race or a description as JSON or YAML; flags win over it")
]
Length = Annotated[int | None, typer.Option(help="one full training, in --unit")]
Unit = Annotated[str | None, typer.Option(help="what the trainer counts in: epochs unless said, steps, ...")]
Runs = Annotated[float | None, typer.Option(help="how many full trainings may be spent; a shorter one costs its share")]
Metric = Annotated[str | None, typer.Option(help="what the trainer measures on validation data")]
Direction = Annotated[
    str | None, typer.Option(help="maximize or minimize", autocompletion=among(("maximize", "minimize")))
]
Candidate = Annotated[list[str] | None, typer.Option(help="race this one; repeat; the answer's first ones unless said")]
LearningRate = Annotated[float | None, typer.Option(help="the trainer's usual one; multiples of it are tried")]
Lease = Annotated[
    str | None, typer.Option(help="a task of which nothing is heard for this long is given to another: 10m, 1h")
]

app = typer.Typer(
    no_args_is_help=True,
    help="Race activations by a trainer of your own: a service says what to train next, and when it is decided.",
    rich_markup_mode=None,
)


@app.command()
def create(
    task: of.Task = None,
    layer_type: of.LayerType = None,
    depth: of.Depth = None,
    compute_budget: of.ComputeBudget = None,
    file: RaceFile = None,
    length: Length = None,
    unit: Unit = None,
    runs: Runs = None,
    metric: Metric = None,
    direction: Direction = None,
    candidate: Candidate = None,
    learning_rate: LearningRate = None,
    lease: Lease = None,
    setting: of.Setting = None,
    key: Annotated[str | None, typer.Option(help="idempotency key: the same one again is the same race")] = None,
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a race for trainers to join; print its id with --quiet."""
    described = _described(task, layer_type, depth, compute_budget)
    fields = _fields(length, unit, runs, metric, direction, candidate, learning_rate, lease)
    with exits.telling_errors():
        state = _races(url).create(_request(file, described, fields, setting or []), key=key)
        _show(state, shape(as_json, quiet), quietly=[state.id])


@app.command()
def run(
    train: Annotated[str, typer.Option(help="the trainer: './train.sh {activation} {learning_rate} {seed} {budget}'")],
    identifier: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="a race to join; a new one unless said")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="trainings side by side")] = 1,
    task: of.Task = None,
    layer_type: of.LayerType = None,
    depth: of.Depth = None,
    compute_budget: of.ComputeBudget = None,
    file: RaceFile = None,
    length: Length = None,
    unit: Unit = None,
    runs: Runs = None,
    metric: Metric = None,
    direction: Direction = None,
    candidate: Candidate = None,
    learning_rate: LearningRate = None,
    lease: Lease = None,
    setting: of.Setting = None,
    key: Annotated[str | None, typer.Option(help="idempotency key: begun anew, the same race goes on")] = None,
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train until a race is decided; the last line of the command's output is the value.

    actwise race run --train './train.sh {activation} {learning_rate} {seed} {budget}' -f race.yaml
    """
    described = _described(task, layer_type, depth, compute_budget)
    fields = _fields(length, unit, runs, metric, direction, candidate, learning_rate, lease)
    with exits.telling_errors():
        from actwise.cli.trainer import ShellTrainer

        trainer = ShellTrainer(train)
        races = _races(url)
        if identifier is None:
            identifier = races.create(_request(file, described, fields, setting or []), key=key).id
        state = _run(races, trainer, identifier, workers, shape(as_json, quiet))
        _show(state, shape(as_json, quiet), quietly=state.tie_group)
    if state.status == "cancelled":
        raise typer.Exit(exits.REFUSED)


@app.command()
def show(identifier: Identifier, url: Url = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """How a race stands; with --quiet those that may still win, the leader first."""
    with exits.telling_errors():
        state = _races(url).get(identifier)
        _show(state, shape(as_json, quiet), quietly=state.tie_group)


@app.command()
def cancel(identifier: Identifier, url: Url = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """End a race; its standing stays."""
    with exits.telling_errors():
        _show(_races(url).cancel(identifier), shape(as_json, quiet), quietly=[identifier])


@app.command("list")
def list_all(
    limit: Annotated[int, typer.Option(min=1, help="how many, newest first")] = 20,
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The races that a service keeps, newest first."""
    with exits.telling_errors():
        from actwise.cli.streams import say

        found = list(islice(_races(url).list(), limit))
        if as_json:
            say(json.dumps({"items": [one.model_dump(mode="json") for one in found]}, indent=2))
            return
        for one in found:
            about = f"{one.created:%Y-%m-%d %H:%M}  {one.status:<9}  {one.results:>4} results  {one.metric}"
            say(one.id if quiet else f"{one.id}  {about}: {', '.join(one.candidates)}")


def _races(url: str | None) -> Races:
    """Races are kept by a service, since trainers come and go."""
    from actwise.client import Client

    return Client(url).races


def _run(races: Races, trainer: Any, identifier: str, workers: int, form: Shape) -> RaceState:
    from actwise.contract.answer import ProbeReport
    from actwise.progress import probe_display
    from actwise.racing import run_race

    with probe_display(wanted=form == "full") as draw:

        def told(state: RaceState) -> None:
            share = min(1.0, state.runs_paid / state.request.budget.runs)
            draw(ProbeReport(network_steps_budget=1, progress=share, races=(state.standing,)))

        os.environ.setdefault("PYTHONUNBUFFERED", "1")  # else a trainer in Python would keep its lines to itself
        return run_race(races, trainer, race=identifier, workers=workers, on_progress=told)


def _described(
    task: str | None, layer_type: str | None, depth: int | None, compute_budget: str | None
) -> dict[str, Any]:
    return {"task": task, "layer_type": layer_type, "depth": depth, "compute_budget": compute_budget}


def _fields(
    length: int | None,
    unit: str | None,
    runs: float | None,
    metric: str | None,
    direction: str | None,
    candidate: list[str] | None,
    learning_rate: float | None,
    lease: str | None,
) -> dict[str, Any]:
    return {
        "budget.length": length,
        "budget.unit": unit,
        "budget.runs": runs,
        "metric": metric,
        "direction": direction,
        "candidates": candidate or None,
        "learning_rate": learning_rate,
        "lease_seconds": lease,
    }


def _request(file: Path | None, described: dict[str, Any], fields: dict[str, Any], settings: list[str]) -> Any:
    """The race that a file, flags and settings make; settings are about the description."""
    from actwise.cli.describe import assemble, read_file, seconds
    from actwise.contract.race_reading import read_race

    given = read_file(file) if file else {}
    if isinstance(given, dict) and "description" not in given:
        given = {"description": given}
    if isinstance(given, dict):
        given = given | {"description": assemble(given["description"], described, settings)}
    if fields["lease_seconds"] is not None:
        fields = fields | {"lease_seconds": seconds(fields["lease_seconds"])}
    return read_race(assemble(given, fields, []))


def _show(state: RaceState, form: Shape, quietly: Any) -> None:
    from actwise.cli.streams import console, say

    if form == "json":
        say(state.model_dump_json(indent=2))
    elif form == "quiet":
        for line in quietly:
            say(line)
    else:
        from actwise.cli.standing import render

        render(state, console())
