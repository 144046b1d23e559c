"""What the answers expect of a network without anything learned from past probes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from actwise.contract.situation import Situation
from models.theory import CANDIDATES, effects, strangeness
from rules import RuleSet
from rules.comparisons.learned import learned
from service.advice.panel import Panel, Theory
from service.advice.posterior import Belief, Floats
from service.advice.ranked import levels


def expected(rules: RuleSet, situations: Sequence[Situation]) -> Belief:
    """Beliefs [situations, hidden candidates] from rules, theory and comparisons."""
    names = rules.candidates("hidden")
    panel = Panel(rules, "hidden", levels(names), learned=learned(names))
    patterns = panel.pool.patterns(rules.fired(situations))
    everyone = np.ones(len(names), dtype=np.bool_)
    return panel.judge(situations, patterns, everyone, _theory(situations, names)).belief


def _theory(situations: Sequence[Situation], names: Sequence[str]) -> Theory:
    """What signal theory says; nothing about recurrent layers."""
    columns = [CANDIDATES.index(name) for name in names]
    rows = [_told(one)[:, columns] for one in situations]
    mean, sd, strange = np.array(rows).swapaxes(0, 1)
    return Theory(mean, sd, strange)


def _told(one: Situation) -> Floats:
    if one.layer_type == "recurrent":
        return np.stack([np.full(len(CANDIDATES), value) for value in (0.0, np.inf, 0.0)])
    told = effects(one.depth, one.normalization, one.residual, one.optimizer)
    return np.stack([told.mean, told.sd, strangeness(one.depth, one.normalization, one.residual)])
