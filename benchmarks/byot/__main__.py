"""`python -m benchmarks.byot [KILLS] [DATABASE_URL]`: what callers' races survive, and what they agree with.

Trainers and the server are killed KILLS (20) times, on SQLite, or on the migrated database of that address. Where
PyTorch is installed, its example is then raced beside our own probe of the same network.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.byot.agreement import NETWORK_STEPS, agreement, lines
from benchmarks.byot.killing import disturbed, undisturbed
from service.storage.migrate import migrate


def main(kills: int = 20, url: str | None = None) -> None:
    with TemporaryDirectory() as folder:
        url = url or f"sqlite:///{folder}/actwise.db"
        migrate(url)
        show_killing(url, Path(folder), kills)
    if importlib.util.find_spec("torch") is None:
        print("PyTorch is not installed: its example was not raced beside our probe")
    else:
        show_agreement()


def show_killing(url: str, folder: Path, kills: int) -> None:
    """Print what killing came to."""
    alone, race, seed = undisturbed(url), 0, 0
    while race < kills:
        (folder / str(seed)).mkdir()
        found = disturbed(url, folder / str(seed), kills - race, seed, seconds=1.0)
        race, seed = race + found.trainers_killed + found.servers_killed, seed + 1
        same = found.state.standing == alone.standing and found.state.status == alone.status
        print(
            f"{found.trainers_killed} trainers and {found.servers_killed} servers killed in {found.seconds:.0f} s: "
            f"{found.taken} results taken, {len(found.lost)} lost; {found.state.results} in the race, "
            f"{alone.results} undisturbed; the same decision: {'yes' if same else 'NO'}"
        )


def show_agreement() -> None:
    """Print both races side by side."""
    ours, theirs = agreement()
    print(f"digits, {theirs.standing.rungs[-1]} steps at full length, {NETWORK_STEPS} network-steps in all")
    print(*lines(ours, theirs.standing), sep="\n")
    group = [entry.candidate for entry in ours.entries if entry.status == "in_group"]
    print(f"tie group of the probe: {', '.join(group)}; of PyTorch's race: {', '.join(theirs.tie_group)}")
    print(*theirs.summary, sep="\n")


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, str), sys.argv[1:], strict=False)))
