"""What the command line reads from the database of a service on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from actwise.errors import ActwiseError
from service.advice.advisor import Advisor, recommendation_json
from service.local_history import LocalHistory
from service.settings import Settings, read_settings
from service.storage import rows
from service.storage.engine import make_engine
from service.storage.migrate import migrate


def request(**more: object) -> TaskDescription:
    return read_request({"task": "regression", "layer_type": "dense", "depth": 2, "compute_budget": "low"} | more)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"ACTWISE_HOME": str(tmp_path / "home")})


@pytest.fixture
def kept(settings: Settings) -> tuple[str, str]:
    """Ids of an answer, and of a later one whose probe is queued."""
    migrate(settings.database_url)
    engine, advisor, ids = make_engine(settings.database_url), Advisor(), []
    with engine.begin() as connection:
        for status, attempt, asked in (
            ("complete", 0, request(domain="wind")),
            ("queued", 1, request(domain="rain", probe={"seconds": 3})),
        ):
            answer = advisor.recommend(asked)
            text = asked.model_dump_json(exclude_defaults=True)
            rows.insert(connection, answer.id, text, status, recommendation_json(answer), attempt)
            ids.append(answer.id)
    engine.dispose()
    return ids[0], ids[1]


def test_nothing_is_kept_and_nothing_created_where_no_service_ever_ran(settings: Settings) -> None:
    assert list(LocalHistory(settings).history()) == []
    with pytest.raises(ActwiseError, match="nothing is kept under 'rec_x'"):
        LocalHistory(settings).find("rec_x")
    assert not settings.home.exists()


def test_entries_come_newest_first_with_status_and_progress(settings: Settings, kept: tuple[str, str]) -> None:
    found = list(LocalHistory(settings).history())
    assert {entry.id for entry in found} == set(kept)
    assert [entry.created for entry in found] == sorted((entry.created for entry in found), reverse=True)
    by_id = {entry.id: (entry.status, entry.progress) for entry in found}
    assert by_id == {kept[0]: ("complete", None), kept[1]: ("queued", 0.0)}


def test_words_and_fields_choose_among_them(settings: Settings, kept: tuple[str, str]) -> None:
    history = LocalHistory(settings)
    assert [entry.id for entry in history.history("wind", depth=2)] == [kept[0]]
    assert [entry.id for entry in history.history(status="queued")] == [kept[1]]


def test_an_answer_is_read_as_it_stands(settings: Settings, kept: tuple[str, str]) -> None:
    found = LocalHistory(settings).find(kept[1])
    assert found.status == "queued"
    assert found.probe is not None
    assert found.request.domain == "rain"


def test_pages_join_without_gap_or_repetition(
    settings: Settings, kept: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.local_history._PAGE", 1)
    assert {entry.id for entry in LocalHistory(settings).history()} == set(kept)
    assert len(list(LocalHistory(settings).history())) == 2


def test_a_file_that_is_no_database_of_ours_is_told(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "actwise.db").write_text("something else entirely, and long enough to be looked at" * 50)
    with pytest.raises(ActwiseError, match="the database cannot be used"):
        list(LocalHistory(settings).history())
