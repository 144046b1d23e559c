"""A probe's progress on standard error: a bar, and a line for whatever leaves the race.

Nothing where standard error is no terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from actwise.contract.answer import ProbeReport, Race
from actwise.phrases import progress, rung


@contextmanager
def probe_display(wanted: bool = True) -> Iterator[Callable[[ProbeReport], None]]:
    """What to call with a probe's report whenever it is news."""
    if not wanted or not sys.stderr.isatty():
        yield lambda _report: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    told = Departures()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        line = shown.add_task("probe", total=1.0)

        def draw(report: ProbeReport) -> None:
            for sentence in told.news(report):
                shown.console.print(sentence, markup=False, highlight=False)
            shown.update(line, completed=report.progress, description=progress(report))

        yield draw


class Departures:
    """Who left which race, each told once."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def news(self, report: ProbeReport) -> Iterator[str]:
        """A sentence for every race that candidates left since the last report."""
        for race in report.races:
            gone = [one for one in race.entries if one.status != "in_group" and self._is_new(race, one.candidate)]
            names = ", ".join(
                f"{one.candidate} (diverged)" if one.status == "diverged" else one.candidate for one in gone
            )
            if gone:
                left = sum(one.status == "in_group" for one in race.entries)
                yield f"{race.subject}, rung {rung(race)} of {len(race.rungs)}: out {names}; {left} left"

    def _is_new(self, race: Race, candidate: str) -> bool:
        key = (race.subject, candidate)
        new = key not in self._told
        self._told.add(key)
        return new
