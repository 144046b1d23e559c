"""`actwise activations` and `actwise rules`: what the answers rest on."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from actwise.cli.backend import choose
from actwise.cli.describe import read_file
from actwise.cli.exits import FAULTY, REFUSED, fail
from actwise.cli.options import Shape
from actwise.cli.plot import plot, side_by_side
from actwise.cli.streams import console, say, unicode
from actwise.contract.names import nearest_name
from actwise.contract.reading import read_request
from actwise.errors import RefusedError

_WIDE = 100
"""Columns in which two curves have room."""


def activations(name: str | None, url: str | None, shape: Shape, curve: bool | None) -> None:
    """Print the catalogue, or all facts of one activation, with its curve where somebody looks (or `curve` says so)."""
    data = choose(url).read(f"/v1/activations/{quote(name, safe='')}" if name else "/v1/activations")
    if shape == "quiet":
        _names(data, "name")
    elif name is None:
        shown = data if shape == "json" else {"items": [_short(item) for item in data["items"]]}
        _show(shown, ("name", "title", "cost", "start", "formula"), shape == "json")
    else:
        _show(data, (), shape == "json")
        if shape == "full" and (sys.stdout.isatty() if curve is None else curve):
            say("\n".join(["", *_curve(data["curve"])]))


def _curve(curve: dict[str, list[float]]) -> list[str]:
    """The function and its slope, beside each other where there is room."""
    narrow = console().width < _WIDE
    drawings = [
        plot(title, curve["x"], curve[part], unicode=unicode())
        for title, part in (("f(x)", "value"), ("f'(x)", "slope"))
    ]
    return [*drawings[0], "", *drawings[1]] if narrow else side_by_side(*drawings)


def _names(data: dict[str, Any], field: str) -> None:
    for item in data.get("items", [data]):
        say(item[field])


def _short(item: dict[str, Any]) -> dict[str, Any]:
    """One line about an activation: cost relative to ReLU with its class, and the published start."""
    cost, start = item["cost"], item["initialization"]
    gain = f" {start['gain']:.3f}" if start["gain"] is not None else ""
    return item | {"cost": f"{cost['relative']:g}x {cost['cost_class']}", "start": start["scheme"] + gain}


def rules(name: str | None, url: str | None, shape: Shape, words: tuple[str, ...]) -> None:
    """Print all rules, or one with its sources and how often it was right; `words`: what else it might be."""
    try:
        data = choose(url).read(f"/v1/rules/{quote(name, safe='')}" if name else "/v1/rules")
    except RefusedError as error:
        near = nearest_name(name or "", words)
        if error.problem.code == "unknown_rule" and near:
            fail(f"{error}\n  or did you mean `actwise rules {near}`?", REFUSED)
        raise
    if shape == "quiet":
        _names(data, "id")
        return
    if name is not None and shape == "full":
        data = data | {"agreement": _record(data["agreement"])}
    _show(data, ("id", "role", "cause", "when", "because"), shape == "json")


def scoreboard(url: str | None, as_json: bool) -> None:
    """Print how often each rule was right, the most often tested first."""
    data = choose(url).read("/v1/scoreboard")
    if not as_json:
        data = {"items": [item | _agreement(item) for item in data["items"]]}
    _show(data, ("rule", "tasks", "decided", "agreeing", "share", "interval", "lead"), as_json)


def _agreement(item: dict[str, Any]) -> dict[str, str]:
    """Share, interval and lead in words; empty where nothing was decided."""
    lead = item["lead"]
    decided = item["share"] is not None
    return {
        "share": f"{item['share']:.0%}" if decided else "",
        "interval": f"{item['low']:.0%} to {item['high']:.0%}" if decided else "",
        "lead": f"{lead['mean']:+.1f} ({lead['low']:+.1f} to {lead['high']:+.1f})" if lead else "",
    }


def _record(agreement: dict[str, Any] | None) -> str:
    """What probes say about one rule, in a few lines."""
    if agreement is None:
        return "no probe has put it to the test"
    told = _agreement(agreement)
    here = f", {agreement['here']} of them here" if agreement["here"] else ""
    lines = [f"put to the test in {agreement['tasks']} races{here}; {agreement['decided']} decided beyond noise"]
    if told["share"]:
        lines.append(f"right in {agreement['agreeing']}: {told['share']}, 90 % interval {told['interval']}")
    if told["lead"]:
        lines.append(f"mean lead in points: {told['lead']}")
    return "\n".join(lines)


def lint(folder: str | None) -> int:
    """Check the knowledge base, with a folder of house rules when given; the number of findings."""
    if find_spec("service") is None:
        fail("the lint needs the server's packages: pip install actwise-server", FAULTY)
    from service.local import lint_rules

    findings = lint_rules(folder)
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(f"{len(findings)} finding(s)\n")
    return len(findings)


def trace(file: Path, as_json: bool) -> None:
    """Print, for the request in a file, which rules fire and which conditions keep the others from it."""
    if find_spec("service") is None:
        fail("a trace needs the server's packages: pip install actwise-server", FAULTY)
    from service.local import Local

    found = Local().trace(read_request(read_file(file)))
    _show({"items": found}, ("block", "rule", "fired", "failing"), as_json)


def _show(data: Any, columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
        return
    items = data.get("items") if isinstance(data, dict) else None
    console().print(_one(data) if items is None else _many(items, columns))


def _many(items: list[dict[str, Any]], columns: tuple[str, ...]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for item in items:
        table.add_row(*(_text(item[column]) for column in columns))
    return table


def _one(item: dict[str, Any]) -> Any:
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for field, value in item.items():
        if field != "curve":
            table.add_row(field.replace("_", " "), _text(value))
    return table


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        if "source" in value and "title" in value:
            return ", ".join(filter(None, (f"{value['title']} ({value['source']})", value.get("where"))))
        return "\n".join(f"{name}: {_text(inner)}" for name, inner in value.items() if inner != [])
    if isinstance(value, list):
        return (
            ", ".join(map(_text, value))
            if all(not isinstance(item, dict) for item in value)
            else "\n".join(map(_text, value))
        )
    return f"{value:g}" if isinstance(value, float) else str(value)
