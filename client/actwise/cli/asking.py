"""The commands that answer a description: `recommend` and `probe`, and their flags."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from actwise.cli import exits
from actwise.cli import options as of
from actwise.cli.options import Json, Quiet, Shape, Url, shape


def add_asking(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(recommend)
    app.command()(probe)


def recommend(
    task: of.Task = None,
    layer_type: of.LayerType = None,
    depth: of.Depth = None,
    compute_budget: of.ComputeBudget = None,
    file: of.RequestFile = None,
    classes: of.Classes = None,
    width: of.Width = None,
    normalization: of.Normalization = None,
    residual: of.Residual = None,
    gated_ffn: of.GatedFfn = None,
    cell: of.Cell = None,
    modality: of.Modality = None,
    rows: of.Rows = None,
    framework: of.Framework = None,
    allow: of.Allow = None,
    deny: of.Deny = None,
    formula: of.Formula = None,
    prefer: of.Prefer = None,
    probe: Annotated[str | None, typer.Option(help="back the answer by training for this long: 20s, 1m")] = None,
    data: of.Data = None,
    target_column: of.TargetColumn = None,
    group_column: of.GroupColumn = None,
    time_column: of.TimeColumn = None,
    ignore_column: of.IgnoreColumn = None,
    seeds: of.Seeds = None,
    setting: of.Setting = None,
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
    explain: of.Explain = False,
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
        **_data_flags(data, target_column, group_column, time_column, ignore_column, seeds),
    }
    with exits.telling_errors():
        from actwise.cli import recommend as command

        if quote:
            flags |= {"probe": probe or (None if file else "20s")}
        base = command.base_of(file)
        fared = _answer(base, flags, setting or [], url, shape(as_json, quiet), explain, quote)
    _end(fared)


def probe(
    what: Annotated[
        str, typer.Argument(metavar="ID|FILE", help="id of an answer, or a file of an answer or a request; - reads it")
    ],
    length: Annotated[
        str | None, typer.Option("--for", help="train for this long: 20s (so much unless said), 1m")
    ] = None,
    data: of.Data = None,
    target_column: of.TargetColumn = None,
    group_column: of.GroupColumn = None,
    time_column: of.TimeColumn = None,
    ignore_column: of.IgnoreColumn = None,
    seeds: of.Seeds = None,
    setting: of.Setting = None,
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
    explain: of.Explain = False,
    quote: Annotated[bool, typer.Option("--quote", help="say what it would cost, and start nothing")] = False,
) -> None:
    """Back an answer that was given by training.

    actwise recommend -f network.yaml --json > answer.json; actwise probe answer.json --for 1m
    """
    columns = _data_flags(data, target_column, group_column, time_column, ignore_column, seeds)
    flags = {"probe": length, **columns}
    with exits.telling_errors():
        from actwise.cli import recommend as command

        base = command.probed(what, flags, url)
        fared = _answer(base, flags, setting or [], url, shape(as_json, quiet), explain, quote)
    _end(fared)


def _answer(
    base: Any, flags: dict[str, Any], settings: list[str], url: str | None, wanted: Shape, explain: bool, quote: bool
) -> bool:
    """Print the answer, or what its probe would cost; whether it came to something."""
    from actwise.cli import recommend as command

    if quote:
        return command.quote(base, flags, settings, url, wanted).refused is None
    return command.run(base, flags, settings, url, wanted, explain).status not in ("failed", "cancelled")


def _end(fared: bool) -> None:
    if not fared:
        raise typer.Exit(exits.REFUSED)


def _data_flags(
    data: str | None,
    target_column: str | None,
    group_column: str | None,
    time_column: str | None,
    ignore_column: list[str] | None,
    seeds: int | None,
) -> dict[str, Any]:
    """What a probe trains on, and how often."""
    return {
        "data": data,
        "target_column": target_column,
        "group_column": group_column,
        "time_column": time_column,
        "ignore_column": ignore_column or None,
        "probe.seeds": seeds,
    }
