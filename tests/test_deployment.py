"""The files around the code: compose, image, locks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from actwise.cli.main import app
from service.settings import SETTINGS

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_the_compose_file_is_valid_by_the_compose_specification() -> None:
    tool = Path(sys.executable).parent / "check-jsonschema"
    command = [str(tool), "--builtin-schema", "vendor.compose-spec", str(ROOT / "docker-compose.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_command_of_the_compose_file_is_one_of_the_command_line() -> None:
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    used = [service["command"] for service in COMPOSE["services"].values() if "command" in service]
    assert used
    assert all(name == "actwise" and command in commands for name, command in used)


def test_nothing_starts_before_the_database_is_healthy_and_migrated() -> None:
    services = COMPOSE["services"]
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_every_variable_that_image_and_compose_file_set_is_a_setting() -> None:
    known = {setting.environment for setting in SETTINGS}
    text = (ROOT / "Dockerfile").read_text() + (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"ACTWISE_[A-Z_]+", text)) <= known


def test_the_image_runs_as_an_ordinary_user() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER actwise" in lines[max(place for place, line in enumerate(lines) if line.startswith("FROM")) :]


LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-frameworks.lock", "requirements-torch.lock"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_pins_every_package_by_hash_and_names_no_host_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text()
    pinned = re.findall(r"^[a-z0-9].*$", text, re.MULTILINE)
    assert pinned
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert not re.search(r"://|file:|^-e|^/", text, re.MULTILINE)


def test_every_direct_dependency_is_in_the_lock() -> None:
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = (ROOT / "requirements-dev.lock").read_text()
    for requirement in (*wanted["dependencies"], *wanted["optional-dependencies"]["dev"]):
        name = re.split(r"[\[<>=~ ;]", requirement)[0].lower()
        assert name == "actwise" or re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), name


def test_every_framework_is_in_the_lock_of_frameworks_and_no_build_for_graphics_cards() -> None:
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["frameworks"]
    locked = (ROOT / "requirements-frameworks.lock").read_text()
    for requirement in wanted:
        name = re.split(r"[\[<>=~ ;]", requirement)[0]
        assert re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), name
    assert not re.search(r"^(nvidia|cuda|triton)", locked, re.MULTILINE)
    assert re.search(r"^torch==[0-9.]+\+cpu ", (ROOT / "requirements-torch.lock").read_text(), re.MULTILINE)
