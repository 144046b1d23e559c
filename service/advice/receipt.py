"""Receipt and identity: an answer is a pure function of its request, so its id is a hash of what went in."""

from __future__ import annotations

import hashlib

import actwise
from actwise.contract.answer import Receipt
from actwise.contract.request import TaskDescription


def receipt(request: TaskDescription, rules_version: str, learned: str | None = None) -> Receipt:
    """What is needed to bring the same bytes back: sending `receipt.request` again does it."""
    data = request.probe.data.fingerprint if request.probe and request.probe.data else None
    return Receipt(request=request, version=actwise.__version__, rules=rules_version, learned=learned, data=data)


def recommendation_id(taken: Receipt) -> str:
    """ "rec_" and 20 hexadecimal digits of SHA-256 over the receipt's canonical JSON."""
    digest = hashlib.sha256(taken.model_dump_json(exclude_none=True).encode()).hexdigest()
    return f"rec_{digest[:20]}"
