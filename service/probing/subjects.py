"""What a race is about, in the words of its report."""

from __future__ import annotations

OUTPUT = "output"


def gates_of(block: str) -> str:
    """The subject of the race of one function for all gates of a block's cells."""
    return f"{block}: gates"
