"""The commands that run the server's processes, where the server's packages are installed."""

from __future__ import annotations

from typing import Annotated

import typer

from actwise.cli import exits


def add_processes(app: typer.Typer) -> None:
    """Give an application its commands for operators."""
    for command in (serve, worker, web, migrate, learn, purge):
        app.command()(command)


def _process(name: str, *arguments: object) -> None:
    """Run one of the server's processes, when the server's packages are installed."""
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec("service") is None:
        exits.fail("this needs the server's packages: pip install actwise-server", exits.FAULTY)
    raise SystemExit(import_module(f"service.processes.{name}").main(*arguments))


def serve() -> None:
    """Run everything on this machine: database, workers, web. Settings come from the environment."""
    _process("serve")


def worker() -> None:
    """Run probe workers only, for more machines on one PostgreSQL database."""
    _process("worker")


def web() -> None:
    """Run the web server only."""
    _process("web")


def migrate() -> None:
    """Bring the database to the present schema."""
    _process("migrate")


def learn(forget: Annotated[bool, typer.Option("--forget", help="go back to what is shipped")] = False) -> None:
    """Learn anew from past probes, the shipped ones and this installation's."""
    _process("learn", forget)


def purge(days: Annotated[int, typer.Option(min=1, help="keep what ended within so many days")] = 90) -> None:
    """Delete what ended long ago, so that the database does not grow for ever."""
    _process("purge", days)
