"""Cursors of the list: opaque to the caller, a time and an id to us."""

from __future__ import annotations

import base64
import binascii
import re

_SHAPE = re.compile(r"([0-9]{1,17})/([A-Za-z0-9_.-]{1,64})")


def make_cursor(created_us: int, identifier: str) -> str:
    return base64.urlsafe_b64encode(f"{created_us}/{identifier}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[int, str]:
    """Time and id after which the page goes on. Raises ValueError for what `make_cursor` never made."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    found = _SHAPE.fullmatch(text)
    if found is None or make_cursor(int(found[1]), found[2]) != cursor:
        raise ValueError("this cursor is not one that a list has given")
    return int(found[1]), found[2]
