"""The house keeps its dependency rule: who may import whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"actwise", "rules", "models", "service", "benchmarks", "tests"}

ALLOWED = {
    "client/actwise/contract": {"actwise.contract"},
    "models": {"models", "actwise.contract"},
    "rules": {"rules", "actwise.contract", "models.activations", "models.heads", "models.experiments"},
    "service": {"service", "rules", "models", "actwise"},
}
FORBIDDEN_LIBRARIES = {
    "models": {"flask", "sqlalchemy", "dbos", "time", "datetime", "random"},
    "rules": {"flask", "sqlalchemy", "dbos", "time", "datetime", "random"},
    "service/advice": {"flask", "sqlalchemy", "dbos", "time", "datetime", "random"},
    "service/doctor": {"flask", "sqlalchemy", "dbos", "time", "datetime", "random"},
    "service/pages": {"flask", "sqlalchemy", "dbos", "jinja2", "random"},
}


def imports_of(folder: str) -> Iterator[tuple[str, str]]:
    """(file, imported module) for every import statement below a folder."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((str(path.relative_to(ROOT)), alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield str(path.relative_to(ROOT)), node.module


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_room_imports_only_the_rooms_it_may(folder: str) -> None:
    allowed = ALLOWED[folder]
    wrong = [
        (file, module)
        for file, module in imports_of(folder)
        if module.split(".")[0] in OURS
        and not any(module == name or module.startswith(f"{name}.") for name in allowed)
        and module != "actwise"
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", FORBIDDEN_LIBRARIES)
def test_the_pure_rooms_know_no_web_no_database_no_clock(folder: str) -> None:
    libraries = FORBIDDEN_LIBRARIES[folder]
    assert [(file, module) for file, module in imports_of(folder) if module.split(".")[0] in libraries] == []


def test_every_imported_module_of_ours_exists() -> None:
    # It would only be found when it is needed.
    for folder in ("client/actwise", "rules", "models", "service"):
        for file, module in imports_of(folder):
            head = module.split(".")[0]
            if head in OURS:
                base = ROOT / "client" if head == "actwise" else ROOT
                path = base / module.replace(".", "/")
                assert path.with_suffix(".py").exists() or path.is_dir(), f"{file} imports {module}"
