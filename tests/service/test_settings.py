from __future__ import annotations

from pathlib import Path

import pytest

from service.settings import SETTINGS, SettingsError, read_settings


def test_an_empty_environment_gives_a_local_service_in_the_users_folder() -> None:
    settings = read_settings({"HOME": "/home/someone", "XDG_DATA_HOME": "/data"})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.max_body == 1_000_000
    assert settings.house_rules is None
    assert settings.workers >= 1


def test_the_database_lies_in_the_home_unless_told_otherwise(tmp_path: Path) -> None:
    settings = read_settings({"ACTWISE_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/actwise.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_is_taken(scheme: str) -> None:
    url = read_settings({"ACTWISE_DATABASE_URL": f"{scheme}://u:p@db/actwise"}).database_url
    assert url == "postgresql+psycopg://u:p@db/actwise"


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    environment = {
        "PORT": "eighty",
        "ACTWISE_WORKERS": "-1",
        "ACTWISE_DATABASE_URL": "mysql://db",
        "ACTWISE_HOUSE_RULES": str(tmp_path / "missing"),
        "ACTWISE_LOG_LEVEL": "loud",
        "ACTWISE_ACCESS_LOG": "yes",
        "ACTWISE_HOST": "a b",
        "ACTWISE_DATABSE_URL": "sqlite:///x",
    }
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    assert len(caught.value.faults) == len(environment)
    for name in environment:
        assert any(fault.startswith(name) for fault in caught.value.faults)


def test_a_misspelt_setting_names_the_right_one() -> None:
    with pytest.raises(SettingsError, match="did you mean ACTWISE_QUEUE_BOUND"):
        read_settings({"ACTWISE_QUEUEBOUND": "3"})
    with pytest.raises(SettingsError, match="did you mean PORT"):
        read_settings({"ACTWISE_PORT": "80"})


def test_variables_of_other_programs_are_left_alone() -> None:
    read_settings({"ACTWISE_URL": "http://elsewhere", "PATH": "/bin", "ACTWISE_IMAGE": "x"})


def test_a_password_in_a_faulty_address_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"ACTWISE_DATABASE_URL": "mysql://someone:hunter2@db/x"})
    assert "hunter2" not in str(caught.value)


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read_settings({"PORT": ""}).port == 8000


def test_every_setting_says_what_it_is() -> None:
    for setting in SETTINGS:
        assert setting.help
        assert setting.unit
        assert setting.default_help
    assert len({setting.environment for setting in SETTINGS}) == len(SETTINGS)


def test_every_setting_is_documented() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
    for setting in SETTINGS:
        assert f"| `{setting.environment}` | {setting.default_help} | {setting.unit} | {setting.help} |" in guide
