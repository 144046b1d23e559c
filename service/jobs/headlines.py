"""The first sentence of a stored answer, read from its first bytes alone: lists show it, and answers are long."""

from __future__ import annotations

import json

_FIELD = '"summary":'


def headline(head: bytes) -> str | None:
    """The first sentence of the summary in the beginning of an answer's JSON; None when it lies further on.

    Inside of JSON strings quotes are escaped, so nothing that a caller wrote can look like the field.
    """
    text = head.decode("utf-8", errors="ignore")
    place = text.find(_FIELD)
    if place < 0:
        return None
    start = text.find('"', place + len(_FIELD))
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start) if start >= 0 else (None, 0)
    except json.JSONDecodeError:
        return None
    return found if isinstance(found, str) else None
