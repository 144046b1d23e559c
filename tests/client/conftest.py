"""A real server on a loopback port, kept in memory, for tests of the client and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from service.advice.advisor import Advisor, recommendation_json
from service.http.app import create_app
from service.http.loading import load_reference
from service.http.memory import MemoryRecommendations
from service.http.services import Services


@pytest.fixture(scope="session")
def app() -> Flask:
    """The application, kept in memory; answers that one test asks for are there for the next."""
    advisor = Advisor()
    kept = MemoryRecommendations(advisor, recommendation_json)
    return create_app(Services(kept, load_reference(advisor.rules)))


@pytest.fixture(scope="session")
def server_url(app: Flask) -> Iterator[str]:
    """Where the server listens; it ends with the session."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
