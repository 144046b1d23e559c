"""Nothing is imported before it is asked for, and what is missing is told with the way to get it."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIBRARIES = (
    "torch",
    "keras",
    "jax",
    "sklearn",
    "transformers",
    "onnx",
    "optuna",
    "mlflow",
    "matplotlib",
    "numpy",
    "pandas",
)
INTEGRATIONS = {
    "torch": "torch",
    "keras": "keras",
    "sklearn": "sklearn",
    "huggingface": "transformers",
    "onnx": "onnx",
    "optuna": "optuna",
    "mlflow": "mlflow",
}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)


def test_the_client_and_the_folder_of_integrations_import_no_library() -> None:
    code = "import sys, actwise, actwise.client, actwise.cli.main, actwise.integrations; print(*sorted(sys.modules))"
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert [name for name in LIBRARIES if name in done.stdout.split()] == []


@pytest.mark.parametrize("name", INTEGRATIONS)
def test_a_missing_library_is_told_with_what_to_install(name: str) -> None:
    code = f"import sys; sys.modules[{INTEGRATIONS[name]!r}] = None; import actwise.integrations.{name}"
    done = run(code)
    assert done.returncode == 1
    assert f'pip install "actwise[{name}]"' in done.stderr.splitlines()[-1]
