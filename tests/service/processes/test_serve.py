"""The whole service from one command: killed in every part, it comes to the same bytes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actwise.contract.request import TaskDescription
from service.jobs.actwise_probing import ActwiseProbing
from service.probing.data import load
from service.probing.inline import run_inline
from service.probing.plan import ProbePlan
from service.probing.run import ProbeRun
from service.processes.listening import listen
from tests.service.jobs.workers import ROOT, eventually

pytestmark = pytest.mark.slow

REQUEST = {
    "task": "classification",
    "layer_type": "dense",
    "depth": 2,
    "width": 16,
    "compute_budget": "low",
    "allow": ["relu", "tanh", "silu", "elu"],
    "probe": {"seconds": 1, "seeds": 3, "network_steps": 12_000, "data": {"name": "iris"}},
}


def _environment(home: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": f"{ROOT}:{ROOT / 'client'}",
        "ACTWISE_HOME": str(home),
        "ACTWISE_WORKERS": "2",
        "ACTWISE_WEB_WORKERS": "1",
        "PORT": "0",
        **more,
    }


class Service:
    """`actwise serve` in a home of its own."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.log = home / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "service.processes.serve"]
            environment = _environment(self._home / "data")
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.url = eventually(lambda: re.search(r"Actwise is ready on (\S+)", self.log.read_text()))[1]

    def children(self, module: str) -> list[int]:
        """Process numbers of the direct children that run a module."""
        assert self.process is not None
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        ).stdout
        return [int(line.split()[0]) for line in listed.splitlines() if module in line]

    def call(self, path: str, body: Any = None, method: str | None = None) -> tuple[int, bytes]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()

    def ended(self, identifier: str) -> bytes:
        def look() -> bytes | None:
            body = self.call(f"/v1/recommendations/{identifier}")[1]
            return body if json.loads(body)["status"] in ("complete", "failed", "cancelled") else None

        return eventually(look) or b""

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    service.start()
    yield service
    service.kill()


def _expected() -> bytes:
    probing = ActwiseProbing(None, 1)
    request = TaskDescription.model_validate(REQUEST)
    plan = ProbePlan.model_validate_json(probing.plan(request))
    assert plan.data is not None
    return probing.render(probing.recommend(request, run_inline(ProbeRun(plan), load(plan.data))))


def _is_running(service: Service, identifier: str) -> bool:
    return json.loads(service.call(f"/v1/recommendations/{identifier}")[1])["probe"]["network_steps_done"] > 0


def test_a_worker_and_the_web_process_are_killed_in_mid_probe(service: Service) -> None:
    status, body = service.call("/v1/recommendations", REQUEST)
    identifier = json.loads(body)["id"]
    assert status == 202
    eventually(lambda: _is_running(service, identifier))
    os.kill(service.children("service.processes.work")[0], signal.SIGKILL)
    os.kill(service.children("service.processes.web")[0], signal.SIGKILL)
    assert service.ended(identifier) == _expected()


def test_the_supervisor_is_killed_and_the_next_start_goes_on(service: Service) -> None:
    identifier = json.loads(service.call("/v1/recommendations", REQUEST)[1])["id"]
    service.kill()
    service.start()
    assert service.ended(identifier) == _expected()


def test_sigterm_ends_the_service_with_code_zero_and_no_process_is_left(service: Service) -> None:
    children = service.children("service.processes")
    assert len(children) == 3
    assert service.process is not None
    service.process.terminate()
    assert service.process.wait(60) == 0
    eventually(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def test_a_busy_port_is_one_line_and_exit_code_two(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as socket:
        environment = _environment(tmp_path, PORT=str(socket.getsockname()[1]))
        command = [sys.executable, "-m", "service.processes.serve"]
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert found.returncode == 2
    assert found.stderr.count("\n") == 1
    assert "is taken by another program" in found.stderr


def test_the_parts_run_apart_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    """The same commands as the containers: migrate first, then web and worker, which know only the database."""
    environment = _environment(tmp_path, ACTWISE_DATABASE_URL=postgresql_url, ACTWISE_WORKERS="1")
    module = [sys.executable, "-m"]
    subprocess.run([*module, "service.processes.migrate"], env=environment, check=True, timeout=120)
    service = Service(tmp_path)
    with service.log.open("wb") as log:
        parts = [subprocess.Popen([*module, "service.processes.web"], env=environment, stdout=log)]
    parts.append(subprocess.Popen([*module, "service.processes.worker"], env=environment))
    try:
        service.url = eventually(lambda: re.search(r"Actwise listens on (\S+)", service.log.read_text()))[1]
        identifier = json.loads(service.call("/v1/recommendations", REQUEST)[1])["id"]
        assert service.ended(identifier) == _expected()
        assert service.call("/readyz")[0] == 200
        for part in parts:
            part.terminate()
        assert [part.wait(60) for part in parts] == [0, 0]
    finally:
        for part in parts:
            part.kill()
            part.wait()


def test_generated_requests_find_no_failure_in_the_running_service(service: Service) -> None:
    config = Path(__file__).parent / "schemathesis.toml"
    command = [str(Path(sys.executable).parent / "schemathesis"), f"--config-file={config}", "run"]
    options = ["--max-examples=25", "--generation-deterministic", "--no-color"]
    done = subprocess.run(
        [*command, f"{service.url}/openapi.json", *options], capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout[-6_000:]
    assert service.call("/healthz")[0] == 200
