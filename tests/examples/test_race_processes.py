"""The example with several processes runs as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from actwise.client import Client
from service.http.races_alone import races_application
from tests.service.storage.databases import _sqlite_template

__all__ = ["_sqlite_template"]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(_sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    shutil.copyfile(_sqlite_template, tmp_path / "actwise.db")
    server = make_server("127.0.0.1", 0, races_application(f"sqlite:///{tmp_path / 'actwise.db'}"), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.slow
def test_two_processes_run_a_race_to_its_end(url: str) -> None:
    program = [sys.executable, str(ROOT / "examples" / "race_processes.py"), "--url", url, "--epochs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "client"), "OPENBLAS_NUM_THREADS": "1"}
    printed = subprocess.run(program, env=environment, check=True, capture_output=True, text=True, timeout=120).stdout
    state = Client(url).races.get(re.findall(r"race_\w+", printed)[0])
    assert state.status in ("decided", "undecided")
    assert state.failures == 0
    assert state.summary[0] in printed
