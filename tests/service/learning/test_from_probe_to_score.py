"""From a real, tiny probe behind the jobs' door to the rows, the scoreboard, and the pages of the rules it tested."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from actwise.contract.request import TaskDescription
from models.prior.past import PastRace, distinct, starting_history
from rules import RuleSet
from service.advice.advisor import Advisor
from service.http import create_app
from service.http.loading import load_reference
from service.http.memory import MemoryRecommendations
from service.http.services import Services
from service.jobs.actwise_probing import ActwiseProbing
from service.jobs.driving import drive
from service.jobs.probing import Task
from service.learning.board import Board
from service.learning.store import StoredHistory, remember
from service.storage.engine import make_engine

PROBING = ActwiseProbing(None, 1)
RULE = "saturating-dense-nets-trail-slightly"


class _Trained:
    def __init__(self, plan: str, batch: list[Task]) -> None:
        self._results = [PROBING.train(plan, task.payload, lambda: False) for task in batch]

    def get_result(self) -> list[str]:
        return self._results


def _past() -> tuple[PastRace, ...]:
    """What a finished probe of three functions on real data leaves."""
    fields = {"task": "classification", "layer_type": "dense", "depth": 2, "width": 8, "compute_budget": "low"}
    wanted = {"data": {"name": "iris"}, "network_steps": 3_000, "seeds": 2}
    request = TaskDescription.model_validate(fields | {"allow": ["relu", "sigmoid", "tanh"], "probe": wanted})
    plan = PROBING.plan(request)
    run = PROBING.open(plan)
    assert drive(run, lambda batch: _Trained(plan, batch), lambda _: "go", 10**9) == "finished"
    report = run.report()
    return tuple(PROBING.past(request, plan, report, PROBING.recommend(request, report).id))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the history of one probe."""
    found: Path = tmp_path_factory.mktemp("home") / "actwise.db"
    past = _past()
    assert len(past) == 1
    assert remember(f"sqlite:///{found}", past) == 1
    return f"sqlite:///{found}"


@pytest.fixture(scope="module")
def client(url: str) -> FlaskClient:
    rules = RuleSet.load()
    kept = MemoryRecommendations(Advisor(rules), lambda answer: answer.model_dump_json().encode())
    services = Services(kept, load_reference(rules))
    return create_app(replace(services, board=Board(rules, StoredHistory(url).races).current)).test_client()


def test_every_candidate_is_a_row_with_properties_effect_and_interval(url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("select * from history_rows")).all()
    engine.dispose()
    assert {row.candidate for row in rows} == {"relu", "sigmoid", "tanh"}
    assert all(row.low <= row.points <= row.high and "hermite_1" in row.properties for row in rows)


def test_the_probe_is_counted_on_the_scoreboard_and_on_each_rule_that_it_tested(client: FlaskClient) -> None:
    board = client.get("/v1/scoreboard").json
    assert board is not None
    assert (board["shipped"], board["here"]) == (len(distinct(starting_history())), 1)
    tested = {item["rule"]: item for item in board["items"] if item["here"]}
    assert RULE in tested
    for name, item in tested.items():
        assert client.get(f"/v1/rules/{name}").json["agreement"] == item  # type: ignore[index]
        assert item["low"] <= (item["share"] or item["low"]) <= item["high"]


def test_the_page_of_a_tested_rule_says_how_many_probes_were_of_this_installation(client: FlaskClient) -> None:
    text = " ".join(client.get(f"/docs/rules/{RULE}").text.split())
    assert "1 of them here" in text
    assert "90 % interval" in text
