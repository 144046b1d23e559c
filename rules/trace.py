"""Why a rule fired in a situation, or why not."""

from __future__ import annotations

from typing import Any

from actwise.contract.evidence import Answer
from actwise.contract.situation import Situation
from rules.compiled import CompiledRule
from rules.conditions import Condition


class RuleTrace(Answer):
    """One rule in one situation. `failing` holds every condition that does not hold, with the value found."""

    rule: str
    role: str
    fired: bool
    holds: tuple[str, ...]
    failing: tuple[str, ...]


def trace_of(one: CompiledRule, situation: Situation) -> RuleTrace:
    """Test every condition of a rule by itself."""
    holds, failing = [], []
    for field, condition in one.conditions.items():
        value = getattr(situation, field)
        if condition.holds(value):
            holds.append(condition.words(field))
        else:
            failing.append(_failure(field, condition, value))
    return RuleTrace(
        rule=one.rule.id, role=one.rule.role, fired=not failing, holds=tuple(holds), failing=tuple(failing)
    )


def _failure(field: str, condition: Condition, value: Any) -> str:
    found = "unknown" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    return f"{condition.words(field)} (here it is {found})"
