"""The commands and their flags. What they do is imported when they run."""

from __future__ import annotations

from typing import Annotated

import typer

from actwise import __version__
from actwise.cli import exits, streams
from actwise.cli import options as of
from actwise.cli.asking import add_asking
from actwise.cli.datasets import app as datasets
from actwise.cli.options import Json, Quiet, Url, among, shape
from actwise.cli.processes import add_processes
from actwise.cli.race import app as race
from actwise.cli.rules import app as rules

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Which activation functions should this network use?",
    epilog="Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in exits.MEANINGS.items()),
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"actwise {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """Which activation functions should this network use?"""
    streams.prepare()


add_asking(app)


@app.command()
def doctor(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="print(model), summary(), to_json(), YAML, JSON or ONNX; - for standard input"
        ),
    ],
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", "--context", help="what the text cannot say: loss=CrossEntropyLoss; repeat"),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            help="exit with 1 on findings of error, warning or advice; never", autocompletion=among(of.LEVELS)
        ),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="text, json, sarif, junit", autocompletion=among(of.FORMATS))
    ] = None,
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look for what is wrong with the activations, head and loss of a network.

    python -c "import mine; print(mine.model)" | actwise doctor - --set loss=CrossEntropyLoss --set classes=10
    """
    with exits.telling_errors():
        from actwise.cli import doctor as command

        grave = command.run(file, setting or [], fail_on, form, url, shape(as_json, quiet))
    if grave:
        raise typer.Exit(exits.FOUND)


@app.command()
def history(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD]...", help="words that an entry must hold")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="a field and its value: task=segmentation, status=complete; repeat")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many are listed, newest first")] = 20,
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Answers that are kept, newest first, searched by words and fields."""
    with exits.telling_errors():
        from actwise.cli import history as command

        command.run(words or [], where or [], limit, url, shape(as_json, quiet))


@app.command()
def compare(
    one: Annotated[str, typer.Argument(metavar="ID|FILE", help="an answer's id, or a file of an answer or a request")],
    other: Annotated[str, typer.Argument(metavar="ID|FILE", help="the other one")],
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Two answers: what differs between them, and why."""
    with exits.telling_errors():
        from actwise.cli import compare as command

        command.run(one, other, url, shape(as_json, quiet))


@app.command()
def activations(
    name: of.ActivationName = None,
    curve: Annotated[
        bool | None, typer.Option("--curve/--no-curve", help="draw the function; on a terminal unless said")
    ] = None,
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The catalogue: facts, names in four frameworks, sources."""
    with exits.telling_errors():
        from actwise.cli import catalogue

        catalogue.activations(name, url, shape(as_json, quiet), curve)


@app.command()
def passport(
    activation: of.ActivationName = None,
    formula: Annotated[str | None, typer.Option(help="a function of your own: 'x * tanh(softplus(x))'")] = None,
    layer_type: of.LayerType = None,
    depth: of.Depth = None,
    width: of.Width = None,
    normalization: of.Normalization = None,
    residual: Annotated[bool, typer.Option("--residual", help="residual paths")] = False,
    deployment: Annotated[
        bool, typer.Option("--deployment", help="train it for a second or two, and run it in int8 and float16")
    ] = False,
    task: Annotated[
        str | None, typer.Option(help="of the data it is trained on: classification, regression, ...")
    ] = None,
    data: Annotated[str | None, typer.Option(help="a bundled data set, such as digits")] = None,
    seeds: Annotated[int | None, typer.Option(help="networks trained per learning rate")] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """What one function does in one network: signals, memory, cost, export, and what few bits lose.

    actwise passport gelu --depth 12 --deployment --data digits
    """
    wanted = {
        "activation": activation,
        "formula": formula,
        "layer_type": layer_type,
        "depth": depth,
        "width": width,
        "normalization": normalization,
        "residual": "1" if residual else None,
        "deployment": "1" if deployment else None,
        "task": task,
        "data": data,
        "seeds": seeds,
    }
    with exits.telling_errors():
        from actwise.cli import passport as command

        command.run(wanted, url, as_json)


app.add_typer(rules, name="rules")
app.add_typer(datasets, name="datasets")
app.add_typer(race, name="race")
add_processes(app)


def main() -> None:
    """The entry point `actwise`."""
    app()


if __name__ == "__main__":
    main()
