"""Selectors: which candidates a rule speaks for or against.

A selector is a mapping of properties to conditions, all of which must hold; a list of selectors
takes the candidates of each. The property `name` is the candidate's own name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actwise.contract.names import nearest_name
from rules.candidates import CandidateTable
from rules.conditions import Condition, ConditionError, read_condition


@dataclass(frozen=True, slots=True)
class Selector:
    """Properties that must hold together."""

    conditions: Mapping[str, Condition]

    def holds(self, properties: Mapping[str, Any]) -> bool:
        """Whether a candidate with these properties is selected."""
        return all(condition.holds(properties.get(name)) for name, condition in self.conditions.items())

    def words(self) -> str:
        """The selector as a phrase."""
        return " and ".join(condition.words(name) for name, condition in self.conditions.items())


def read_selectors(raw: Any) -> tuple[Selector, ...]:
    """The selectors written as `raw`: one mapping, or a list of them. Raises ConditionError."""
    rows = raw if isinstance(raw, (list, tuple)) else [raw]
    if not rows or not all(isinstance(row, dict) and row for row in rows):
        raise ConditionError("a selector is a mapping of properties to conditions, or a list of such mappings")
    return tuple(Selector({str(name): read_condition(value) for name, value in row.items()}) for row in rows)


def select(selectors: tuple[Selector, ...], table: CandidateTable, faults: list[str]) -> tuple[str, ...]:
    """The candidates that at least one selector takes, in the table's order. What is wrong with the selectors is
    added to `faults`: unknown properties, values that no candidate has, selectors that take nobody."""
    taken: set[str] = set()
    for selector in selectors:
        found = list(_faults(selector, table))
        chosen = [] if found else [name for name, row in table.properties.items() if selector.holds(row)]
        if not found and not chosen:
            found.append(f"selects nothing: no {table.role} candidate has {selector.words()}")
        faults += found
        taken.update(chosen)
    return tuple(name for name in table.names if name in taken)


def _faults(selector: Selector, table: CandidateTable) -> Iterator[str]:
    for name, condition in selector.conditions.items():
        values = table.values.get(name)
        if values is None:
            near = nearest_name(name, table.values)
            hint = f"did you mean {near!r}? " if near else ""
            yield f"unknown property {name!r}: {hint}Known are {', '.join(table.values)}"
            continue
        yield from _impossible_bounds(name, condition, values)
        yield from (_impossible(name, value, values) for value in condition.values if not _possible(value, values))


def _impossible_bounds(name: str, condition: Condition, values: tuple[Any, ...]) -> Iterator[str]:
    if condition.bounds and not all(_is_number(value) for value in values):
        yield f"{name} is not a number, so it cannot be {' or '.join(condition.bounds)} anything"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _possible(value: Any, values: tuple[Any, ...]) -> bool:
    if _is_number(value):
        return all(_is_number(found) for found in values)
    return value in values and isinstance(value, type(values[values.index(value)]))


def _impossible(name: str, value: Any, values: tuple[Any, ...]) -> str:
    words = [str(found) for found in values]
    near = nearest_name(str(value), words)
    hint = f"did you mean {near!r}? " if near and near != str(value) else ""
    quote = ' (quote words such as "no", which YAML reads as false)' if isinstance(value, bool) else ""
    return f"no candidate has {name} {value!r}{quote}: {hint}It can be {', '.join(words)}"
