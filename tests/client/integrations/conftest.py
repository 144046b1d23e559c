"""Real answers for the integrations, by the advisor itself, and a real MLflow server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from actwise.contract.answer import Recommendation
from actwise.contract.reading import read_request
from actwise.contract.request import TaskDescription
from service.advice.advisor import Advisor

# Small networks are compiled once and run once: optimising them would take most of the time of these tests.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true")

Advise = Callable[..., Recommendation]


@pytest.fixture(scope="session")
def advise() -> Advise:
    """The answer to a description, with fields of it replaced: advise(description, allow=["silu"])."""
    advisor = Advisor()

    def answer(description: TaskDescription | None = None, **fields: Any) -> Recommendation:
        told = description.model_dump(exclude_unset=True, mode="json") if description else {}
        return advisor.recommend(read_request({**told, **fields}))

    return answer


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of our own listens; it is ended with all that it started."""
    import mlflow

    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += [
        "--backend-store-uri",
        f"sqlite:///{folder}/runs.db",
        "--artifacts-destination",
        str(folder / "artifacts"),
    ]
    with (folder / "log").open("w") as log:
        env = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, cwd=folder, env=env)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, folder / "log")
            before = mlflow.get_tracking_uri()
            mlflow.set_tracking_uri(url)
            yield url
            mlflow.set_tracking_uri(before)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if requests.get(f"{url}/health", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise AssertionError(log.read_text())
