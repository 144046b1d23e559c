"""A formula as an activation, usable wherever those of the catalogue are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from models.activations import get
from models.activations.base import Activation, Array
from models.formulas import acceptance, properties
from models.formulas.equivalence import Likeness, likeness
from models.formulas.faults import FormulaRefused
from models.formulas.frameworks import frameworks_of
from models.formulas.graph import Graph
from models.formulas.parser import read_graph
from models.formulas.programme import Programme
from models.formulas.sampling import bounded, section_of

PREFIXES = ("=", "formula:")
"""What tells a formula from a name, where either may stand."""


class FormulaActivation(Activation):
    """A function that a caller wrote, with its facts computed.

    f and f' are computed together, by forward differentiation of the graph, so that `pull` is one product.

    text        the formula as written
    likeness    what it is known as
    cautions    what to mind about it
    """

    roles = frozenset({"hidden"})
    text: ClassVar[str]
    graph: ClassVar[Graph]
    likeness: ClassVar[Likeness]
    cautions: ClassVar[tuple[str, ...]]
    programme: ClassVar[Programme]

    def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
        """z <- f(z); work <- f'(z)."""
        value, slope = z.reshape(-1), work.reshape(-1)
        self.programme.run(value, slope)
        if not z.flags.c_contiguous:
            z[...] = value.reshape(z.shape)
        if not work.flags.c_contiguous:
            work[...] = slope.reshape(work.shape)

    def pull(
        self, delta: Array, value: Array, work: Array, parameters: Sequence[Array] = (), gradients: Sequence[Array] = ()
    ) -> None:
        """delta <- delta * f'(z)."""
        delta *= work

    def __reduce__(self) -> tuple[Callable[[str], FormulaActivation], tuple[str]]:
        return formula_activation, (self.text,)


@lru_cache(maxsize=256)
def formula_activation(text: str) -> FormulaActivation:
    """The activation that a formula in x describes; one object per text.

    Raises FormulaRefused with every fault of the text, or of the function: one that is not finite up to |x| = 1e4, that
    does not depend on x, whose slope is zero everywhere, or which float32 cannot compute.
    """
    graph = read_graph(text)
    if isinstance(graph.result, float):
        raise FormulaRefused(text, (acceptance.CONSTANT,))
    programme = Programme(graph)
    refused = acceptance.refusals(section_of(programme))
    if refused:
        raise FormulaRefused(text, tuple(refused))
    kind = type("Formula", (FormulaActivation,), _described(text, graph, programme))
    made: FormulaActivation = kind()
    return made


def _described(text: str, graph: Graph, programme: Programme) -> dict[str, Any]:
    """All that the contract of an activation wants to know."""
    section = bounded(section_of(programme))
    facts, alike, cost = properties.facts_of(section), likeness(section), properties.relative_cost(graph)
    known = get(alike.same_as) if alike.same_as else None
    return {
        "__doc__": f"f(x) = {text}",
        "__module__": FormulaActivation.__module__,
        "name": "formula",
        "title": f"Own formula, the same function as {known.title}" if known else "Own formula",
        "formula": text,
        "derivative": "exact, by automatic differentiation",
        "facts": facts,
        "frameworks": known.frameworks if known else frameworks_of(graph),
        "scheme": known.scheme if known else properties.scheme_of(facts),
        "sources": known.sources if known else (),
        "cost_class": properties.cost_class(cost),
        "relative_cost": cost,
        "wavelength": properties.wavelength_of(graph, section),
        "text": text,
        "graph": graph,
        "programme": programme,
        "likeness": alike,
        "cautions": acceptance.cautions(section_of(programme)),
    }


def formula_name(text: str) -> str:
    """How a formula is called where names of activations stand."""
    return f"{PREFIXES[0]}{text}"


def is_formula(name: str) -> bool:
    """Whether this stands for a formula where names of activations stand."""
    return name.startswith(PREFIXES)


def resolve(name_or_formula: str) -> Activation:
    """An activation by its name in the catalogue, or by its formula when the text begins with "=" or "formula:".

    Raises UnknownActivation for a name that is not known, FormulaRefused for a formula that cannot be used.
    """
    for prefix in PREFIXES:
        if name_or_formula.startswith(prefix):
            return formula_activation(name_or_formula.removeprefix(prefix).strip())
    return get(name_or_formula)
