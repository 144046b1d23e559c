"""Which model speaks in this installation: its own, where one was learned on request, else the shipped one."""

from __future__ import annotations

from pathlib import Path

from models.prior.prior import Learned, PriorRefused, load, shipped
from service.settings import SettingsError

NAME = "learned.json"


def own_file(home: Path) -> Path:
    """Where `actwise learn` keeps what it learned."""
    return home / NAME


def learned_of(home: Path) -> Learned:
    """The model of an installation. Raises SettingsError for a file that this version cannot use: answers must not
    change because nobody could read it."""
    path = own_file(home)
    if not path.exists():
        return shipped()
    try:
        return load(path)
    except (PriorRefused, OSError) as error:
        raise SettingsError((f"{error}: run `actwise learn` anew, or `actwise learn --forget`",)) from None
