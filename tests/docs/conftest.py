"""Examples of the pages ask the service that tests of the client ask."""

from tests.client.conftest import app, server_url

__all__ = ["app", "server_url"]
