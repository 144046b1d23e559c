"""Names of worker processes: unique for ever, and readable enough to see that one on this machine is dead."""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from pathlib import Path

_UNKNOWN = "0"


def new_worker_id() -> str:
    """`<machine>-<pid>-<start of the process>-<random>`; unlike any other, even after a restart."""
    return f"{_machine()}-{os.getpid()}-{_started(os.getpid())}-{uuid.uuid4().hex[:12]}"


def is_surely_dead(worker: str) -> bool:
    """Whether the process was on this machine and has ended; False whenever that cannot be known."""
    machine, _, rest = worker.partition("-")
    pid, _, rest = rest.partition("-")
    started = rest.partition("-")[0]
    if machine != _machine() or not pid.isdigit() or started == _UNKNOWN or _started(os.getpid()) == _UNKNOWN:
        return False
    return _started(int(pid)) != started


def _machine() -> str:
    """One boot of one machine, and one space of process numbers on it (a container has its own)."""
    parts = [socket.gethostname(), _read("/proc/sys/kernel/random/boot_id")]
    try:
        parts.append(os.readlink("/proc/self/ns/pid"))
    except OSError:
        parts.append("")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _started(pid: int) -> str:
    """When a process started, in ticks since boot; "0" when there is no such process or no way to tell.

    A zombie has ended, though its parent has not noticed yet.
    """
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in "ZX" else _UNKNOWN


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
