"""Fits what is learned from the starting history, and writes `models/prior/learned.json`.

    python -m benchmarks.fitting.prior [--check] [--rivals]

`--check` fits anew and says whether the shipped file is what comes out (within 0.05 points), without writing it.
`--rivals` prints how every model that was tried does on data sets that were left out, and what they are to beat.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.prior.past import distinct, starting_history
from models.prior.prior import FILE
from models.prior.rivals import MODELS
from models.prior.validation import Held, Score, held_out, score
from rules import RuleSet
from service.learning.refit import learn, table_for, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and write, or compare with what is shipped: 1 when that differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the shipped file instead of writing it")
    parser.add_argument("--rivals", action="store_true", help="judge every other model too")
    options = parser.parse_args(arguments)
    rules, races = RuleSet.load(), distinct(starting_history())
    content, held = learn(rules, races)
    print(json.dumps(content["skill"], indent=1))
    if options.rivals:
        _print_rivals(rules, held)
    if options.check:
        far = _distance(content, json.loads(FILE.read_text("utf-8")))
        print(f"largest difference of a weight: {far:.3f} points")
        return int(far > 0.05)
    write(FILE, content)
    return 0


def _print_rivals(rules: RuleSet, held: Held) -> None:
    table, names = table_for(rules, distinct(starting_history())), rules.candidates("hidden")
    for name, model in MODELS.items():
        _print(name, score(table, held_out(table, model, names)))
    _print("Gaussian process (shipped)", score(table, held.points))


def _print(name: str, found: Score) -> None:
    print(
        f"{name:38} skill {found.skill:6.3f}  rmse {found.rmse:5.2f}  tau {found.tau:6.3f}  regret {found.regret:5.2f}"
    )


def _distance(first: dict[str, Any], second: dict[str, Any]) -> float:
    if list(first["races"]) != list(second["races"]) or first["candidates"] != second["candidates"]:
        return float("inf")
    left, right = (np.array([one["weights"] for one in content["races"].values()]) for content in (first, second))
    return float(np.abs(left - right).max())


if __name__ == "__main__":
    raise SystemExit(main())
