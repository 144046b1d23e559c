"""Learning anew from the history: what is fitted, how far it is trusted, and the file that holds it.

Nothing is learned by itself: an answer changes when somebody asks for it, by `actwise learn` or by shipping a new file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.prior.features import Floats
from models.prior.past import PastRace, fingerprint
from models.prior.process import GRID, Shape, fit
from models.prior.table import Table, table_of
from models.prior.validation import Held, chosen, held_out_process, score, trust
from rules import RuleSet
from service.learning.expected import expected

OWN_TRANSFER = 0.5
"""How much of what short trainings of small networks show is expected of a caller's network: as with our own tables
(`rules.comparisons.store.TRANSFER`)."""


def table_for(rules: RuleSet, races: Sequence[PastRace]) -> Table:
    """The races with what the rules expect of them, over all hidden candidates."""
    return table_of(races, rules.candidates("hidden"), expected(rules, [race.situation for race in races]).mean)


def learn(rules: RuleSet, races: Sequence[PastRace], grid: Sequence[Shape] = GRID) -> tuple[dict[str, Any], Held]:
    """The content of `models/prior/learned.json`, and the held-out predictions behind its skill.

    Every layer type has a weight of its own: with little history on real data, or without skill there, it is 0 and
    nothing will be said about such layers. Raises ValueError for an empty history.
    """
    if not races:
        raise ValueError("there is no history to learn from")
    names, table = rules.candidates("hidden"), table_for(rules, races)
    held = held_out_process(table, names, grid)
    found = fit(table, names, grid)
    judged = {kind: _judged(kind, races, table, held) for kind in sorted({one.situation.layer_type for one in races})}
    content = {
        "candidates": list(names),
        "general": found.shape.general,
        "length": found.shape.network,
        "voices": {kind: voice for kind, (voice, _) in judged.items()},
        "history": fingerprint(races),
        "skill": {kind: skill for kind, (_, skill) in judged.items()},
        "races": _rows(races, table.networks, _silent_about(names, table, found.weights)),
    }
    return content, held


def _judged(
    layer_type: str, races: Sequence[PastRace], table: Table, held: Held
) -> tuple[dict[str, Any], dict[str, Any]]:
    """How far one layer type may be spoken of, and what that rests on."""
    here = of_type(layer_type, races)
    trusted = trust(*chosen(table, held, here))
    voice = {
        "weight": round(OWN_TRANSFER * trusted.weight, 3),
        "near_sd": round(trusted.near_sd, 2),
        "far_sd": round(trusted.far_sd, 2),
        "tasks": sorted({race.situation.task for race in races if race.situation.layer_type == layer_type}),
        "races": int(here.sum()),
    }
    parts = {"real": here & table.real, "drawn": here & ~table.real}
    skill = {name: _skill(*chosen(table, held, part)) for name, part in parts.items() if part.any()}
    if "real" in skill:
        skill["real"] |= {name: round(value, 3) for name, value in trusted._asdict().items()}
    return voice, skill


def of_type(layer_type: str, races: Sequence[PastRace]) -> NDArray[np.bool_]:
    """[races] which of them are of a layer type."""
    return np.array([race.situation.layer_type == layer_type for race in races])


def _skill(table: Table, held: Held) -> dict[str, float]:
    """How races were foretold without their data set, beside `alone`: what rules, theory and comparisons say."""
    found, alone = score(table, held.points), score(table, np.zeros(len(table.race)))
    races = np.unique(table.race)
    counts = {"races": len(races), "data_sets": len(np.unique(table.groups[races]))}
    figures = found._asdict() | {f"{name}_alone": getattr(alone, name) for name in ("rmse", "tau", "regret")}
    return counts | {name: round(value, 3) for name, value in figures.items()}


def _silent_about(names: Sequence[str], table: Table, weights: Floats) -> Floats:
    """The weights about the mean of the candidates that ran; 0 for those that never did."""
    ran = [column in set(table.column.tolist()) for column in range(len(names))]
    centred = weights - weights[:, ran].mean(axis=1, keepdims=True)
    return np.where(ran, centred, 0.0)


def _rows(races: Sequence[PastRace], networks: Floats, weights: Floats) -> dict[str, dict[str, Any]]:
    return {
        race.id: {"network": network.round(3).tolist(), "weights": row.round(3).tolist()}
        for race, network, row in zip(races, networks, weights, strict=True)
    }


def write(path: Path, content: Mapping[str, Any]) -> None:
    """One line per race, so that a change can be read; the file is there whole or not at all."""
    head = json.dumps({name: value for name, value in content.items() if name != "races"}, indent=1)[:-2]
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in content["races"].items())
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_text(f'{head},\n "races": {{\n{lines}\n }}\n}}\n', encoding="utf-8")
    unfinished.replace(path)
