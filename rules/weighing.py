"""How much of a rule's claim counts besides its own size: whether tables say it already, and what was fitted to its
cause. What an experiment takes away is in `rules.verdicts`."""

from __future__ import annotations

from rules.comparisons import store as comparisons
from rules.comparisons.learned import fitted
from rules.format import Rule


def retells_a_table(rule: Rule) -> bool:
    """Whether the numbers behind a rule are held as comparisons, so that counting both would count them twice."""
    return rule.cause == "reported_quality" and any(one.key in comparisons.sources() for one in rule.sources)


def counts(rule: Rule, house: bool = False) -> bool:
    """Whether a claim moves quality by itself: practice and exclusions have no effect, and what a table says about
    hidden layers is counted from the table, unless an operator's own rule says it."""
    told = rule.role == "hidden" and retells_a_table(rule) and not house
    return rule.kind != "practice" and not rule.excludes and not told


def multiplier(rule: Rule, house: bool = False) -> float | None:
    """What a claim is multiplied by in ordinary hidden layers, fitted to all claims of its cause; None where nothing
    was fitted: other roles than hidden, causes that no table can judge, and an operator's own rules."""
    if house:
        return None
    return fitted().causes.get(rule.cause) if rule.role == "hidden" and counts(rule) else None
