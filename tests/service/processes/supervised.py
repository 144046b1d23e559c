"""A supervisor over small children, to be killed: python supervised.py DIARY KIND...; a child notes its number."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from service.processes.environment import PARENT, end_with_parent
from service.processes.supervisor import Command, Supervisor


def child(diary: Path, kind: str) -> None:
    end_with_parent(int(os.environ[PARENT]))
    with diary.open("a") as file:
        file.write(f"{kind} {os.getpid()}\n")
    if kind == "steady":
        time.sleep(600)
    sys.exit(3)


if __name__ == "__main__":
    diary, kinds = Path(sys.argv[1]), sys.argv[2:]
    if kinds[0] == "--child":
        child(diary, kinds[1])
    commands = [Command(kind, (sys.executable, __file__, str(diary), "--child", kind)) for kind in kinds]
    sys.exit(Supervisor(commands, os.environ, grace=5.0).run())
