"""Gaussian moments of an activation and the weight gains that follow, by quadrature.

For a pre-activation z ~ N(0, q) the length of the signal grows as E f(z)^2 and that of the gradient as E f'(z)^2. The
gain g of an initialisation multiplies weights of variance 1 / fan_in.

Composite Gauss-Legendre over panels that end at every joint of f, spaced by powers of two around the origin in units of
the input and by units of the standard deviation outside, so that a joint or a steep part never lies inside a panel.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .base import Activation
from .gated import GatedActivation

Float64 = NDArray[np.float64]

REACH = 12.0
"""Standard deviations integrated over on either side; the weight beyond is below 1e-32."""

NODES_PER_PANEL = 10
MOST_PANELS = 4000

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(NODES_PER_PANEL)
_UNIT_EDGES = np.array([1.0, 2.0, 3.0, 4.5, 6.5, 9.0, REACH])
_INPUT_EDGES = np.array([0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 32.0, 64.0, 128.0])


class Moments(NamedTuple):
    """E f(z), E f(z)^2 and E f'(z)^2 for z ~ N(0, q), one number per variance q."""

    mean: Float64
    second: Float64
    slope_second: Float64


class Gains(NamedTuple):
    """Three weight gains at unit pre-activation variance.

    forward   1 / sqrt(E f^2): keeps the second moment of the signal when biases are zero
    variance  1 / sqrt(Var f): keeps the variance when each unit's weights sum to zero
    backward  1 / sqrt(E f'^2): keeps the second moment of the gradient
    """

    forward: float
    variance: float
    backward: float


class NotElementwiseError(ValueError):
    """Gaussian moments were asked for a function of whole rows, which has none without a number of classes."""

    def __init__(self, name: str) -> None:
        """Name the function."""
        super().__init__(
            f"{name} acts on whole rows, so it has no Gaussian moments or gain; ask for an elementwise one"
        )


def moments(activation: Activation, variances: ArrayLike) -> Moments:
    """The Gaussian moments at each variance, as arrays of the variances' shape; relative error below 1e-9.

    Variances lie in [1e-12, 1e6]; ValueError otherwise. A gated unit takes both branches independent with that variance
    and adds both partial derivatives. Learnable parameters stand at their initial values. `exp` is accurate for
    variances up to 10, where its second moment passes 1e8. Raises NotElementwiseError for softmax and log_softmax.
    """
    q = np.asarray(variances, dtype=np.float64)
    if not activation.elementwise:
        raise NotElementwiseError(activation.name)
    if not np.all((q >= 1e-12) & (q <= 1e6)):
        raise ValueError("variances must lie between 1e-12 and 1e6")
    inner = activation.inner if isinstance(activation, GatedActivation) else activation
    found = _elementwise_moments(inner, q.reshape(-1))
    if isinstance(activation, GatedActivation):
        found = _gated_moments(found, q.reshape(-1))
    return Moments(*(moment.reshape(q.shape) for moment in found))


def gains(activation: Activation) -> Gains:
    """The three gains of an activation at unit variance, computed once.

    Raises NotElementwiseError for row-wise functions.
    """
    return _cached_gains(activation)


@lru_cache(maxsize=256)
def _cached_gains(activation: Activation) -> Gains:
    mean, second, slope_second = (float(moment) for moment in moments(activation, 1.0))
    return Gains(second**-0.5, (second - mean * mean) ** -0.5, slope_second**-0.5)


def _elementwise_moments(activation: Activation, q: Float64) -> Moments:
    scale = np.sqrt(q)[:, None]
    edges = _panel_edges(activation, scale)
    half = np.diff(edges, axis=1) / 2
    middle = (edges[:, 1:] + edges[:, :-1]) / 2
    z = (middle[:, :, None] + half[:, :, None] * _NODES).reshape(len(q), -1)
    weight = (half[:, :, None] * _WEIGHTS).reshape(len(q), -1) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    value, slope = activation.value_and_slope(z * scale)
    with np.errstate(over="ignore"):
        return Moments(*(np.einsum("ij,ij->i", weight, g) for g in (value, value * value, slope * slope)))


def _panel_edges(activation: Activation, scale: Float64) -> Float64:
    """Ascending panel edges in units of the standard deviation, one row per variance; some panels may be empty."""
    joints = np.asarray(activation.facts.joints, dtype=np.float64)
    fixed = np.concatenate([-_UNIT_EDGES, _UNIT_EDGES])
    inputs = np.concatenate([[0.0], -_INPUT_EDGES, _INPUT_EDGES, joints, _waves(activation, float(scale.max()))])
    rows = np.broadcast_to(fixed, (len(scale), len(fixed)))
    return np.sort(np.concatenate([rows, np.clip(inputs / scale, -REACH, REACH)], axis=1), axis=1)


def _waves(activation: Activation, widest: float) -> Float64:
    """Extra edges, in units of the input, that give an oscillating function at least one panel per half wave."""
    if activation.wavelength is None:
        return np.zeros(0)
    reach = REACH * widest
    panels = min(ceil(4 * reach / activation.wavelength), MOST_PANELS)
    return np.linspace(-reach, reach, panels + 1)


def _gated_moments(gate: Moments, q: Float64) -> Moments:
    """The product's moments: E (g l)^2 = E g^2 q, and the squared partial derivatives E g^2 + q E g'^2 together."""
    return Moments(np.zeros_like(q), gate.second * q, gate.second + q * gate.slope_second)
