"""Idempotency keys: the header by which a caller says that a request is one that it has sent before."""

from __future__ import annotations

import re
from typing import Any

from flask import request

from actwise.contract.faults import Fault
from service.http.problems import ProblemError

_KEY = re.compile(r"[!-~]{1,255}")


def key_header(made: str) -> dict[str, dict[str, Any]]:
    """The header as OpenAPI describes it; `made` is what the key stands for."""
    return {
        "Idempotency-Key": {
            "description": f"The same key with an equal request gives the same {made}; with another request, 409.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        }
    }


def idempotency_key() -> str | None:
    """The key of the present request, if it has one. Raises ProblemError `invalid_header`."""
    key = request.headers.get("Idempotency-Key")
    if key is None or _KEY.fullmatch(key):
        return key
    message = "must be 1 to 255 visible ASCII characters"
    fault = Fault(pointer="/Idempotency-Key", code="invalid", message=message, sent=key[:100])
    raise ProblemError("invalid_header", faults=(fault,))
