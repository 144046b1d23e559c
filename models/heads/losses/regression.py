"""Losses for numbers without a bound: squared, absolute, Huber, quantile; and squared behind a link."""

from __future__ import annotations

import numpy as np

from models.heads.links import Link
from models.heads.losses.base import ElementwiseLoss, Loss, TargetArray, mean_per_member, units_first
from models.heads.numerics import FloatArray, softplus_and_sigmoid


class Squared(ElementwiseLoss):
    """(z - y)**2, derivative 2 (z - y). Its minimiser is the conditional mean."""

    name = "squared"
    formula = "(z - y)^2"

    def terms(self, raw: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        np.subtract(raw, target, out=gradient)
        values = gradient * gradient
        gradient *= 2
        return values


class Absolute(ElementwiseLoss):
    """|z - y|, derivative sign(z - y), and 0 where they are equal. Its minimiser is the median."""

    name = "absolute"
    formula = "|z - y|"

    def terms(self, raw: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        np.subtract(raw, target, out=gradient)
        values = np.abs(gradient)
        np.sign(gradient, out=gradient)
        return values


class Huber(ElementwiseLoss):
    """r**2 / 2 for |r| <= delta, delta (|r| - delta / 2) beyond, r = z - y; derivative clip(r, -delta, delta).

    With c = clip(r) both branches are c (r - c / 2) [Huber 1964]. `delta` is in units of the
    transformed target.
    """

    name = "huber"
    formula = "r^2/2 if |r| <= d else d (|r| - d/2), r = z - y, d = 1"

    def __init__(self, delta: float = 1.0) -> None:
        self.delta = delta

    def terms(self, raw: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        residual = raw - target
        np.clip(residual, -self.delta, self.delta, out=gradient)
        residual -= 0.5 * gradient
        residual *= gradient
        return residual


class Quantile(Loss):
    """The pinball loss max(tau r, (tau - 1) r), r = y - z, one unit per level tau [Koenker and Bassett 1978].

    Derivative 1 - tau where z > y, else -tau. `target` has shape [M, B, T]; the units of one target, one for each
    level, lie next to each other. The mean is over the units too.
    """

    name = "quantile"
    formula = "max(tau (y - z), (tau - 1)(y - z))"

    def __init__(self, levels: tuple[float, ...] = (0.1, 0.5, 0.9)) -> None:
        self.levels = levels

    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        values, slopes = self.pinball(units_first(by_target(raw, len(self.levels))), target)
        np.multiply(_flat(slopes, raw), 1.0 / (raw.shape[1] * raw.shape[2]), out=gradient)
        return values

    def pinball(self, quantiles: FloatArray, target: TargetArray) -> tuple[FloatArray, FloatArray]:
        """Mean loss [M] of quantiles [Q, M, B, T], and the slope of each term, shape of `quantiles`."""
        levels = np.asarray(self.levels, dtype=quantiles.dtype)[:, None, None, None]
        above = quantiles - target
        slopes = (above > 0) - levels
        above *= slopes
        return mean_per_member(np.add.reduce(above, axis=0)) / len(levels), slopes


def by_target(raw: FloatArray, levels: int) -> FloatArray:
    """Raw outputs [M, B, T x Q] as [M, B, T, Q]."""
    return raw.reshape(*raw.shape[:-1], -1, levels)


def _flat(units: FloatArray, raw: FloatArray) -> FloatArray:
    """Values [Q, M, B, T] in the shape of the raw outputs [M, B, T x Q]."""
    return np.moveaxis(units, 0, -1).reshape(raw.shape)


class OrderedQuantile(Loss):
    """The pinball loss on quantiles that cannot cross: q_1 = z_1, q_k = q_(k-1) + softplus(z_k).

    Derivative by z_1: the sum of the pinball derivatives g_k; by z_j: sigmoid(z_j) times the sum of
    g_k over k >= j. Levels must ascend.
    """

    name = "ordered_quantile"
    formula = "pinball on q_1 = z_1, q_k = q_(k-1) + softplus(z_k)"

    def __init__(self, levels: tuple[float, ...] = (0.1, 0.5, 0.9)) -> None:
        self.free = Quantile(levels)

    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        steps = units_first(by_target(raw, len(self.free.levels)))
        slopes = np.empty_like(steps)
        values, by_quantile = self.free.pinball(accumulate_steps(steps, slopes), target)
        slopes *= np.add.accumulate(by_quantile[::-1], axis=0)[::-1]
        np.multiply(_flat(slopes, raw), 1.0 / (raw.shape[1] * raw.shape[2]), out=gradient)
        return values

    def quantiles(self, raw: FloatArray) -> FloatArray:
        """The quantiles themselves, shape of `raw`, ascending within each target."""
        steps = units_first(by_target(raw, len(self.free.levels)))
        return _flat(accumulate_steps(steps, np.empty_like(steps)), raw)


def accumulate_steps(raw: FloatArray, slopes: FloatArray) -> FloatArray:
    """z_1, z_1 + softplus(z_2), ... down the first axis; the slope of each step goes into `slopes`."""
    steps = softplus_and_sigmoid(raw, slopes)
    steps[0] = raw[0]
    slopes[0] = 1
    accumulated: FloatArray = np.add.accumulate(steps, axis=0)
    return accumulated


class SquaredBehindLink(ElementwiseLoss):
    """(g(z) - y)**2 for a link g; derivative 2 (g(z) - y) g'(z), which vanishes where g saturates."""

    def __init__(self, name: str, link: Link) -> None:
        self.name = name
        self.link = link
        self.formula = f"({link.activation}(z) - y)^2"

    def terms(self, raw: FloatArray, target: FloatArray, gradient: FloatArray) -> FloatArray:
        residual = self.link.value_and_slope(raw, gradient)
        residual -= target
        gradient *= residual
        gradient *= 2
        residual *= residual
        return residual
