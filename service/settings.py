"""Settings of the service as data: one table from which values, help and documentation come.

`read_settings` reads the environment once at start and reports everything that is wrong together.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

_MEGABYTE = 1_000_000
_SLIPS = {"ACTWISE_PORT": "PORT"}


class SettingsError(ValueError):
    """The environment does not make a valid configuration; `faults` holds one sentence per fault."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of one process; `SETTINGS` says what each value means."""

    host: str
    port: int
    home: Path
    database_url: str
    workers: int
    web_workers: int
    web_threads: int
    max_body: int
    queue_bound: int
    answer_cache: int
    dataset_bytes: int
    dataset_total: int
    dataset_count: int
    house_rules: Path | None
    kernels: bool
    log_level: str
    access_log: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    `default` is the text that the variable would hold; `default_help` says in words where a default
    comes from that depends on the machine.
    """

    name: str
    environment: str
    default: Callable[[Mapping[str, str]], str]
    unit: str
    help: str
    read: Callable[[str], Any]
    default_help: str


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that an environment (default: of this process) asks for.

    Empty variables count as not set. Raises SettingsError with every fault at once, among them
    variables whose name looks like a misspelt setting.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    faults = list(_misspelt(environ))
    for setting in SETTINGS:
        text = environ.get(setting.environment) or setting.default(environ)
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            faults.append(f"{setting.environment}={_shown(text)!r}: {error} ({setting.help})")
    if faults:
        raise SettingsError(tuple(faults))
    return Settings(**values)


def _shown(text: str) -> str:
    """A value without the password that an address may hold."""
    return re.sub(r"//[^@/]*@", "//...@", text)[:200]


def _misspelt(environ: Mapping[str, str]) -> list[str]:
    """One sentence for every variable whose name is nearly a setting's."""
    known = {setting.environment for setting in SETTINGS}
    faults = []
    for name in sorted(set(environ) - known):
        near = _SLIPS.get(name) or _nearest(name, known)
        if near:
            faults.append(f"{name}: there is no such setting: did you mean {near}?")
    return faults


def _nearest(name: str, known: set[str]) -> str | None:
    if not name.startswith("ACTWISE_"):
        return None
    found = get_close_matches(name, sorted(known), n=1, cutoff=0.88)
    return found[0] if found else None


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,15}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return read


def _switch(text: str) -> bool:
    return _one_of("on", "off")(text) == "on"


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{1,253}", text):
        raise ValueError("must be a host name or an address")
    return text


def _folder_to_make(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("must be a folder, and a file of this name is in the way")
    return path


def _existing_folder(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        raise ValueError("must be an existing folder")
    return path


def _database_url(text: str) -> str:
    if text.startswith("sqlite:///") and len(text) > len("sqlite:///"):
        return text
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if text.startswith(scheme) and len(text) > len(scheme):
            return "postgresql+psycopg://" + text.removeprefix(scheme)
    raise ValueError("must start with sqlite:/// or postgresql://")


def _cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _home(environ: Mapping[str, str]) -> str:
    """The user's data folder, by the custom of the platform."""
    user = Path(environ.get("HOME") or "~").expanduser()
    if sys.platform == "win32":
        base = environ.get("LOCALAPPDATA") or str(user / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(user / "Library" / "Application Support")
    else:
        base = environ.get("XDG_DATA_HOME") or str(user / ".local" / "share")
    return str(Path(base) / "actwise")


def _sqlite_in_home(environ: Mapping[str, str]) -> str:
    home = Path(environ.get("ACTWISE_HOME") or _home(environ)).expanduser().absolute()
    return f"sqlite:///{home / 'actwise.db'}"


def _always(text: str) -> Callable[[Mapping[str, str]], str]:
    return lambda _: text


def _setting(
    name: str,
    read: Callable[[str], Any],
    default: str | Callable[[Mapping[str, str]], str],
    unit: str,
    text: str,
    *,
    environment: str | None = None,
    default_help: str | None = None,
) -> Setting:
    compute = _always(default) if isinstance(default, str) else default
    shown = default_help or (default if isinstance(default, str) else "")
    return Setting(name, environment or f"ACTWISE_{name.upper()}", compute, unit, text, read, shown)


SETTINGS: tuple[Setting, ...] = (
    _setting("host", _host, "127.0.0.1", "address", "where HTTP listens; 0.0.0.0 opens it to the network"),
    _setting("port", _whole(0, 65_535), "8000", "port", "where HTTP listens; 0 takes a free one", environment="PORT"),
    _setting(
        "home",
        _folder_to_make,
        _home,
        "folder",
        "everything that is stored outside the database, and the SQLite file",
        default_help="actwise in the user's data folder",
    ),
    _setting(
        "database_url",
        _database_url,
        _sqlite_in_home,
        "URL",
        "the database of answers and jobs: sqlite:///file or postgresql://user:password@host/name",
        default_help="actwise.db in ACTWISE_HOME",
    ),
    _setting(
        "workers",
        _whole(0, 256),
        lambda _: str(_cores()),
        "processes",
        "probe workers on this machine; 0 for none",
        default_help="one per processor",
    ),
    _setting(
        "web_workers",
        _whole(1, 64),
        lambda _: str(min(_cores(), 4)),
        "processes",
        "HTTP processes on this machine",
        default_help="one per processor, at most 4",
    ),
    _setting("web_threads", _whole(1, 256), "4", "threads", "requests served at once by each HTTP process"),
    _setting("max_body", _whole(1_000, 100 * _MEGABYTE), str(_MEGABYTE), "bytes", "the largest request body taken"),
    _setting("queue_bound", _whole(1, 100_000), "100", "probes", "how many may wait or run before 429 is answered"),
    _setting(
        "answer_cache",
        _whole(0, 10_000 * _MEGABYTE),
        str(64 * _MEGABYTE),
        "bytes",
        "memory for repeated descriptions in each HTTP process; 0 turns the cache off",
    ),
    _setting(
        "dataset_bytes",
        _whole(1_000, 200 * _MEGABYTE),
        str(50 * _MEGABYTE),
        "bytes",
        "the largest data set taken",
    ),
    _setting(
        "dataset_total",
        _whole(1_000, 1_000_000 * _MEGABYTE),
        str(1_000 * _MEGABYTE),
        "bytes",
        "how much all data sets together may take in the database",
    ),
    _setting("dataset_count", _whole(0, 1_000_000), "100", "data sets", "how many are kept; 0 takes none"),
    _setting("house_rules", _existing_folder, "", "folder", "rules of your own, read beside ours", default_help="none"),
    _setting("kernels", _switch, "on", "on or off", "training by compiled kernels, where they were built"),
    _setting("log_level", _one_of("debug", "info", "warning", "error"), "info", "word", "how much the service logs"),
    _setting("access_log", _switch, "on", "on or off", "one line per request on standard output"),
)
