"""`actwise worker`: probe workers on this machine, one process per core, for a database that others share."""

from __future__ import annotations

import os
import sys

from service.processes.beginning import complain, entry
from service.processes.environment import one_blas_thread
from service.processes.supervisor import Command, Supervisor
from service.settings import Settings


@entry
def main(settings: Settings) -> int:
    """Keep `settings.workers` worker processes alive until SIGTERM; they stop between two tasks."""
    if settings.workers == 0:
        return complain("ACTWISE_WORKERS=0 leaves nothing to do here")
    environment = dict(os.environ)
    one_blas_thread(environment)
    return Supervisor(worker_commands(settings), environment).run()


def worker_commands(settings: Settings) -> list[Command]:
    arguments = (sys.executable, "-m", "service.processes.work")
    return [Command(f"worker {number}", arguments) for number in range(1, settings.workers + 1)]


if __name__ == "__main__":
    sys.exit(main())
