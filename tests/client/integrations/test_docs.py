"""The examples of docs/integrations.md run, each with the library that stands behind the word python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from actwise.client import Client

PAGE = Path(__file__).parents[3] / "docs" / "integrations.md"
EXAMPLES = re.findall(r"^```python (\w+)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
LIBRARY = {"huggingface": "transformers"}


@pytest.mark.filterwarnings("ignore")  # the libraries warn of each other
@pytest.mark.parametrize(("word", "code"), EXAMPLES, ids=[word for word, _ in EXAMPLES])
def test_an_example_runs(
    word: str,
    code: str,
    server_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    pytest.importorskip(LIBRARY.get(word, word))
    monkeypatch.chdir(tmp_path)
    if word == "mlflow":
        request.getfixturevalue("mlflow_server")
    namespace: dict[str, Any] = {"__name__": "example", "client": Client(server_url)}
    exec(compile(code, str(PAGE), "exec"), namespace)


def test_every_integration_has_an_example() -> None:
    folder = PAGE.parents[1] / "client" / "actwise" / "integrations"
    every = set(re.findall(r"^actwise\.integrations\.(\w+)", (folder / "__init__.py").read_text(), re.MULTILINE))
    assert {word for word, _ in EXAMPLES} == every
