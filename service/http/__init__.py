"""The HTTP side: a Flask application around the ports of `service.ports`."""

from __future__ import annotations

from service.http.app import create_app
from service.http.reference import Reference
from service.http.services import Services

__all__ = ["Reference", "Services", "create_app"]
