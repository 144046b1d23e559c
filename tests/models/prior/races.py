"""Invented histories, for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, situations_of
from models.prior.past import Outcome, PastRace

NAMES = ("relu", "leaky_relu", "gelu", "silu", "tanh", "softsign", "sine", "elu")


def situation(depth: int = 3, **fields: Any) -> Situation:
    """A dense network, its block without a name."""
    plain = {"task": "regression", "layer_type": "dense", "compute_budget": "low", "width": 32, "rows": 1_000}
    described = TaskDescription.model_validate(plain | {"depth": depth, "normalization": "none"} | fields)
    return situations_of(described)[0].changed(block="")


def race(number: int, points: dict[str, float], noise: float = 0.5, data: str | None = None, **fields: Any) -> PastRace:
    """One race; each on a data set of its own, unless `data` names one."""
    outcomes = {name: Outcome(value, noise) for name, value in points.items()}
    where = situation(**fields)
    return PastRace(f"rec_{number}/hidden-0", where, data or f"own {number}", "neg_rmse", 1_000, "0", outcomes)


def history(count: int, effect: Callable[[str, int], float], noise: float = 0.5, seed: int = 0) -> list[PastRace]:
    """Races in networks of several depths, where a candidate is worth `effect(name, depth)` and a draw of noise."""
    draw, races = np.random.default_rng(seed), []
    for number in range(count):
        depth = int(draw.choice([1, 2, 4, 8]))
        points = {name: effect(name, depth) + noise * draw.standard_normal() for name in NAMES}
        best = max(points.values())
        races.append(race(number, {name: value - best for name, value in points.items()}, noise, depth=depth))
    return races


def deep_favours_tanh(name: str, depth: int) -> float:
    """A law to be found: tanh and softsign gain three points a doubling of depth."""
    return 3.0 * float(np.log2(depth)) if name in ("tanh", "softsign") else 0.0


def nothing_to_find(_name: str, _depth: int) -> float:
    """No law."""
    return 0.0
