"""All pages that answer, show and compare, put together."""

from __future__ import annotations

from flask import Flask

from service.http.pages.advisor import register_advisor
from service.http.pages.errors import register_error_pages
from service.http.pages.recommendations import register_recommendation_pages
from service.http.pages.signal import register_signal
from service.http.services import Services


def register_people_pages(app: Flask, services: Services) -> None:
    """Add the pages; those with a form only where descriptions can be answered without being kept."""
    register_error_pages(app)
    if services.advise is not None:
        register_advisor(app, services, services.advise)
        register_signal(app, services.advise)
        register_recommendation_pages(app, services)
