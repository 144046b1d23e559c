"""Whether a set of conditions can hold at all, and an example of a situation in which it does.

A field's conditions are tried on witnesses: every word of a closed list, or every number next to a
bound that is named. The set in which bounds hold is a union of intervals that end at those numbers,
so if no witness satisfies the conditions, nothing does. Fields that depend on each other (plain
follows normalisation and residual, the family follows the task, a cell needs a recurrent layer and a
gate its cell) are tried together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from actwise.contract.vocabulary import (
    CELLS,
    CLASSIFICATION_TASKS,
    GATES_OF_CELL,
    LAYER_TYPES,
    NORMALIZATIONS,
    REGRESSION_TASKS,
)
from rules.conditions import Condition
from rules.fields import FIELDS, Field

Conditions = Mapping[str, Condition]


def example(*together: Conditions) -> dict[str, Any] | None:
    """Values of the named fields under which all conditions hold; None when there are none."""
    asked = {field: [c[field] for c in together if field in c] for c in together for field in c}
    values: dict[str, Any] = {}
    for group in _GROUPS:
        found = _first_combination(group, asked)
        if found is None:
            return None
        values |= found
    for field, conditions in asked.items():
        if field in values:
            continue
        witness = next((w for w in _witnesses(FIELDS[field], conditions) if _all_hold(conditions, w)), None)
        if witness is None:
            return None
        values[field] = witness
    return values


def _all_hold(conditions: Sequence[Condition], value: Any) -> bool:
    return all(condition.holds(value) for condition in conditions)


def _first_combination(group: Sequence[dict[str, Any]], asked: Mapping[str, list[Condition]]) -> dict[str, Any] | None:
    """The first combination that satisfies what is asked of it; empty when nothing is asked."""
    if not asked.keys() & group[0].keys():
        return {}
    return next((row for row in group if all(_all_hold(asked.get(field, ()), row[field]) for field in row)), None)


def _witnesses(field: Field, conditions: Sequence[Condition]) -> Iterator[Any]:
    if field.kind == "flag":
        yield from (True, False)
    elif field.kind == "words":
        yield tuple(word for condition in conditions for word in condition.contains) or field.words
    elif field.kind == "text":
        yield " ".join(word for condition in conditions for word in condition.contains)
        yield from (value for condition in conditions for value in condition.accepts)
    elif field.words:
        yield from field.words
    else:
        yield from _numbers(field, conditions)


def _numbers(field: Field, conditions: Sequence[Condition]) -> Iterator[float]:
    named = {bound for condition in conditions for bound in (*condition.bounds.values(), *condition.values)}
    named |= {end for end in (field.low, field.high) if math.isfinite(end)} or {0}
    for number in sorted(named):
        for near in _neighbours(number, field.kind == "whole"):
            if field.low <= near <= field.high:
                yield near


def _neighbours(number: Any, whole: bool) -> tuple[float, ...]:
    if whole:
        return (math.floor(number) - 1, math.floor(number), math.floor(number) + 1)
    return (math.nextafter(number, -math.inf), float(number), math.nextafter(number, math.inf))


def _plain_rows() -> Iterator[dict[str, Any]]:
    for normalization, residual in product(NORMALIZATIONS, (False, True)):
        plain = normalization == "none" and not residual
        yield {"normalization": normalization, "residual": residual, "plain": plain}


def _task_rows() -> Iterator[dict[str, Any]]:
    for task in FIELDS["task"].words:
        family = "classification" if task in CLASSIFICATION_TASKS else "other"
        yield {"task": task, "task_family": "regression" if task in REGRESSION_TASKS else family}


def _cell_rows() -> Iterator[dict[str, Any]]:
    for layer_type in LAYER_TYPES:
        for cell in CELLS if layer_type == "recurrent" else (None,):
            for gate in (None, *GATES_OF_CELL.get(cell or "", ())):
                yield {"layer_type": layer_type, "cell": cell, "gate": gate}


_GROUPS: tuple[tuple[dict[str, Any], ...], ...] = (tuple(_plain_rows()), tuple(_task_rows()), tuple(_cell_rows()))
