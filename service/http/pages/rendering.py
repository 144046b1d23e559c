"""Pages as HTTP answers: the policy that guards them, compressed where the caller reads that."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

from flask import Response, render_template, request

from service.http.documents import document
from service.http.pages.assets import accepts_gzip
from service.http.security import PAGE_POLICY

_HTML = "text/html; charset=utf-8"
_LEVEL = 4
_WORTH_PACKING = 1_000


def html(body: bytes, status: int = 200) -> Response:
    """A page, with the policy that keeps browsers from running or loading anything that is not ours."""
    packed = len(body) >= _WORTH_PACKING and accepts_gzip()
    sent = gzip.compress(body, _LEVEL, mtime=0) if packed else body
    response = document(sent, _HTML) if status == 200 else Response(sent, status, content_type=_HTML)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    # Forms must tell where they come from, and nothing else is told to anybody.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def rendered(template: str, status: int = 200, /, **values: Any) -> Response:
    """A template as a page."""
    return html(render_template(template, **values).encode(), status)


def by_htmx() -> bool:
    """Whether the page's own script asks, which wants a part and not a page."""
    return request.headers.get("HX-Request") == "true"


class Kept:
    """Pages that depend on nothing but their name: rendered once in each process."""

    def __init__(self) -> None:
        self._rendered: dict[str, bytes] = {}

    def __call__(self, name: str, render: Callable[[], bytes]) -> Response:
        """The page of this name, by `render` when it is asked for first."""
        if name not in self._rendered:
            self._rendered[name] = render()
        return html(self._rendered[name])
