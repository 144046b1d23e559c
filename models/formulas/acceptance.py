"""What a formula must be as a function before networks are made of it, and what to mind about it."""

from __future__ import annotations

import numpy as np

from models.activations.base import Array
from models.activations.conformance import computed_facts
from models.activations.conformance.computed_facts import Section
from models.formulas.faults import FormulaFault
from models.formulas.sampling import places, round_places

FLAT = 1e-12
"""A function whose slope never passes this anywhere learns nothing."""
_APART = 0.05
"""Part of its size by which float32 may differ from float64 anywhere."""
_NEAR, _IMPRECISE = 20.0, 1e-3
_STEEP = 1e3

CONSTANT = FormulaFault("constant", "it does not depend on x, so a network of it cannot learn")


def refusals(section: Section) -> list[FormulaFault]:
    """Why no network can be made of this function; empty when one can.

    `section` must work in the dtype of its argument. Looked at are inputs up to 1e4 on both sides, in float32 and
    float64.
    """
    x = np.concatenate([round_places(), places()])
    found = _not_finite(section, x) or _not_finite(section, x.astype(np.float32))
    if found:
        return found
    value, slope = section(places())
    if np.abs(slope).max() <= FLAT:
        return [_flat(value)]
    return _lost_in_float32(section, places())


def cautions(section: Section) -> tuple[str, ...]:
    """What to mind about a function that can be used."""
    found = []
    jumps = computed_facts.value_jumps(section)
    if jumps:
        where = ", ".join(f"{place:.3g}" for place in jumps[:4])
        found.append(f"it jumps at x = {where}: the slope there knows nothing of the jump, so training cannot use it")
    x = places()[np.abs(places()) <= _NEAR]
    if _apart(section, x).max() > _IMPRECISE:
        found.append("in float32 it loses digits: write it in a form without large numbers that cancel")
    slope = np.abs(section(x)[1])
    if slope.max() > _STEEP:
        found.append(f"its slope reaches {slope.max():.3g} near x = {x[np.argmax(slope)]:.3g}: gradients may explode")
    return tuple(found)


def _not_finite(section: Section, x: Array) -> list[FormulaFault]:
    value, slope = section(x)
    for what, found in (("value", value), ("derivative", slope)):
        bad = ~np.isfinite(found)
        if bad.any():
            return [_at(what, x, found, bad)]
    return []


def _at(what: str, x: Array, found: Array, bad: Array) -> FormulaFault:
    """The fault, at the bad place nearest to zero."""
    first = np.flatnonzero(bad)[np.argmin(np.abs(x[bad]))]
    kind = "is not a real number" if np.isnan(found[first]) else "is infinite"
    repair = "; where(x > 0, ..., ...) can choose another expression there"
    if abs(x[first]) > _NEAR:
        repair = f" in {x.dtype}: bounded parts such as tanh, sigmoid, softplus and clip keep it finite"
    return FormulaFault("not_finite", f"its {what} {kind} at x = {x[first]:.4g}{repair}")


def _flat(value: Array) -> FormulaFault:
    if np.ptp(value) <= FLAT:
        return CONSTANT
    return FormulaFault(
        "no_slope", "its slope is zero everywhere, so that gradients cannot pass: a step is no activation"
    )


def _lost_in_float32(section: Section, x: Array) -> list[FormulaFault]:
    apart = _apart(section, x)
    if apart.max() <= _APART:
        return []
    wrong = np.flatnonzero((apart > _APART).any(axis=0))
    place = wrong[np.argmin(np.abs(x[wrong]))]
    what = int(np.argmax(apart[:, place]))
    right, found = (float(section(x[place : place + 1].astype(dtype))[what][0]) for dtype in (np.float64, np.float32))
    message = (
        f"float32, in which networks are trained, cannot compute its {('value', 'derivative')[what]} at "
        f"x = {x[place]:.4g}: {found:.4g} instead of {right:.4g}; avoid large numbers that cancel"
    )
    return [FormulaFault("lost_in_float32", message)]


def _apart(section: Section, x: Array) -> Array:
    """[value and slope, x]: how far float32 is from float64, relative to max(1, size)."""
    pairs = zip(section(x), section(x.astype(np.float32)), strict=True)
    return np.array([np.abs(right - wrong) / np.maximum(1, np.abs(right)) for right, wrong in pairs])
