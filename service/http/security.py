"""Headers that make a browser distrust everything that we did not send ourselves."""

from __future__ import annotations

from flask import Flask, Response

_DATA = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def register_security(app: Flask) -> None:
    """Put the headers on every response; a page may bring a policy of its own."""
    app.after_request(_harden)


def _harden(response: Response) -> Response:
    for name, value in _DATA.items():
        response.headers.setdefault(name, value)
    return response
