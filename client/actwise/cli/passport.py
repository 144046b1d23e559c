"""`actwise passport`: what one function does in one network, and what becomes of it in few bits."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from actwise.cli.backend import choose
from actwise.cli.streams import console

PATH = "/v1/passports"


def run(wanted: dict[str, Any], url: str | None, as_json: bool) -> None:
    """Ask for the passport and print it; fields that were not given are left to the service."""
    found = choose(url).read(PATH, **{name: value for name, value in wanted.items() if value is not None})
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    render(found, console())


def render(found: dict[str, Any], out: Console) -> None:
    """Print a passport for a person."""
    function = found["function"]
    out.print(f"{function['title']}: {function['formula']}", style="bold", markup=False)
    out.print(found["network"], markup=False)
    for line in (*_known(found["formula"]), *found["differences"]):
        out.print(f"  {line}", markup=False)
    out.print(_facts(found))
    if found["signal"]:
        out.print(_signal(found["signal"]))
    if found["deployment"]:
        out.print(_deployment(found["deployment"]))


def _known(formula: dict[str, Any] | None) -> list[str]:
    if formula is None:
        return []
    near = ", ".join(f"{one['activation']} ({one['distance']:.2g})" for one in formula["nearest"])
    known = f"this is {formula['same_as']}" if formula["same_as"] else f"nearest in the catalogue: {near}"
    relation = [f"the same as {formula['relation']}"] if formula["relation"] else []
    return [known, *relation, *(f"! {caution}" for caution in formula["cautions"])]


def _facts(found: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    cost, memory, export = found["cost"], found["memory"], found["export"]
    if cost:
        parts = f"{cost['relative_forward']:g}x forward, {cost['relative_backward']:g}x backward"
        table.add_row("cost", f"{cost['relative']:g}x relu ({parts}), measured here")
    if memory:
        value = " and f(x)" if memory["reads_value"] else ""
        table.add_row("kept for backward", f"{memory['bytes_per_element']} bytes per element{value}")
    older = f", before that {' + '.join(export['older'])}" if export["older"] else ""
    table.add_row("ONNX", f"{' + '.join(export['onnx'])} from opset {export['opset']}{older}")
    table.add_row("TensorFlow Lite", "no built-ins" if export["tflite"] is None else " + ".join(export["tflite"]))
    table.add_row("cuDNN, in one kernel", ", ".join(export["cudnn"]) or "no")
    return table


def _signal(signal: dict[str, Any]) -> Table:
    start = signal["initialization"]
    title = f"Untrained, started with {start['scheme']}, gain {start['gain']:.3f}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("layer", "variance", "log10 gradient", "dead", "saturated"):
        table.add_column(column)
    for layer in signal["layers"]:
        shares = [_share(layer[name]["mean"]) for name in ("dead_share", "saturated_share")]
        figures = [_number(layer[name]["mean"]) for name in ("variance", "gradient")]
        table.add_row(str(layer["layer"]), *figures, *shares)
    return table


def _deployment(found: dict[str, Any]) -> Table:
    title = f"Trained {found['steps']} steps on {found['data']}: {found['metric']} {_number(found['score'])}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("format", "drop", "90 % interval", "points", "signal to noise", "failed"):
        table.add_column(column)
    for drop in found["drops"]:
        interval = "" if drop["low"] is None else f"{drop['low']:+.4f} to {drop['high']:+.4f}"
        noise = "" if drop["signal_to_noise"] is None else f"{drop['signal_to_noise']:.0f} dB"
        failed = f"{drop['failed']} of {found['seeds']}" if drop["failed"] else ""
        row = (drop["format"].replace("_", " "), _number(drop["mean"]), interval, _number(drop["points"]), noise)
        table.add_row(*row, failed)
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"
