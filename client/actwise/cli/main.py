"""The commands and their flags. What they do is imported when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from actwise import __version__
from actwise.cli import exits
from actwise.cli.datasets import app as datasets
from actwise.cli.rules import app as rules

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Which activation functions should this network use?",
    epilog="Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in exits.MEANINGS.items()),
)

Url = Annotated[str | None, typer.Option("--url", envvar="ACTWISE_URL", help="ask this service over HTTP")]
Json = Annotated[bool, typer.Option("--json", help="print JSON")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"actwise {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """Which activation functions should this network use?"""


@app.command()
def recommend(
    task: Annotated[str | None, typer.Option(help="classification, regression, or a finer kind")] = None,
    layer_type: Annotated[str | None, typer.Option(help="dense, conv, recurrent, attention, graph, mixed")] = None,
    depth: Annotated[int | None, typer.Option(help="hidden layers (blocks, for attention)")] = None,
    compute_budget: Annotated[str | None, typer.Option(help="low, medium, high")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="request as JSON or YAML; flags win over it")
    ] = None,
    classes: Annotated[int | None, typer.Option(help="number of classes")] = None,
    width: Annotated[int | None, typer.Option(help="units per hidden layer")] = None,
    normalization: Annotated[str | None, typer.Option(help="none, batch, layer, rms, group, instance, weight")] = None,
    residual: Annotated[bool | None, typer.Option("--residual/--no-residual", help="residual paths")] = None,
    gated_ffn: Annotated[
        bool | None, typer.Option("--gated-ffn/--no-gated-ffn", help="gated feed-forward part")
    ] = None,
    cell: Annotated[str | None, typer.Option(help="rnn, lstm, gru")] = None,
    modality: Annotated[str | None, typer.Option(help="tabular, image, text, audio, ...")] = None,
    rows: Annotated[int | None, typer.Option(help="training examples")] = None,
    framework: Annotated[str | None, typer.Option(help="pytorch, keras, jax, sklearn")] = None,
    allow: Annotated[list[str] | None, typer.Option(help="choose only among these; repeat")] = None,
    deny: Annotated[list[str] | None, typer.Option(help="never these; repeat")] = None,
    formula: Annotated[
        list[str] | None, typer.Option(help="a function of your own: 'x * tanh(softplus(x))'; repeat")
    ] = None,
    prefer: Annotated[str | None, typer.Option(help="balanced, quality, convention")] = None,
    probe: Annotated[str | None, typer.Option(help="back the answer by training for this long: 20s, 1m")] = None,
    data: Annotated[
        str | None, typer.Option(help="what the probe trains on: a CSV, Parquet or NPZ file, ds_..., or a bundled name")
    ] = None,
    target_column: Annotated[str | None, typer.Option(help="what to predict in the file")] = None,
    group_column: Annotated[str | None, typer.Option(help="judge on groups that training never saw")] = None,
    time_column: Annotated[str | None, typer.Option(help="judge on the latest rows")] = None,
    ignore_column: Annotated[list[str] | None, typer.Option(help="leave this column out; repeat")] = None,
    seeds: Annotated[int | None, typer.Option(help="most repetitions per candidate in the probe")] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="any other field: deployment.int8=true; repeat")
    ] = None,
    url: Url = None,
    as_json: Json = False,
    explain: Annotated[bool, typer.Option("--explain", help="show all evidence, assumptions and gaps")] = False,
    quote: Annotated[bool, typer.Option("--quote", help="say what the probe would cost, and start nothing")] = False,
) -> None:
    """Rank activations for a task and a network.

    actwise recommend --task classification --layer-type conv --depth 8 --compute-budget low
    """
    flags: dict[str, Any] = {
        "task": task,
        "layer_type": layer_type,
        "depth": depth,
        "compute_budget": compute_budget,
        "classes": classes,
        "width": width,
        "normalization": normalization,
        "residual": residual,
        "gated_ffn": gated_ffn,
        "cell": cell,
        "modality": modality,
        "rows": rows,
        "framework": framework,
        "allow": allow or None,
        "deny": deny or None,
        "formula": formula or None,
        "prefer": prefer,
        "probe": probe,
        "data": data,
        "target_column": target_column,
        "group_column": group_column,
        "time_column": time_column,
        "ignore_column": ignore_column or None,
        "probe.seeds": seeds,
    }
    from actwise.cli import recommend as command

    with exits.telling_errors():
        if quote:
            wanted = flags | {"probe": probe or (None if file else "20s")}
            refused = command.quote(file, wanted, setting or [], url, as_json).refused
            raise typer.Exit(exits.REFUSED if refused else 0)
        answer = command.run(file, flags, setting or [], url, as_json, explain)
    if answer.status in ("failed", "cancelled"):
        raise typer.Exit(exits.REFUSED)


@app.command()
def doctor(
    file: Annotated[str, typer.Argument(help="print(model), summary(), to_json(), YAML or JSON; - for standard input")],
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", "--context", help="what the text cannot say: loss=CrossEntropyLoss; repeat"),
    ] = None,
    fail_on: Annotated[str | None, typer.Option(help="exit with 1 on findings of error, warning or advice")] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Look for what is wrong with the activations, head and loss of a network.

    python -c "import mine; print(mine.model)" | actwise doctor - --set loss=CrossEntropyLoss --set classes=10
    """
    from actwise.cli import doctor as command

    with exits.telling_errors():
        grave = command.run(file, setting or [], fail_on, url, as_json)
    if grave:
        raise typer.Exit(exits.FOUND)


@app.command()
def activations(
    name: Annotated[str | None, typer.Argument(help="one activation")] = None, url: Url = None, as_json: Json = False
) -> None:
    """The catalogue: facts, names in four frameworks, sources."""
    from actwise.cli import catalogue

    with exits.telling_errors():
        catalogue.activations(name, url, as_json)


@app.command()
def passport(
    activation: Annotated[str | None, typer.Argument(help="one of the catalogue; or give --formula")] = None,
    formula: Annotated[str | None, typer.Option(help="a function of your own: 'x * tanh(softplus(x))'")] = None,
    layer_type: Annotated[str | None, typer.Option(help="dense, conv, recurrent, attention, graph")] = None,
    depth: Annotated[int | None, typer.Option(help="hidden layers")] = None,
    width: Annotated[int | None, typer.Option(help="units per hidden layer")] = None,
    normalization: Annotated[str | None, typer.Option(help="none, batch, layer, rms, group, instance, weight")] = None,
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
    from actwise.cli import passport as command

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
        command.run(wanted, url, as_json)


app.add_typer(rules, name="rules")
app.add_typer(datasets, name="datasets")


def _process(name: str, *arguments: object) -> None:
    """Run one of the server's processes, when the server's packages are installed."""
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec("service") is None:
        exits.fail("this needs the server's packages: pip install actwise-server", exits.FAULTY)
    raise SystemExit(import_module(f"service.processes.{name}").main(*arguments))


@app.command()
def serve() -> None:
    """Run everything on this machine: database, workers, web. Settings come from the environment."""
    _process("serve")


@app.command()
def worker() -> None:
    """Run probe workers only, for more machines on one PostgreSQL database."""
    _process("worker")


@app.command()
def web() -> None:
    """Run the web server only."""
    _process("web")


@app.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    _process("migrate")


@app.command()
def learn(forget: Annotated[bool, typer.Option("--forget", help="go back to what is shipped")] = False) -> None:
    """Learn anew from past probes, the shipped ones and this installation's."""
    _process("learn", forget)


@app.command()
def purge(days: Annotated[int, typer.Option(min=1, help="keep what ended within so many days")] = 90) -> None:
    """Delete what ended long ago, so that the database does not grow for ever."""
    _process("purge", days)


def main() -> None:
    """The entry point `actwise`."""
    app()


if __name__ == "__main__":
    main()
