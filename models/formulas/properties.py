"""The facts of a formula, computed from its values and slopes."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi

import numpy as np

from models.activations.base import CostClass, Facts
from models.activations.conformance import computed_facts
from models.activations.conformance.computed_facts import Section
from models.formulas.graph import Graph, Value, X
from models.formulas.operations import OPERATIONS

_CLASSES: tuple[tuple[CostClass, float], ...] = (("A", 1.4), ("B", 3.3), ("C", 6.0))
_PASSING = 0.5
"""relu's share of its own time that one more pass over memory takes: what `pull` of a formula costs."""


def facts_of(section: Section) -> Facts:
    """Everything that the catalogue states about an activation; smoothness -1 says that f jumps."""
    smoothness = computed_facts.smoothness(section)
    joints = _joints(section, smoothness)
    mean = computed_facts.gaussian_mean(section)
    return Facts(
        range=computed_facts.extremes(section),
        smoothness=smoothness,
        joints=joints,
        monotone=computed_facts.never_falls(section),
        zero_centred=abs(mean) <= 0.01,
        mean=mean,
        saturates=computed_facts.saturated_ends(section),
        exact_zeros=computed_facts.has_exact_zeros(section),
        zero_gradient=_flat_hull(section, joints),
        lipschitz=computed_facts.steepest(section),
        homogeneous=computed_facts.is_homogeneous(section),
        odd=computed_facts.is_odd(section),
        periodic=computed_facts.is_periodic(section),
        piecewise_linear=computed_facts.is_piecewise_linear(section),
    )


def _joints(section: Section, smoothness: float) -> tuple[float, ...]:
    """Where pieces meet; places that a formula would name, to the tenth of a thousandth, are taken as such."""
    search = {-1: computed_facts.value_jumps, 0: computed_facts.slope_jumps, 1: computed_facts.bend_jumps}
    found = search[int(smoothness)](section) if smoothness in search else []
    places = {round(place, 3 if smoothness == 1 else 9) + 0.0 for place in found}
    return tuple(sorted(places))


def _flat_hull(section: Section, joints: tuple[float, ...]) -> tuple[float, float] | None:
    within = max(computed_facts.FLAT_WITHIN, *(abs(joint) + 1 for joint in joints), 0)
    found = computed_facts.flat_hull(section, within)
    if found is None:
        return None
    low, high = (_snapped(end, joints) for end in found)
    return low, high


def _snapped(end: float, joints: tuple[float, ...]) -> float:
    return next((joint for joint in joints if abs(joint - end) <= 2 * computed_facts.STEP), end)


def scheme_of(facts: Facts) -> str:
    """The published scheme of functions alike: Glorot for bounded ones, LeCun for odd ones, He for the others."""
    if facts.bounded:
        return "glorot"
    return "lecun" if facts.odd else "he"


def relative_cost(graph: Graph) -> float:
    """Expected time of apply and pull, divided by that of relu: the sum of the steps' prices."""
    return round(_PASSING + sum(OPERATIONS[step.operation].price for step in graph.steps), 1)


def cost_class(cost: float) -> CostClass:
    """The catalogue's class of a relative cost."""
    return next((letter for letter, highest in _CLASSES if cost <= highest), "D")


def wavelength_of(graph: Graph, section: Section) -> float | None:
    """A period of the slope, among those of the sines and cosines of multiples of x; None when there is none."""
    x = np.linspace(-5, 5, 101)
    slope = section(x)[1]
    periods = sorted({2 * pi / abs(factor) for factor in _factors(graph) if factor})
    return next((one for one in periods if np.allclose(section(x + one)[1], slope, rtol=0, atol=1e-9)), None)


def _factors(graph: Graph) -> Iterator[float]:
    """The factors a of every sin(a x + b) and cos(a x + b) in a graph."""
    for step in graph.steps:
        if step.operation in ("sin", "cos", "sine", "snake"):
            inner = step.arguments[0]
            if isinstance(inner, Value):
                yield _factor(graph, inner)


def _factor(graph: Graph, value: Value) -> float:
    """How fast a value grows with x between 0 and 1."""
    from models.formulas.programme import Programme
    from models.formulas.sampling import section_of

    if value == X:
        return 1.0
    found = section_of(Programme(Graph(graph.steps[: value.place], value)))(np.array([0.0, 1.0]))[0]
    return float(found[1] - found[0])
