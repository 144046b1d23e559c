"""Fits what is learned from the starting history, and writes `models/prior/learned.json`.

    python -m benchmarks.fitting.prior [--check] [--rivals]

`--check` fits anew and says whether the shipped file is what comes out (within 0.05 points), without writing it.
`--rivals` prints how every model that was tried does on data sets that were left out, and what they are to beat.
Fitting takes some minutes on a core: every shape of the covariance is tried in every fold.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.prior.features import Floats
from models.prior.past import PastRace, distinct, starting_history
from models.prior.prior import FILE
from models.prior.rivals import MODELS
from models.prior.table import Table
from models.prior.validation import Held, Score, chosen, held_out, score
from rules import RuleSet
from service.learning.refit import learn, of_type, table_for, write


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
        _print_rivals(rules, races, held)
    if options.check:
        far = _distance(content, json.loads(FILE.read_text("utf-8")))
        print(f"largest difference of a weight: {far:.3f}")
        return int(far > 0.05)
    write(FILE, content)
    return 0


def _print_rivals(rules: RuleSet, races: Sequence[PastRace], shipped: Held) -> None:
    table, names = table_for(rules, races), rules.candidates("hidden")
    foretold = {name: _held(held_out(table, model, names)) for name, model in MODELS.items()}
    for layer_type in sorted({race.situation.layer_type for race in races}):
        for data, part in {"real": table.real, "drawn": ~table.real}.items():
            which = of_type(layer_type, races) & part
            if which.any():
                print(f"\n{layer_type}, {which.sum()} races on {data} data")
                for name, held in {**foretold, "Gaussian process (shipped)": shipped}.items():
                    _print(name, score(*_scored(table, held, which)))


def _held(points: Floats) -> Held:
    return Held(points, np.zeros(len(points)))


def _scored(table: Table, held: Held, which: NDArray[np.bool_]) -> tuple[Table, Floats]:
    part, found = chosen(table, held, which)
    return part, found.points


def _print(name: str, found: Score) -> None:
    quality = f"tau {found.tau:6.3f}  regret {found.regret:5.2f}"
    print(f"  {name:38} skill {found.skill:6.3f}  rmse {found.rmse:5.2f}  {quality}")


def _distance(first: dict[str, Any], second: dict[str, Any]) -> float:
    if list(first["races"]) != list(second["races"]) or first["candidates"] != second["candidates"]:
        return float("inf")
    if list(first["voices"]) != list(second["voices"]):
        return float("inf")
    return float(np.abs(_numbers(first) - _numbers(second)).max())


def _numbers(content: dict[str, Any]) -> Floats:
    weights = [number for one in content["races"].values() for number in one["weights"]]
    return np.array([*weights, *(voice["weight"] for voice in content["voices"].values())])


if __name__ == "__main__":
    raise SystemExit(main())
