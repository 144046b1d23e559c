"""The atlas: all activations as small curves, by family, and what is left of them after a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actwise.contract.names import ALIASES
from rules.precedents.store import precedents
from service.pages.detail import FRAMEWORKS
from service.pages.families import FAMILIES, FAMILY_OF, Family
from service.pages.sketch import Window, path
from service.pages.usage import use_counts

if TYPE_CHECKING:
    from service.http.views import ActivationDetail

WINDOW = Window((-4.0, 4.0), (-1.6, 4.0), 96.0, 67.2)
"""One window for all, so that curves can be compared by eye."""

COST_WORDS = {
    "A": "up to 1.4 times ReLU",
    "B": "up to 3.3 times ReLU",
    "C": "up to 6 times ReLU",
    "D": "above 6 times ReLU",
}
ROLE_WORDS = {
    "hidden": "hidden layers",
    "gate": "gates of recurrent cells",
    "gated_unit": "gated units",
    "output": "outputs",
}
FRAMEWORK_TITLES = dict(FRAMEWORKS)


@dataclass(frozen=True, slots=True)
class Property:
    """A fact that can be asked for: what the form calls it, why one asks, and how it is read."""

    key: str
    title: str
    why: str
    holds: Callable[[ActivationDetail], bool]


PROPERTIES = (
    Property("smooth", "smooth", "second derivative continuous", lambda one: one.facts.smoothness not in (0, 1)),
    Property("monotone", "monotone", "never falls", lambda one: one.facts.monotone),
    Property("bounded", "bounded", "finite at both ends", lambda one: None not in (one.facts.low, one.facts.high)),
    Property("zero_centred", "zero-centred", "mean near zero for normal input", lambda one: one.facts.zero_centred),
    Property("never_flat", "never flat", "no interval without gradient", lambda one: one.facts.zero_gradient is None),
    Property("learned", "learned shape", "has parameters of its own", lambda one: bool(one.parameters)),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the atlas is searched for: words, one value of role, cost class and framework, and the keys of properties.

    Everything may be empty. A cost class stands for itself and all cheaper ones.
    """

    words: str = ""
    role: str = ""
    cost: str = ""
    framework: str = ""
    properties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tile:
    """One activation of the grid; `used` counts published networks."""

    name: str
    title: str
    value: str
    slope: str
    cost: str
    cost_class: str
    used: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """What was found of one family."""

    family: Family
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class AtlasView:
    """The grid; `found` of `total`."""

    shelves: tuple[Shelf, ...]
    found: int
    total: int
    wanted: Wanted


class Atlas:
    """Tiles and texts of the whole catalogue, made once."""

    def __init__(self, activations: Mapping[str, ActivationDetail]) -> None:
        self._activations = activations
        counts = use_counts(precedents())
        self._tiles = {name: _tile(one, counts.get(name, 0)) for name, one in activations.items()}
        self._texts = {name: _text(one) for name, one in activations.items()}

    def view(self, wanted: Wanted) -> AtlasView:
        """The activations for which everything that is wanted holds."""
        found = {name for name, one in self._activations.items() if _matches(one, self._texts[name], wanted)}
        shelves = (
            Shelf(family, tuple(self._tiles[name] for name in family.members if name in found)) for family in FAMILIES
        )
        return AtlasView(tuple(one for one in shelves if one.tiles), len(found), len(self._activations), wanted)


def _matches(one: ActivationDetail, text: str, wanted: Wanted) -> bool:
    return (
        all(word in text for word in wanted.words.lower().split())
        and (not wanted.role or wanted.role in one.roles)
        and (not wanted.cost or one.cost.cost_class <= wanted.cost)
        and (not wanted.framework or getattr(one.code, wanted.framework, None) is not None)
        and all(known.holds(one) for known in PROPERTIES if known.key in wanted.properties)
    )


def _tile(one: ActivationDetail, used: int) -> Tile:
    return Tile(
        name=one.name,
        title=one.title,
        value=path(WINDOW, one.curve.x, one.curve.value),
        slope=path(WINDOW, one.curve.x, one.curve.slope),
        cost=f"{one.cost.relative:.2g}×",
        cost_class=one.cost.cost_class,
        used=used,
    )


def aliases(name: str) -> tuple[str, ...]:
    """Other spellings of an activation's name that requests may use."""
    return tuple(sorted(alias for alias, known in ALIASES.items() if known == name))


def _text(one: ActivationDetail) -> str:
    """Everything that a search looks into, in lower case."""
    words = (one.name, one.name.replace("_", " "), one.title, one.formula, FAMILY_OF[one.name].title)
    roles = (ROLE_WORDS.get(role, role) for role in one.roles)
    code = (one.code.pytorch, one.code.keras, one.code.jax, one.code.sklearn)
    return " ".join(filter(None, (*words, *roles, *aliases(one.name), *code))).lower()
