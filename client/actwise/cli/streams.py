"""What goes out: safe on every terminal, in every pipe."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def prepare() -> None:
    """Characters that the streams cannot carry are replaced, and never end the command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def unicode() -> bool:
    """Whether standard output carries more than ASCII."""
    return (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf32")


def say(text: str) -> None:
    """One answer on standard output, with the end of its line."""
    sys.stdout.write(f"{text}\n")


def console() -> Console:
    """What draws tables: in colour on a terminal unless NO_COLOR is set, plain in a pipe."""
    from rich.console import Console

    class Ours(Console):
        def on_broken_pipe(self) -> None:
            """Told like every other one."""
            raise BrokenPipeError

    return Ours()


def forget_output() -> None:
    """Nobody reads any more: what is left is thrown away, so that the interpreter's last flush finds nothing wrong."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
