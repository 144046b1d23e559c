"""Do the answers agree with what was measured? Published comparisons, and exhaustive runs of our own trainer.

    python -m benchmarks.papers [--quick]

Every table is a case: a description, and the order that was measured. For `prefer: quality` the ranking is by expected
quality. Each source is left out in turn: its tables, and every rule that cites it; the weights are fitted anew without
them (`--quick` keeps the hyperparameters fitted to all). Kendall's tau-b between expected and measured values, and the
regret of the first choice, in units of the spread from the worst to the best entry of the table, are printed beside
"always ReLU" and "always GELU", where the table holds them. The exit code is 1 when the mean regret is above 0.15 or
the mean tau below 0.5.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np
from scipy.stats import kendalltau

from benchmarks.fitting.evidence import entries_of, features_of, left_out
from benchmarks.fitting.regression import Entries, Floats, fit
from rules import RuleSet
from rules.comparisons.store import Comparison, comparisons

REGRET_GOAL, TAU_GOAL = 0.15, 0.5
FIXED = ("relu", "gelu")


class Case(NamedTuple):
    """How well one table was foreseen. `fixed` holds the regret of always taking one function, where it was tried."""

    table: Comparison
    entries: int
    tau: float
    regret: float
    first: str
    best: str
    fixed: dict[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """Leave every source out in turn, print all cases; 0 when both goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="keep the hyperparameters that were fitted to all tables")
    options = parser.parse_args(arguments)
    tables = comparisons()
    cases = sorted(_cases(RuleSet.load(), tables, options.quick), key=lambda case: tables.index(case.table))
    for case in cases:
        _print(case)
    print()
    good = [
        _summary("published", [case for case in cases if not case.table.own]),
        _summary("our own runs", [case for case in cases if case.table.own]),
        _summary("all", cases),
    ]
    return 0 if good[-1] else 1


def _cases(rules: RuleSet, tables: Sequence[Comparison], quick: bool) -> Iterator[Case]:
    candidates = rules.candidates("hidden")
    everything = entries_of(tables, candidates, features_of(rules, [one.situation for one in tables]))
    start = fit(everything, candidates)

    def parameters(entries: Entries) -> Floats:
        return start if quick else fit(entries, candidates, start, steps=12)

    for table, expected in left_out(rules, tables, parameters):
        yield _judged(table, candidates, expected)


def _judged(table: Comparison, candidates: Sequence[str], expected: Floats) -> Case:
    scores = {
        name: score
        for name, score in table.scores().items()
        if name in candidates and not (table.own and name == "identity")
    }
    told = {name: float(expected[candidates.index(name)]) for name in scores}
    first, best = (max(values, key=values.__getitem__) for values in (told, scores))
    spread = scores[best] - min(scores.values())
    tau = kendalltau([told[name] for name in scores], list(scores.values())).statistic
    return Case(
        table=table,
        entries=len(scores),
        tau=0.0 if np.isnan(tau) else float(tau),
        regret=(scores[best] - scores[first]) / spread,
        first=first,
        best=best,
        fixed={name: (scores[best] - scores[name]) / spread for name in FIXED if name in scores},
    )


def _print(case: Case) -> None:
    fixed = "".join(f"{case.fixed[name]:7.2f}" if name in case.fixed else "      -" for name in FIXED)
    words = f"{case.first}, best {case.best}"
    print(f"{case.table.id:42}{case.entries:3d}  tau {case.tau:5.2f}  regret {case.regret:4.2f} {fixed}   {words}")


def _summary(title: str, cases: Sequence[Case]) -> bool:
    tau, regret = fmean(case.tau for case in cases), fmean(case.regret for case in cases)
    both = [case for case in cases if all(name in case.fixed for name in FIXED)]
    fixed = ", ".join(
        f"always {name} {fmean(case.fixed[name] for case in both):.2f} (ours there {fmean(c.regret for c in both):.2f})"
        for name in FIXED
    )
    print(f"{title}: {len(cases)} tables, mean tau {tau:.3f}, mean regret {regret:.3f}; {fixed}")
    return tau >= TAU_GOAL and regret <= REGRET_GOAL


if __name__ == "__main__":
    raise SystemExit(main())
