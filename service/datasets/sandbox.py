"""Inspection in a process of its own, with bounded memory and time.

A file from a stranger may be made so that reading it takes all memory, or for ever, in ways that nobody has thought
of. Here it can only end its own process: the service says that the data cannot be used, and goes on.
"""

from __future__ import annotations

import os
import subprocess
import sys

from actwise.contract.dataset import DatasetFacts
from models.data.table import DataRefused

MEMORY = 2_000_000_000
"""Bytes of address space: several times what the largest table takes that is read at all."""
SECONDS = 60
_REFUSED = 3
_COMMAND = ("-m", "service.datasets.sandbox")


def inspect_safely(content: bytes, name: str) -> DatasetFacts:
    """As `inspection.inspect`. Raises DataRefused, also when memory or time did not suffice."""
    command = [sys.executable, *_COMMAND, name]
    # Every thread would take address space in advance.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, env=environment, timeout=2 * SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise DataRefused("too_large", f"{name} takes more than {SECONDS} seconds to read") from None
    if done.returncode == 0:
        return DatasetFacts.model_validate_json(done.stdout)
    if done.returncode == _REFUSED:
        code, _, message = done.stdout.decode().partition("\n")
        raise DataRefused(code, message)
    raise DataRefused("too_large", f"{name} takes more than {MEMORY:,} bytes or {SECONDS} seconds to read")


def main() -> int:
    """Read the bytes on standard input, called by the first argument; write facts, or code and reason."""
    _limit()
    from service.datasets.inspection import inspect

    try:
        facts = inspect(sys.stdin.buffer.read(), sys.argv[1])
    except DataRefused as refused:
        sys.stdout.write(f"{refused.code}\n{refused.message}")
        return _REFUSED
    sys.stdout.write(facts.model_dump_json())
    return 0


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource

    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
