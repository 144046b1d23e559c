"""`actwise web`: HTTP alone, by gunicorn. It holds no job: every process of it may die at any moment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from service.processes.beginning import entry
from service.processes.environment import PARENT, end_with_parent, one_blas_thread
from service.processes.listening import listen, url_of
from service.settings import Settings

SOCKET = "ACTWISE_SOCKET"
"""Environment variable with the number of a listening socket that the parent hands down."""


@entry
def main(settings: Settings) -> int:
    """Serve HTTP until SIGTERM; requests under way are finished first."""
    one_blas_thread()
    from service.processes.application import application

    return serve_http(settings, lambda: application(settings))


def serve_http(settings: Settings, make_application: Callable[[], Any]) -> int:
    """Run gunicorn in this process, on the parent's socket or on one of its own. Raises PortError."""
    handed_down = os.environ.get(SOCKET)
    if handed_down:
        end_with_parent(int(os.environ[PARENT]))
        descriptor = int(handed_down)
    else:
        socket = listen(settings.host, settings.port)
        sys.stdout.write(f"Actwise listens on {url_of(socket)}\n")
        sys.stdout.flush()
        descriptor = socket.detach()
    _Gunicorn(_options(settings, descriptor), make_application).run()
    return 0


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by our settings instead of a command line of its own."""

    def __init__(self, options: dict[str, Any], make_application: Callable[[], Any]) -> None:
        self._options = options
        self._make = make_application
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make()


def _options(settings: Settings, descriptor: int) -> dict[str, Any]:
    memory = Path("/dev/shm")  # the heartbeat file of a process must not wait for a disk
    return {
        "bind": f"fd://{descriptor}",
        "workers": settings.web_workers,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "limit_request_line": 8190,  # a permalink may be long
        # The rules are read once and shared by all processes; connections are made by each for itself.
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": 10,
        "keepalive": 60,
        "errorlog": "-",
        "loglevel": "warning" if settings.log_level == "info" else settings.log_level,
        "accesslog": "-" if settings.access_log else None,
        # Nothing that tells who asked for what: method, path without its query, status, bytes, milliseconds.
        "access_log_format": "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms",
        "proc_name": "actwise-web",
        "worker_tmp_dir": str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None,
        "control_socket_disable": True,
    }


if __name__ == "__main__":
    sys.exit(main())
