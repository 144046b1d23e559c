"""Conditions on one value: of a situation's field, or of a candidate's property.

Written forms: a value (`depth: 3`), a list (any of), or a mapping with one or more of at_least,
at_most, above, below, not (a value or a list) and contains (a word or several, any of).
An unknown value (None) satisfies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Plain = bool | int | float | str

_KEYS = ("at_least", "at_most", "above", "below", "not", "contains")


class ConditionError(ValueError):
    """A condition that cannot be read."""


@dataclass(frozen=True, slots=True)
class Condition:
    """All parts must hold. Empty `accepts` means that any value is accepted."""

    accepts: tuple[Plain, ...] = ()
    rejects: tuple[Plain, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None
    contains: tuple[str, ...] = ()

    def holds(self, value: Any) -> bool:
        """Whether the value satisfies the condition; None never does."""
        if value is None:
            return False
        if self.accepts and value not in self.accepts:
            return False
        return value not in self.rejects and self._within(value) and self._mentions(value)

    def _within(self, value: Any) -> bool:
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def _mentions(self, value: Any) -> bool:
        if not self.contains:
            return True
        if isinstance(value, str):
            return any(re.search(rf"\b{re.escape(word)}", value, re.IGNORECASE) for word in self.contains)
        return any(word in value for word in self.contains)

    @property
    def bounds(self) -> dict[str, float]:
        """The bounds that were given, by the key they are written with."""
        given = {"at_least": self.at_least, "at_most": self.at_most, "above": self.above, "below": self.below}
        return {key: bound for key, bound in given.items() if bound is not None}

    @property
    def values(self) -> tuple[Plain, ...]:
        """Every value the condition names, to be checked against the vocabulary."""
        return self.accepts + self.rejects

    def words(self, field: str) -> str:
        """The condition as a phrase, such as "depth at least 8"."""
        name = field.replace("_", " ")
        parts = [f"is {_any_of(self.accepts)}"] if self.accepts else []
        parts += [f"is not {_any_of(self.rejects)}"] if self.rejects else []
        parts += [f"{key.replace('_', ' ')} {bound:g}" for key, bound in self.bounds.items()]
        parts += [f"mentions {_any_of(self.contains)}"] if self.contains else []
        return f"{name} {' and '.join(parts)}"


def read_condition(raw: Any) -> Condition:
    """The condition written as `raw`. Raises ConditionError with what is allowed."""
    if isinstance(raw, dict):
        return _read_mapping(raw)
    return Condition(accepts=_plain_values(raw))


def _read_mapping(raw: dict[Any, Any]) -> Condition:
    unknown = [key for key in raw if key not in _KEYS]
    if unknown or not raw:
        raise ConditionError(f"a condition has the keys {', '.join(_KEYS)}; this one has {unknown or 'none'}")
    return Condition(
        rejects=_plain_values(raw["not"]) if "not" in raw else (),
        at_least=_bound(raw, "at_least"),
        at_most=_bound(raw, "at_most"),
        above=_bound(raw, "above"),
        below=_bound(raw, "below"),
        contains=tuple(_word(word) for word in _plain_values(raw["contains"])) if "contains" in raw else (),
    )


def _plain_values(raw: Any) -> tuple[Plain, ...]:
    values = tuple(raw) if isinstance(raw, (list, tuple)) else (raw,)
    if not values:
        raise ConditionError("an empty list of values can never hold")
    for value in values:
        if not isinstance(value, (bool, int, float, str)):
            raise ConditionError(f"{value!r} is not a plain value (true, false, a number or a word)")
    return values


def _bound(raw: dict[Any, Any], key: str) -> float | None:
    value = raw.get(key)
    if key in raw and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise ConditionError(f"{key} takes a number, not {value!r}")
    return value


def _word(value: Plain) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConditionError(f"contains takes words, not {value!r}")
    return value.strip().lower()


def _any_of(values: Iterable[Plain]) -> str:
    words = [_show(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _show(value: Plain) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
