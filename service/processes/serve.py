"""`actwise serve`: the whole service on one machine, from one command."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import urllib.request

from service.processes.beginning import entry
from service.processes.environment import one_blas_thread
from service.processes.listening import listen, url_of
from service.processes.supervisor import Command, Supervisor
from service.processes.web import SOCKET
from service.processes.worker import worker_commands
from service.settings import Settings


@entry
def main(settings: Settings) -> int:
    """Migrate, calibrate, start workers and HTTP, and keep them alive until SIGTERM or SIGINT.

    Prints one line with the address once everything answers. This process itself holds nothing: after a
    `kill -9` of it the children end, and the next start goes on where they were.
    """
    with listen(settings.host, settings.port) as socket:
        environment = {**os.environ, SOCKET: str(socket.fileno())}
        one_blas_thread(environment)
        failed = prepare(environment)
        if failed:
            return failed
        web = Command("web", (sys.executable, "-m", "service.processes.web"), (socket.fileno(),))
        commands = [web, *worker_commands(settings)]
        path = "/readyz" if settings.workers else "/healthz"
        threading.Thread(target=announce, args=(url_of(socket), path), daemon=True).start()
        return Supervisor(commands, environment).run()


def prepare(environment: dict[str, str]) -> int:
    """Migrate and calibrate in a process of its own, which leaves no memory behind; its exit code."""
    return subprocess.run([sys.executable, "-m", "service.processes.migrate"], env=environment, check=False).returncode


def announce(url: str, path: str) -> None:
    """Print one line with the address as soon as `path` answers well; asks again and again until then."""
    while not _answers(url + path):
        time.sleep(0.5)
    sys.stdout.write(f"Actwise is ready on {url}\n")
    sys.stdout.flush()


def _answers(address: str) -> bool:
    """Waits patiently: the port is open from the start, and a request waits there until HTTP is up."""
    try:
        with urllib.request.urlopen(address, timeout=60.0) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
