"""Documents that do not change while the process lives, encoded once and answered with an ETag."""

from __future__ import annotations

import hashlib

from flask import Response, request
from pydantic import BaseModel


def document(body: bytes, content_type: str = "application/json") -> Response:
    """A 200 with these bytes, or a 304 without any when the caller has them already."""
    response = Response(body, content_type=content_type)
    response.headers["ETag"] = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]


def encoded(model: BaseModel) -> bytes:
    """The model as JSON in UTF-8."""
    return model.model_dump_json().encode()
