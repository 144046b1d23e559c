"""Where a function of one number is looked at, and how: as (value, slope) of float64 arrays."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from models.activations.base import Array
from models.activations.conformance.computed_facts import Section
from models.formulas.programme import Programme

FARTHEST = 1e4
"""Inputs up to this size must give finite results in float32."""


@lru_cache(maxsize=1)
def places() -> Array:
    """Ascending inputs that float32 holds exactly: fine around zero, geometric to 1e4, off the round numbers."""
    near = np.linspace(-30, 30, 6_001) + 1e-3 / np.e
    far = np.geomspace(30, FARTHEST, 120)
    tiny = np.geomspace(1e-30, 1e-3, 40)
    found = np.concatenate([near, far, -far, tiny, -tiny]).astype(np.float32)
    return np.unique(found).astype(np.float64)


@lru_cache(maxsize=1)
def round_places() -> Array:
    """Zero and the numbers at which functions are joined most."""
    steps = np.arange(-12, 13) / 2
    return np.concatenate([steps, [-100.0, 100.0, -FARTHEST, FARTHEST]])


def section_of(programme: Programme) -> Section:
    """The programme as a function of an array, which is left as it is."""

    def section(x: Array) -> tuple[Array, Array]:
        value = np.array(x, order="C", copy=True).reshape(-1)
        slope = np.empty_like(value)
        programme.run(value, slope)
        return value.reshape(np.shape(x)), slope.reshape(np.shape(x))

    return section


def bounded(section: Section) -> Section:
    """The same with overflow far outside brought back to the largest numbers, so that facts can be computed."""

    def cut(x: Array) -> tuple[Array, Array]:
        value, slope = section(x)
        return np.nan_to_num(value, posinf=1e300, neginf=-1e300), np.nan_to_num(slope, posinf=1e300, neginf=-1e300)

    return cut
