"""The start to recommend, read from the tables."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from models.theory.names import CANDIDATES, KINDS, check, check_depth
from models.theory.start import SCHEMES, Start, standard_start
from models.theory.tables import DEPTHS, FAMILIES, tables


def recommended_start(name: str, depth: int, normalization: str = "none", residual: bool = False) -> Start:
    """How to start an activation's weights in a network of `depth` hidden layers.

    The published scheme, unless another start is expected to gain more points than its strangeness costs (0.5 for
    another published scheme, 1 for an exact gain, 3 for centred weights). Above depth 64 the nearest of the kept depths
    decides, at most 1000. Raises UnknownNameError for an activation or normalisation that is not covered, ValueError
    for a depth below 1.
    """
    starts = _starts(depth, normalization, residual)
    if name not in starts:
        check("activation", name, CANDIDATES)
    return starts[name]


@lru_cache(maxsize=4096)
def strangeness(depth: int, normalization: str = "none", residual: bool = False) -> NDArray[np.float64]:
    """[CANDIDATES] points: how far each recommended start is from what people write without being told.

    0 for the published scheme of the activation, 0.5 for another published one, 1 for an exact gain or scaled branches,
    1.5 for a tuned gain, 3 for centred weights. Arguments and errors as for `recommended_start`.
    """
    place = family_index(normalization, residual), depth_index(depth)
    scheme, gain = tables().scheme[place], tables().gain[place]
    schemes, gains = _standard()
    usual = (scheme == schemes) & np.isclose(gain, gains)
    return np.asarray(np.where(usual, 0.0, _POINTS[scheme]))


def strangeness_of(start: Start, standard: Start) -> float:
    """The same for one start, against the published one of its activation."""
    usual = start.scheme == standard.scheme and bool(np.isclose(start.gain, standard.gain))
    return 0.0 if usual else _STRANGE.get(start.scheme, 0.0)


@cache
def _standard() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Scheme, as a place in SCHEMES, and gain of the published start of every candidate."""
    starts = [standard_start(name) for name in CANDIDATES]
    return np.array([_SCHEMES.index(start.scheme) for start in starts]), np.array([start.gain for start in starts])


@lru_cache(maxsize=4096)
def _starts(depth: int, normalization: str, residual: bool) -> dict[str, Start]:
    """The recommended starts of all candidates in one network."""
    place = family_index(normalization, residual), depth_index(depth)
    schemes = [_SCHEMES[index] for index in tables().scheme[place].tolist()]
    gains = tables().gain[place].tolist()
    return {name: _start(scheme, gain) for name, scheme, gain in zip(CANDIDATES, schemes, gains, strict=True)}


@lru_cache(maxsize=8192)
def _start(scheme: str, gain: float) -> Start:
    return Start(scheme, gain, centred=scheme == "centred_normal")


def family_index(normalization: str, residual: bool) -> int:
    """Position among `FAMILIES`. Raises UnknownNameError for a normalisation that is not in the contract."""
    check("normalization", normalization, KINDS)
    return FAMILIES.index((KINDS[normalization], bool(residual)))


def depth_index(depth: int) -> int:
    """Position of the nearest kept depth. Raises ValueError for a depth below 1."""
    check_depth(depth)
    return depth - 1 if depth <= 64 else int(np.argmin(np.abs(DEPTHS - depth)))


_SCHEMES = tuple(SCHEMES)
_STRANGE = {
    "he_normal": 0.5,
    "glorot_normal": 0.5,
    "lecun_normal": 0.5,
    "exact_gain_normal": 1.0,
    "critical_normal": 1.0,
    "scaled_branch_normal": 1.0,
    "tuned_normal": 1.5,
    "centred_normal": 3.0,
}
_POINTS = np.array([_STRANGE.get(scheme, 0.0) for scheme in SCHEMES])
