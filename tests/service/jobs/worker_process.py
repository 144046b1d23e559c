"""A worker with the fake probe, to be killed: python worker_process.py URL DIARY."""

from __future__ import annotations

import sys
from pathlib import Path

from service.jobs.worker import run_worker
from tests.service.jobs.fake import FakeProbing

if __name__ == "__main__":
    run_worker(sys.argv[1], lambda: FakeProbing(Path(sys.argv[2])))
