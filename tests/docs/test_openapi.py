"""The OpenAPI document in docs/ is the one that a service gives."""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "docs" / "openapi.json"


def test_the_published_document_is_the_served_one() -> None:
    renew = [sys.executable, "-m", "service.processes.openapi"]
    served = subprocess.run(renew, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    written = PUBLISHED.read_text()
    changes = "\n".join(difflib.unified_diff(written.splitlines(), served.splitlines(), "docs", "served", n=1))
    assert written == served, f"renew it: python -m service.processes.openapi > docs/openapi.json\n{changes[:2_000]}"
