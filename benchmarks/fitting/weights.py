"""Fits what the answers take from the comparisons, and writes `rules/comparisons/learned.json`.

    python -m benchmarks.fitting.weights [--check]

Fitted are one multiplier per group of causes, the similarity of networks and of activations, and the weight of every
table (see `benchmarks.fitting.regression`), on the published tables and our own exhaustive runs. `--check` fits anew
and says whether the shipped file is what comes out (within 0.05 points), without writing it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fitting.evidence import entries_of, features_of, fingerprint, left_out
from benchmarks.fitting.regression import GROUPS, Floats, Process, fit
from rules import RuleSet
from rules.comparisons.learned import FILE
from rules.comparisons.store import Comparison, comparisons

CHOSEN_AMONG = 8.0
"""Points behind the best beyond which a candidate is plainly out, and its exact effect of no interest."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and write, or compare with what is shipped: 1 when that differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the shipped file instead of writing it")
    options = parser.parse_args(arguments)
    content = fitted_content(RuleSet.load(), comparisons())
    if options.check:
        far = _distance(content, json.loads(FILE.read_text("utf-8")))
        print(f"largest difference of a weight: {far:.3f} points")
        return int(far > 0.05)
    _write(FILE, content)
    print(json.dumps({name: content[name] for name in ("rates", "general", "causes", "task_sd")}, indent=1))
    return 0


def fitted_content(rules: RuleSet, tables: Sequence[Comparison]) -> dict[str, Any]:
    """The content of `learned.json` for a rule set and some tables."""
    candidates = rules.candidates("hidden")
    features = features_of(rules, [one.situation for one in tables])
    entries = entries_of(tables, candidates, features)
    parameters = fit(entries, candidates)
    process = Process(parameters, entries, candidates)
    multipliers = dict(zip(GROUPS, process.expected.tolist(), strict=True))
    return {
        "candidates": list(candidates),
        "rates": {name: round(rate, 4) for name, rate in process.rates.items()},
        "general": round(process.general, 4),
        "causes": {cause: round(multipliers[group], 3) for group, causes in GROUPS.items() for cause in causes},
        "task_sd": round(error_left_out(rules, tables, parameters), 2),
        "fingerprint": fingerprint(tables, candidates),
        "tables": {
            one.id: {"key": list(key), "transfer": one.transfer, "weights": [round(weight, 3) for weight in row]}
            for one, key, row in zip(tables, entries.keys, process.weights.tolist(), strict=True)
        },
    }


def error_left_out(rules: RuleSet, tables: Sequence[Comparison], parameters: Floats) -> float:
    """Error in points on sources that were left out: of effects against the median of their table, over the entries
    among which one would choose (within CHOSEN_AMONG points of the best); root mean square in each table, median of
    all tables."""
    candidates, squares = rules.candidates("hidden"), []
    for table, expected in left_out(rules, tables, lambda _: parameters):
        points = {name: value for name, value in table.points().items() if name in candidates and value > -CHOSEN_AMONG}
        told = np.array([expected[candidates.index(name)] for name in points])
        error = told - np.array(list(points.values()))
        squares.append(float(np.square(error - np.median(error)).mean()))
    return float(np.sqrt(np.median(squares)))


def _write(path: Path, content: dict[str, Any]) -> None:
    """One line per table, so that a change can be read."""
    tables = content.pop("tables")
    head = json.dumps(content, indent=1)[:-2]
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in tables.items())
    path.write_text(f'{head},\n "tables": {{\n{lines}\n }}\n}}\n', encoding="utf-8")
    content["tables"] = tables


def _distance(first: dict[str, Any], second: dict[str, Any]) -> float:
    if list(first["tables"]) != list(second["tables"]) or first["candidates"] != second["candidates"]:
        return float("inf")
    left, right = (np.array([one["weights"] for one in content["tables"].values()]) for content in (first, second))
    return float(np.abs(left - right).max())


if __name__ == "__main__":
    raise SystemExit(main())
