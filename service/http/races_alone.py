"""The operations on races alone, on a database: for trainers' tests, benchmarks and notebooks.

from actwise.testing import wsgi_client

client = wsgi_client(races_application("sqlite:///races.db"))
client.race(train, description, ...)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flask import Flask

from actwise.contract.answer import Recommendation
from actwise.contract.request import TaskDescription
from service.http.operations import register_operations
from service.http.problems import register_problems
from service.http.races import race_operations
from service.races.stored import StoredRaces

MAX_BODY = 1_000_000


def races_application(url: str) -> Flask:
    """A WSGI application; the database at `url` has to be migrated (`service.storage.migrate.migrate`)."""
    app = Flask("races")
    register_problems(app)
    register_operations(app, race_operations(StoredRaces(url, advise), MAX_BODY))
    return app


def advise(request: TaskDescription) -> Recommendation:
    """The recommendation for a description; what it takes is loaded when it is first asked for."""
    return _recommend()(request)


@cache
def _recommend() -> Callable[[TaskDescription], Recommendation]:
    from service.advice.advisor import Advisor

    return Advisor().recommend
