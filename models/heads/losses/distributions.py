"""Losses whose raw outputs describe a whole distribution: Gaussian, negative binomial, ordered classes.

With T targets the first T units hold the location, the last T the spread.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, psi

from models.heads.losses.base import Loss, TargetArray, mean_per_member, units_first
from models.heads.numerics import FloatArray, extended_exp, log_softplus, softplus_and_sigmoid

HALF_LOG_TWO_PI = 0.5 * float(np.log(2 * np.pi))
LOG_SIZE_LIMIT = 8.0


class GaussianNLL(Loss):
    """(s + (y - m)**2 e**-s + ln 2 pi) / 2 with mean m and log-variance s [Nix and Weigend 1994].

    Derivatives (m - y) e**-s and (1 - (y - m)**2 e**-s) / 2. The log-variance is the raw output itself, or the
    logarithm of its softplus; e**-s goes on as its tangent below s = -30.
    """

    lower_bound = -np.inf

    def __init__(self, link: str) -> None:
        self.softplus = link == "softplus"
        self.name = "gaussian_nll" if link == "exp" else "gaussian_nll_softplus"
        self.formula = f"(s + (y - m)^2 exp(-s) + ln(2 pi))/2, s = {'ln(softplus(v))' if self.softplus else 'v'}"

    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        half = raw.shape[-1] // 2
        residual = raw[..., :half] - target
        slope = np.ones_like(residual)
        log_variance = log_softplus(raw[..., half:], slope) if self.softplus else raw[..., half:]
        inverse_slope = np.empty_like(residual)
        inverse = extended_exp(-log_variance, inverse_slope)
        squared = residual * residual
        gradient[..., :half] = residual * inverse
        gradient[..., half:] = 0.5 * slope * (1 - squared * inverse_slope)
        gradient *= 1.0 / (raw.shape[1] * half)
        return mean_per_member(0.5 * (log_variance + squared * inverse) + HALF_LOG_TWO_PI)


class NegativeBinomialNLL(Loss):
    """Negative log-likelihood of a count with mean m = e**a and size r = e**b, variance m + m**2 / r.

    ln G(r) + ln G(y + 1) - ln G(y + r) + r softplus(a - b) + y softplus(b - a), linear in a far out, so that no
    exponential of the mean is ever taken. Derivative by a: r sigmoid(a - b) - y sigmoid(b - a); by b:
    r (psi(r) - psi(y + r) + softplus(a - b)) minus the same. The second raw output v gives b = 8 tanh(v / 8):
    the size stays within 3.4e-4 and 2981, where the model is all but Poisson. Targets are whole numbers from
    zero up. Computed in float64, since the differences of ln G cancel.
    """

    name = "negative_binomial"
    formula = "-ln NB(y; mean exp(a), size exp(8 tanh(v/8)))"
    lower_bound = 0.0

    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        half = raw.shape[-1] // 2
        wide = raw.astype(np.float64)
        squashed = np.tanh(wide[..., half:] / LOG_SIZE_LIMIT)
        log_size = LOG_SIZE_LIMIT * squashed
        size = np.exp(log_size)
        excess = wide[..., :half] - log_size
        share = np.empty_like(excess)
        growth = softplus_and_sigmoid(excess, share)
        by_mean = size * share - target * (1 - share)
        by_size = size * (psi(size) - psi(target + size) + growth) - by_mean
        gradient[..., :half] = by_mean
        gradient[..., half:] = by_size * (1 - squashed * squashed)
        gradient *= 1.0 / (raw.shape[1] * half)
        values = gammaln(size) + gammaln(target + 1.0) - gammaln(target + size)
        values = values + size * growth + target * (growth - excess)
        return mean_per_member(values).astype(raw.dtype)


class CumulativeLink(Loss):
    """Ordered classes 0..K from K raw outputs: P(y >= k) = sigmoid(l_k), l_1 = z_1, l_k = l_(k-1) - softplus(z_k).

    The cumulative logits fall by construction, so that every class has a positive probability. From
    sigmoid(a) - sigmoid(b) = sigmoid(a) sigmoid(-b) (1 - e**(b - a)) and 1 - e**-softplus(z) = sigmoid(z):
    -ln P(y = c) = softplus(-l_c) + softplus(l_(c+1)) + softplus(-z_(c+1)), the first missing for the lowest class, the
    others for the highest, the third for the lowest. No difference of probabilities is ever taken.
    [McCullagh 1980 for the model, with one weight vector; here each step has its own.]
    """

    name = "cumulative_link"
    formula = "-ln(sigmoid(l_y) - sigmoid(l_(y+1))), l_1 = z_1, l_k = l_(k-1) - softplus(z_k)"
    integer_target = True

    def value_and_gradient(self, raw: FloatArray, target: TargetArray, gradient: FloatArray) -> FloatArray:
        units = units_first(raw)
        slopes = np.empty_like(units)
        cumulative = fall_by_steps(units, slopes)
        above = np.arange(1, len(units) + 1)[:, None, None] - target
        sign = np.where(above == 0, -1, above == 1).astype(raw.dtype)
        by_level = np.empty_like(units)
        loss = softplus_and_sigmoid(sign * cumulative, by_level)
        loss *= np.abs(sign)
        by_level *= sign
        slopes *= np.add.accumulate(by_level[::-1], axis=0)[::-1]
        inner = (above[1:] == 1).astype(raw.dtype)
        miss = np.empty_like(units[1:])
        loss[1:] += inner * softplus_and_sigmoid(-units[1:], miss)
        slopes[1:] -= inner * miss
        np.multiply(np.moveaxis(slopes, 0, -1), 1.0 / raw.shape[1], out=gradient)
        return mean_per_member(np.add.reduce(loss, axis=0))


def fall_by_steps(raw: FloatArray, slopes: FloatArray) -> FloatArray:
    """l_1 = z_1, l_k = l_(k-1) - softplus(z_k) down the first axis; the slope of each step goes into `slopes`."""
    steps = softplus_and_sigmoid(raw, slopes)
    np.negative(steps, out=steps)
    np.negative(slopes, out=slopes)
    steps[0] = raw[0]
    slopes[0] = 1
    falling: FloatArray = np.add.accumulate(steps, axis=0)
    return falling


def cumulative_logits(raw: FloatArray) -> FloatArray:
    """The cumulative logits l_1 > l_2 > ... of raw outputs [..., K], in the same shape."""
    units = units_first(raw)
    return np.moveaxis(fall_by_steps(units, np.empty_like(units)), 0, -1)
