"""Proofs about the size of signals: normalisation, dropout, SELU's fixed point, powers."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

import numpy as np

from actwise.contract.diagnosis import Proof
from models.activations import gains, moments
from models.activations import get as activation
from service.doctor.proofs.toy import BATCH, Floats, at_most, noise_free, normal, proof, value

_SELU_FLOOR = -1.7580993408473766
_ROWS, _UNITS = 256, 64


def selu_behind_normalization() -> Proof:
    """Variance of a normalised SELU layer's input for weights of gain 1 and 3: normalisation makes it 1 for both."""
    inputs = normal(_ROWS, _UNITS)
    kernel = normal(_UNITS, _UNITS, seed=1) / sqrt(_UNITS)
    variances = []
    for gain in (1.0, 3.0):
        z = inputs @ (gain * kernel)
        variances.append(float(((z - z.mean(axis=0)) / z.std(axis=0)).var()))
    mean, second, _ = (float(part) for part in moments(activation("selu"), 1.0))
    return proof(
        f"the layer sees a variance of {variances[0]:.2f} whether weights start with gain 1 or 3, so that SELU's own "
        f"normalisation has nothing to do; its output has variance {second - mean**2:.2f} before anything is "
        "normalised",
        f"{_ROWS} inputs of {_UNITS} features, batch statistics, seeds 0 and 1",
        variance_gain_1=variances[0],
        variance_gain_3=variances[1],
        selu_output_variance=second - mean**2,
    )


def selu_growth(gain: float, depth: int) -> Proof:
    """Variance of SELU's input over the layers for a gain, by mean field; SELU's own scheme has gain 1."""
    layers = min(max(depth, 1), 200)
    reached, own = _selu_variance(gain, layers), _selu_variance(1.0, layers)
    return proof(
        f"after {layers} layers the variance is {reached:.3g} with this start and {own:.3g} with LeCun normal",
        f"mean-field recursion of the variance over {layers} layers, inputs of variance 1",
        variance=reached,
        variance_lecun=own,
        gain=gain,
    )


@lru_cache(maxsize=64)
def _selu_variance(gain: float, layers: int) -> float:
    q = gain**2
    for _ in range(layers - 1):
        q = min(max(gain**2 * float(moments(activation("selu"), q).second), 1e-12), 1e5)
    return q


@lru_cache(maxsize=64)
def dropout_behind(name: str, rate: float, alpha: bool) -> Proof:
    """Mean and variance behind an activation, after plain and after alpha dropout of one rate."""
    rate = min(max(rate, 0.01), 0.9)
    outputs = value(name, normal(64 * _ROWS))
    keep = np.random.default_rng(1).random(len(outputs)) >= rate
    plain, kept = np.where(keep, outputs / (1 - rate), 0.0), _alpha(outputs, keep, rate)
    shift = {
        "mean": float(outputs.mean()),
        "variance": float(outputs.var()),
        "mean_plain": float(plain.mean()),
        "variance_plain": float(plain.var()),
        "mean_alpha": float(kept.mean()),
        "variance_alpha": float(kept.var()),
    }
    seen = "alpha" if alpha else "plain"
    return proof(
        f"{seen} dropout of {rate:g} takes {name} from mean {shift['mean']:.2f} and variance "
        f"{shift['variance']:.2f} to "
        f"{shift[f'mean_{seen}']:.2f} and {shift[f'variance_{seen}']:.2f}",
        f"{len(outputs)} standard normal pre-activations, seeds 0 and 1",
        **shift,
    )


def _alpha(outputs: Floats, keep: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], rate: float) -> Floats:
    """Alpha dropout [Klambauer et al. 2017, section 3]: dropped units take SELU's lowest value, then a, b restore."""
    a = (1 - rate + _SELU_FLOOR**2 * (1 - rate) * rate) ** -0.5
    b = -a * rate * _SELU_FLOOR
    return np.asarray(a * np.where(keep, outputs, _SELU_FLOOR) + b)


def residual_growth(name: str, depth: int) -> Proof:
    """Variance of h + f(W h) over the layers, by simulation."""
    layers = min(max(depth, 1), 64)
    stream = normal(_ROWS, _UNITS)
    for layer in range(layers):
        kernel = normal(_UNITS, _UNITS, seed=layer + 1) / sqrt(_UNITS)
        stream = np.clip(stream + value(name, stream @ kernel), -1e12, 1e12)
    grown = float(stream.var())
    return proof(
        f"after {layers} additions the variance is {grown:.3g} instead of 1: the fixed point that SELU is made for is "
        "left at once",
        f"{_ROWS} inputs of {_UNITS} features, LeCun normal weights, seeds 0 to {layers}",
        variance=grown,
    )


def squared_growth(name: str, depth: int) -> Proof:
    """The mean square after some layers for inputs 10 % larger and 10 % smaller, from the gain that keeps 1 at 1."""
    layers = min(max(depth, 2), 12)
    gain = gains(activation(name)).forward
    after = [_mean_square(name, gain, (1 + change) ** 2, layers) for change in (-0.1, 0.1)]
    return proof(
        f"even from the exact gain {gain:.3f}, inputs 10 % larger end {after[1] / after[0]:.3g} times as strong after "
        f"{layers} layers as inputs 10 % smaller",
        f"mean-field recursion of the mean square over {layers} layers, held within 1e-12 and 1e6",
        ratio=after[1] / after[0],
        larger=after[1],
        smaller=after[0],
        gain=gain,
    )


def _mean_square(name: str, gain: float, q: float, layers: int) -> float:
    for _ in range(layers):
        q = min(max(gain**2 * float(moments(activation(name), q).second), 1e-12), 1e6)
    return q


@lru_cache(maxsize=64)
def bias_before_normalization(units: int) -> Proof:
    """The gradient by a bias in front of normalisation over the batch: zero, since the mean is taken off."""
    count = min(max(units, 1), _UNITS)
    z, bias = normal(BATCH, count), normal(count, seed=1)
    with_bias, without = ((x - x.mean(axis=0)) / x.std(axis=0) for x in (z + 3 * bias, z))
    gap = float(np.abs(with_bias - without).max())
    return proof(
        f"the normalised outputs differ by {at_most(gap)} with and without it: {units} numbers are learnt for nothing",
        f"{BATCH} rows of {count} units, biases of standard deviation 3, seeds 0 and 1",
        largest_difference=noise_free(gap),
        wasted=units,
    )


@lru_cache(maxsize=64)
def dropout_before_normalization(rate: float) -> Proof:
    """The variance that a normalisation behind dropout sees in training, against that in use."""
    rate = min(max(rate, 0.01), 0.9)
    z = normal(64 * _ROWS)
    kept = np.where(np.random.default_rng(1).random(len(z)) >= rate, z / (1 - rate), 0.0)
    ratio = float(kept.var() / z.var())
    return proof(
        f"in training the variance is {ratio:.2f} times that in use, and the kept statistics are those of training",
        f"{len(z)} standard normal values, dropout of {rate:g}, seeds 0 and 1",
        variance_ratio=ratio,
        by_formula=1 / (1 - rate),
    )


def normalized_output() -> Proof:
    """Targets in their own units against an output that was normalised over the batch, without learnt scale."""
    targets = 5 + 3 * normal(BATCH)
    perfect = (targets - targets.mean()) / targets.std()
    left = float(((perfect - targets) ** 2).mean() / targets.var())
    return proof(
        f"a perfect prediction, once normalised, is off by {left:.1f} times the variance of a target with mean 5 and "
        "deviation 3; a learnt scale can repair that, but each output still depends on the rest of its batch",
        f"{BATCH} targets, seed 0, batch statistics",
        error_over_variance=left,
    )
