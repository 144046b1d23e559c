"""Runs every benchmark, one after another, each in a process of its own: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Print every table; the number of benchmarks that missed their goal or failed."""
    missed = 0
    for module in _modules():
        print(f"\n== {module}", flush=True)
        missed += subprocess.run([sys.executable, "-m", module], check=False).returncode != 0
    return missed


def _modules() -> list[str]:
    """Those that print a table, of this folder and of the layers' one."""
    here = Path(__file__).parent
    files = sorted([*here.glob("[a-z]*.py"), *here.glob("layers/[a-z]*.py")])
    runs = [path for path in files if "__main__" in path.read_text()]
    return [".".join(path.relative_to(here.parent).with_suffix("").parts) for path in runs]


if __name__ == "__main__":
    sys.exit(main())
