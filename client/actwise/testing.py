"""A client for tests: it calls a WSGI application in this process, without a socket and without a server.

    from actwise.testing import wsgi_client

    client = wsgi_client(app)
    client.recommend(task="classification", layer_type="conv", depth=8, compute_budget="low")

The application runs in the caller's thread, and what it raises reaches the caller.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from actwise.client import Client

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_HOST = "actwise.test"


def wsgi_client(app: WSGIApplication, api_key: str | None = None) -> Client:
    """A client whose requests go straight into `app` (PEP 3333)."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", WSGIAdapter(app))
    return Client(f"http://{_HOST}", api_key, session=session)


class WSGIAdapter(BaseAdapter):
    """Carries the requests of a `requests.Session` into a WSGI application; timeouts and proxies mean nothing here."""

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self._app = app

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The application's answer to one request."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []
        body = bytearray()

        def start_response(status: str, headers: list[tuple[str, str]], _failed: Any = None) -> Callable[[bytes], None]:
            begun[:] = [(status, headers)]
            return body.extend

        given = self._app(environ(request), start_response)
        try:
            for part in given:
                body += part
        finally:
            if hasattr(given, "close"):
                given.close()
        return _response(request, *begun[0], bytes(body))

    def close(self) -> None:
        """There is nothing to close."""


def environ(request: requests.PreparedRequest) -> dict[str, Any]:
    """The WSGI environment of a request."""
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b"".join(body)
    parts = urlsplit(request.url or "")
    found: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        found[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = text
    return found


def _response(
    request: requests.PreparedRequest, status: str, headers: list[tuple[str, str]], body: bytes
) -> requests.Response:
    code, _, reason = status.partition(" ")
    raw = HTTPResponse(
        BytesIO(body), HTTPHeaderDict(headers), int(code), reason=reason, preload_content=False, decode_content=False
    )
    return HTTPAdapter().build_response(request, raw)
