"""Forms that change something are taken from our own pages alone."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request, abort


def refuse_other_sites(request: Request) -> None:
    """Answer 403 unless the browser says that the form stands on a page of ours.

    Browsers send Sec-Fetch-Site to secure addresses and localhost, and Origin with every post; programs, which send
    neither, have /v1.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = site == "same-origin" if site else bool(origin) and urlsplit(str(origin)).netloc == request.host
    if not ours:
        abort(403, "this form was not sent from a page of this service; programs use /v1/recommendations")
