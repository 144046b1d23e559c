"""Errors for people: where a browser asked for a page, the problem document becomes one."""

from __future__ import annotations

from flask import Flask, Response, render_template, request

from actwise.contract.faults import Problem
from service.http.pages.rendering import html
from service.http.problems import MEDIA_TYPE


def register_error_pages(app: Flask) -> None:
    """Answer problems of anything but the API as pages to those who ask for HTML."""
    app.after_request(_as_page)


def _as_page(response: Response) -> Response:
    if response.mimetype != MEDIA_TYPE or not _wants_page():
        return response
    problem = Problem.model_validate_json(response.get_data())
    page = html(render_template("problem.html", problem=problem).encode(), response.status_code)
    for name in ("Retry-After", "Allow", "Location"):
        if name in response.headers:
            page.headers[name] = response.headers[name]
    return page


def _wants_page() -> bool:
    own = request.path.startswith(("/v1/", "/static/")) or request.path == "/openapi.json"
    return not own and "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
