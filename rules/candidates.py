"""What rules select from: the candidates of each role, with the properties that selectors may name.

The table of output heads is built only when a rule speaks of heads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from models.activations.base import Activation

Role = Literal["hidden", "gate", "attention_weights", "output"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class CandidateTable:
    """The candidates of one role: property name -> value, for each name, in ranking order."""

    role: str
    properties: Mapping[str, Mapping[str, Any]]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The candidates, in the order of the catalogue."""
        return tuple(self.properties)

    @cached_property
    def values(self) -> Mapping[str, tuple[Any, ...]]:
        """The different values of every property, sorted by their text."""
        known = sorted({name for row in self.properties.values() for name in row})
        return {name: tuple(sorted(self._found(name), key=str)) for name in known}

    def _found(self, name: str) -> set[Any]:
        return {row[name] for row in self.properties.values() if row.get(name) is not None}


@cache
def table(role: Role) -> CandidateTable:
    """The candidates of a role: hidden activations (gated units included), gate activations, what turns attention
    scores into weights, or output heads."""
    return _heads() if role == "output" else _activations(role)


def joined(base: CandidateTable, added: Mapping[str, Activation]) -> CandidateTable:
    """A table with more candidates at its end, each under the name that is given for it."""
    rows = {name: _properties(one) | {"name": name} for name, one in added.items()}
    return CandidateTable(base.role, {**base.properties, **rows})


_MEMBERS = {"hidden": {"hidden", "gated_unit"}, "gate": {"gate"}}

# Functions with which attention has been published; each is used here for another purpose than its role in the
# catalogue says.
_WEIGHING = ("softmax", "sigmoid", "relu", "squared_relu", "identity")

_FACTS = (
    "smoothness",
    "smooth",
    "piecewise_linear",
    "kinked",
    "monotone",
    "zero_centred",
    "saturates",
    "exact_zeros",
    "lipschitz",
    "homogeneous",
    "mean",
    "odd",
    "periodic",
    "bounded_below",
    "bounded_above",
    "bounded",
)


def _activations(role: Role) -> CandidateTable:
    from models.activations import catalogue

    members = _MEMBERS.get(role, set())
    rows = {
        name: _properties(found)
        for name, found in catalogue().items()
        if (name in _WEIGHING if role == "attention_weights" else found.roles & members)
    }
    return CandidateTable(role, rows)


def _properties(activation: Activation) -> dict[str, Any]:
    """A gated unit has two inputs, so it has none of the facts about a curve, and no condition on them holds."""
    gated = "gated_unit" in activation.roles
    low, high = activation.facts.range
    curve = {fact: getattr(activation.facts, fact) for fact in _FACTS} | {"range_low": low, "range_high": high}
    return ({} if gated else curve) | {
        "name": activation.name,
        "gated": gated,
        "has_parameters": bool(activation.parameters),
        "cost_class": activation.cost_class,
        "relative_cost": activation.relative_cost,
    }


def _heads() -> CandidateTable:
    from dataclasses import fields

    from models.heads.catalogue import HEADS

    shown = [field.name for field in fields(next(iter(HEADS.values()))) if field.name != "id"]
    rows = {key: {name: _plain(getattr(head, name)) for name in shown} for key, head in HEADS.items()}
    return CandidateTable("output", {key: row | {"name": key} for key, row in rows.items()})


def _plain(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, (set, frozenset)) else value
