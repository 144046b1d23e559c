"""`actwise rules`: the knowledge behind the answers, shown and verified."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from actwise.cli import exits
from actwise.cli.options import Json, Quiet, Url, shape
from actwise.cli.streams import console

if TYPE_CHECKING:
    from rules.verdicts import Verdict

_SHOW = "show"

House = Annotated[str | None, typer.Option(help="folder of house rules to take in too")]


class _ShowUnlessTold(TyperGroup):
    """What is no word of the group is the name of a rule, or a flag of `show`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [_SHOW, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ShowUnlessTold,
    help="The rules behind the answers, with their sources: `actwise rules [ID]`.",
    rich_markup_mode=None,
)


def app_words() -> list[str]:
    """The words of the group."""
    return [found.name or found.callback.__name__ for found in app.registered_commands if found.callback]


@app.command(_SHOW)
def show(
    name: Annotated[str | None, typer.Argument(help="one rule")] = None,
    lint: Annotated[bool, typer.Option("--lint", help="check the knowledge base")] = False,
    house: House = None,
    trace: Annotated[Path | None, typer.Option(help="for the request in this file: what fires, and why not")] = None,
    url: Url = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """All rules, or one with its sources; the word `show` can be left out."""
    from actwise.cli import catalogue

    with exits.telling_errors():
        if trace:
            catalogue.trace(trace, as_json)
        elif not lint:
            catalogue.rules(name, url, shape(as_json, quiet), tuple(app_words()))
        elif catalogue.lint(house):
            raise typer.Exit(exits.FAULTY)


@app.command()
def lint(
    folder: Annotated[str | None, typer.Argument(help="a folder of house rules to check too")] = None,
) -> None:
    """Check the knowledge base, and house rules together with it."""
    from actwise.cli import catalogue

    with exits.telling_errors():
        if catalogue.lint(folder):
            raise typer.Exit(exits.FAULTY)


@app.command()
def scoreboard(url: Url = None, as_json: Json = False) -> None:
    """How often each rule was right, by what probes measured."""
    from actwise.cli import catalogue

    with exits.telling_errors():
        catalogue.scoreboard(url, as_json)


@app.command("test")
def run_cases(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML files of cases")],
    house: House = None,
    as_json: Json = False,
) -> None:
    """Run cases that a rule author keeps: descriptions, and what is expected of the answers."""
    from actwise.cli import authoring

    with exits.telling_errors():
        if authoring.run_cases(files, house, as_json):
            raise typer.Exit(exits.FOUND)


@app.command()
def schema(
    what: Annotated[str, typer.Option(help="rules, bibliography or cases")] = "rules",
) -> None:
    """Print the JSON Schema of a YAML file, for an editor that completes and checks."""
    from actwise.cli import authoring

    with exits.telling_errors():
        authoring.schema(what)


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="one rule; all that name an experiment, unless given")] = None,
    write: Annotated[bool, typer.Option("--write", help="keep the results with the rules")] = False,
    missing: Annotated[bool, typer.Option("--missing", help="only rules that have no result as they are now")] = False,
    house: House = None,
    as_json: Json = False,
) -> None:
    """Run the experiments that rules name, on this machine, and print what they say."""
    if find_spec("service") is None:
        exits.fail("verification needs the server's packages: pip install actwise-server", exits.FAULTY)
    with exits.telling_errors():
        _verify(name, write, missing, house, as_json)


def _verify(name: str | None, write: bool, missing: bool, house: str | None, as_json: bool) -> None:
    from rules import RuleSet, RulesRefused
    from service.verification.results import store, verify_rules

    try:
        rules = RuleSet.load(house)
        found = verify_rules(rules, name, missing=missing, progress=_told)
    except (RulesRefused, ValueError) as error:
        exits.fail(str(error), exits.FAULTY)
    except KeyError as error:
        exits.fail(str(error.args[0]), exits.REFUSED)
    if write and house:
        shipped = RuleSet.load().index
        store(rules, {rule: one for rule, one in found.items() if rule not in shipped}, Path(house), docs=None)
    elif write:
        store(rules, found)
    if as_json:
        plain = {rule: one.model_dump(mode="json") for rule, one in found.items()}
        sys.stdout.write(json.dumps(plain, indent=2) + "\n")
        return
    console().print(_table({rule: rules.rule(rule).rule.because for rule in found}, found))


def _told(rule: str, one: Verdict) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{rule}: {one.sentence()}\n")


def _table(claims: dict[str, str], found: dict[str, Verdict]) -> Any:
    from rich.table import Table

    from rules.verdicts import WORDS

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("rule", "claim", "measured", "90 % interval", "unit", "verdict", "seconds"):
        table.add_column(column, overflow="fold")
    for rule, one in found.items():
        interval = f"{one.low:+.3g} to {one.high:+.3g}" if len(one.seeds) > 1 else "exact"
        table.add_row(
            rule, claims[rule], f"{one.measured:+.3g}", interval, one.unit, WORDS[one.verdict], f"{one.seconds:.1f}"
        )
    return table
