"""How rules about hidden layers fare against what is held as data: published networks, and tables of comparisons.

Neither is a fair test of a rule. Networks show habit, and many rules were written from the very tables; a rule that
stands against both is worth a second look all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

import numpy as np

from actwise.contract.evidence import Answer
from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, situations_of
from rules import RuleSet
from rules.comparisons.store import Comparison, comparisons
from rules.compiled import CompiledRule
from rules.precedents.store import Precedent, precedents


class RuleScore(Answer):
    """One rule: of the `networks` for which it holds, how many use what it is for (`favoured`) and what it is against
    (`opposed`); of the `tables` for which it holds and that compare what it compares, in how many it is right by the
    mean (`agreeing`)."""

    networks: int
    favoured: int
    opposed: int
    tables: int
    agreeing: int


def scoreboard(rules: RuleSet) -> Mapping[str, RuleScore]:
    """The score of every rule of the role hidden, by its id."""
    networks, tables = precedents(), comparisons()
    in_networks = rules.fired([_situation(one) for one in networks])
    in_tables = rules.fired([one.situation for one in tables])
    return {
        one.rule.id: _score(
            one,
            [networks[place] for place in np.flatnonzero(in_networks[:, row])],
            [tables[place] for place in np.flatnonzero(in_tables[:, row])],
        )
        for row, one in enumerate(rules.compiled)
        if one.rule.role == "hidden"
    }


def _score(one: CompiledRule, networks: list[Precedent], tables: list[Comparison]) -> RuleScore:
    chosen = [network.hidden_activation for network in networks if network.hidden_activation]
    leads = [lead for table in tables if (lead := _lead(one, table)) is not None]
    return RuleScore(
        networks=len(chosen),
        favoured=sum(name in one.favours for name in chosen),
        opposed=sum(name in one.against for name in chosen),
        tables=len(leads),
        agreeing=sum(lead > 0 for lead in leads),
    )


def _lead(one: CompiledRule, table: Comparison) -> float | None:
    """Points by which what the rule is for leads what it is against, or the rest; None where a side is missing."""
    points = table.points()
    rest = tuple(name for name in points if name not in one.favours + one.against)
    these, those = (
        [points[name] for name in side if name in points] for side in (one.favours or rest, one.against or rest)
    )
    return fmean(these) - fmean(those) if these and those else None


def _situation(one: Precedent) -> Situation:
    described = {
        field: getattr(one, field)
        for field in ("task", "layer_type", "depth", "compute_budget", "normalization", "residual", "modality")
    }
    target = {"target": {"low": 0, "high": 1}} if one.task == "bounded_regression" else {}
    further = {"domain": one.domain or None, "gated_ffn": one.gated_ffn}
    return situations_of(TaskDescription.model_validate(described | further | target))[0]
