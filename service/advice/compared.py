"""What measured comparisons of similar networks say, as evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from actwise.contract.evidence import Citation, Evidence
from actwise.contract.situation import Situation
from rules.bibliography import Source
from rules.comparisons.learned import Learned, learned
from rules.comparisons.store import Comparison, comparisons
from service.advice.assembly import effect

MOST_NAMED = 2
"""Tables cited for one candidate: those that count most."""

_NEGLIGIBLE = 0.25
"""Points up to which nothing is said."""


class Compared:
    """The comparisons, for one list of candidates."""

    def __init__(self, candidates: Sequence[str], sources: Mapping[str, Source]) -> None:
        self.learned: Learned = learned(candidates)
        self._candidates, self._sources = tuple(candidates), sources
        known = {one.id: one for one in comparisons()}
        tables = [known[name] for name in self.learned.fitted.tables]
        self._own = [one.own for one in tables]
        self._citations = [self._citation(one) for one in tables]

    def evidence(self, situation: Situation, columns: Sequence[int]) -> dict[str, Evidence]:
        """Evidence about the candidates in `columns`, against the mean of these; nothing where it is negligible."""
        shares = self.learned.shares(situation)[:, columns]
        shares = shares - shares.mean(axis=1, keepdims=True)
        totals = shares.sum(axis=0)
        nearest = np.argsort(-np.sign(totals) * shares, axis=0, kind="stable")[:MOST_NAMED].T.tolist()
        found = {}
        for place, column in enumerate(columns):
            total = float(totals[place])
            if abs(total) >= _NEGLIGIBLE:
                found[self._candidates[column]] = self._told(total, nearest[place])
        return found

    def _told(self, points: float, tables: Sequence[int]) -> Evidence:
        own = all(self._own[row] for row in tables)
        size = f"{abs(points):.1f} points {'above' if points > 0 else 'below'}"
        return Evidence(
            kind="measured" if own else "documented",
            source="comparisons",
            cause="reported_quality",
            claim=f"In measured comparisons, weighed by how similar their networks are, it lies {size} the others.",
            direction="for" if points > 0 else "against",
            effect=effect(points, self.learned.fitted.task_sd),
            citations=tuple(self._citations[row] for row in tables),
            scope=f"{len(self._own)} tables; those that count most are cited",
        )

    def _citation(self, one: Comparison) -> Citation:
        source = self._sources.get(one.source)
        if source is None:
            data = one.source.removeprefix("own-")
            return Citation(source=one.id, title=f"Our exhaustive run on {data}", where=one.where)
        return Citation(source=one.source, title=source.title, year=source.year, where=one.where, url=source.url)
