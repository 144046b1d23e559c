"""The port: taken once by the parent, so that no request is refused while HTTP processes come and go."""

from __future__ import annotations

import errno
import socket


class PortError(Exception):
    """The port cannot be had; the message is one line that says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises PortError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortError(f"cannot listen on {host}: {error.strerror}") from error
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(address)
        taken.listen(2_048)
    except OSError as error:
        taken.close()
        raise PortError(_explain(host, port, error)) from error
    return taken


def url_of(taken: socket.socket) -> str:
    """Where a person on this machine reaches the socket."""
    host, port = taken.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def _explain(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken by another program: stop it, or choose another with PORT={port + 1}"
    if error.errno == errno.EACCES:
        return f"port {port} may only be used by the administrator: choose one above 1023 with PORT=8000"
    return f"cannot listen on {host}:{port}: {error.strerror}"
