"""Proofs about outputs that predict numbers: ranges, dead outputs, overflow."""

from __future__ import annotations

from math import exp, log

import numpy as np

from actwise.contract.diagnosis import Proof
from service.doctor.proofs.toy import BATCH, function, normal, proof, value

_STARTS = 200


def rectified_output(name: str, low: float | None, inputs: int) -> Proof:
    """Random starts of a linear output whose rectified prediction is constant, and the error on negative targets."""
    features = min(max(inputs, 1), 64)
    hidden = np.maximum(normal(BATCH, features), 0)
    weights = normal(features, _STARTS, seed=1) / np.sqrt(features)
    dead = float((value(name, hidden @ weights) == 0).all(axis=0).mean())
    numbers = {"dead_starts": dead}
    sentence = f"in {dead:.0%} of random starts the output is 0 on every example, has no gradient and never wakes up"
    if low is None or low < 0:
        targets = normal(16 * BATCH, seed=2)
        numbers["error_left"] = float((np.minimum(targets, 0) ** 2).mean() / (targets**2).mean())
        sentence += (
            f"; on standardised targets {numbers['error_left']:.0%} of the squared error can never be removed, since "
            "negative values are out of reach"
        )
    setting = f"{BATCH} examples of {features} rectified features, {_STARTS} starts, seeds 0 to 2"
    return proof(sentence, setting, **numbers)


def out_of_range(name: str, low: float, high: float) -> Proof:
    """The squared error that is left, as a share of the variance, when targets lie outside an activation's range."""
    floor, ceiling = function(name).facts.range
    unit = max(abs(low), abs(high))
    targets = np.linspace(low / unit, high / unit, 4001)
    nearest = np.clip(targets, floor / unit, ceiling / unit)
    left = float(((nearest - targets) ** 2).mean() / targets.var())
    outside = float(((targets < floor / unit) | (targets > ceiling / unit)).mean())
    return proof(
        f"{outside:.0%} of evenly spread targets between {low:g} and {high:g} lie outside [{floor:g}, "
        f"{ceiling:g}]; even "
        f"the best network keeps a squared error of {left:.2g} times the variance of the target",
        f"4001 targets evenly spread over [{low:g}, {high:g}]",
        outside=outside,
        error_over_variance=left,
    )


def wasted_range(name: str, low: float, high: float) -> Proof:
    """The share of an activation's outputs, at the start, that no target can have."""
    outputs = value(name, normal(16 * BATCH))
    wasted = float(((outputs < low) | (outputs > high)).mean())
    return proof(
        f"{wasted:.0%} of the outputs at the start lie outside [{low:g}, {high:g}], where no target is",
        f"{16 * BATCH} standard normal pre-activations, seed 0",
        wasted=wasted,
    )


def impossible_predictions(low: float | None, high: float | None) -> Proof:
    """Least squares on toy data near an edge of the allowed range: the share of predictions beyond it.

    Everything is computed in units of the range, or in distances from its only end.
    """
    features = normal(8 * BATCH, 4)
    score = features @ np.array([0.8, -0.5, 0.3, 0.2])
    bounded = low is not None and high is not None
    inside = 1 / (1 + np.exp(-2 * score)) if bounded else np.exp(score)
    design = np.column_stack([np.ones(len(score)), features])
    fitted = design @ np.linalg.lstsq(design, inside, rcond=None)[0]
    share = float(((fitted < 0) | (fitted > (1 if bounded else np.inf))).mean())
    return proof(
        f"a linear output fitted by least squares puts {share:.0%} of its predictions where no target can be",
        f"{8 * BATCH} toy examples of 4 features with targets inside the range, seed 0; lowest and highest in "
        "units of the "
        "range, or as distances from its end",
        impossible=share,
        lowest=float(fitted.min()),
        highest=float(fitted.max()),
    )


def half_precision_limit(name: str) -> Proof:
    """The largest input at which an activation is still finite in float16."""
    largest = float(np.finfo(np.float16).max)
    limit = log(largest) if name == "exp" else largest**0.5
    grown = exp(limit + 0.01) if name == "exp" else (limit + 0.1) ** 2
    return proof(
        f"beyond an input of {limit:.2f} the output is infinite in float16, whose largest number is {largest:.0f}",
        "inverse of the function at the largest float16",
        limit=limit,
        beyond=grown,
        largest=largest,
    )


def squared_counts(mean: float) -> Proof:
    """How unevenly squared error weighs counts: the variance of a Poisson count is its mean."""
    small, large = max(mean / 10, 0.1), max(mean * 10, 1.0)
    rng = np.random.default_rng(0)
    spread_small = float(rng.poisson(small, 20_000).var())
    spread_large = float(rng.poisson(large, 20_000).var())
    return proof(
        f"where {large:g} events are expected pure chance contributes {spread_large / spread_small:.0f} times as much "
        f"squared error as where {small:g} are, so that the many small counts hardly matter",
        f"20000 Poisson counts each, means {small:g} and {large:g}, seed 0",
        noise_small=spread_small,
        noise_large=spread_large,
        ratio=spread_large / spread_small,
    )


def rectified_directions(name: str, units: int) -> Proof:
    """The mean cosine of random embeddings whose coordinates passed a rectifier: 1 / pi for ReLU, 0 for none."""
    count = min(max(units, 2), 256)
    rows = value(name, normal(2 * BATCH, count))
    lengths = np.sqrt((rows**2).sum(axis=1))
    alive = rows[lengths > 0] / lengths[lengths > 0, None]
    cosines = (alive @ alive.T)[np.triu_indices(len(alive), 1)]
    lost = float((lengths == 0).mean())
    return proof(
        f"unrelated embeddings have a cosine of {cosines.mean():.2f} on average instead of 0, none can be "
        "opposite, and "
        f"{lost:.2%} have no direction at all",
        f"{2 * BATCH} standard normal embeddings of {count} numbers, seed 0",
        mean_cosine=float(cosines.mean()),
        lowest_cosine=float(cosines.min()),
        without_direction=lost,
    )


def rectified_bottleneck(name: str, units: int, before: int) -> Proof:
    """What a rectified narrow layer loses: inputs mapped to zero, and variance that a linear map could restore."""
    count = min(units, 64)
    features = normal(8 * BATCH, min(before, 128))
    weights = normal(features.shape[1], count, seed=1) / np.sqrt(features.shape[1])
    linear = features @ weights
    code = value(name, linear)
    design = np.column_stack([np.ones(len(code)), code])
    restored = design @ np.linalg.lstsq(design, linear, rcond=None)[0]
    lost = float(((linear - restored) ** 2).mean() / linear.var())
    silent = float((code == 0).all(axis=1).mean())
    return proof(
        f"{name} removes {lost:.0%} of the variance that the {units} linear units carry, and {silent:.2%} of the "
        "inputs "
        "leave no trace",
        f"{8 * BATCH} standard normal inputs, {count} units, seeds 0 and 1; the best linear reconstruction",
        variance_lost=lost,
        silent=silent,
    )


def bounded_critic(name: str) -> Proof:
    """A critic whose outputs are bounded cannot tell how far two distributions are apart."""
    distances = np.array([1.0, 10.0])
    low, high = function(name).facts.range
    shown = value(name, distances) - value(name, -distances)
    return proof(
        f"the critic's difference is {shown[0]:.3f} for samples 2 apart and {shown[1]:.3f} for samples 20 apart; "
        "it can "
        f"never pass {high - low:g}, and its gradient falls to "
        f"{float(function(name).slope(10.0)):.1g}",
        f"a critic of slope 1 behind {name}, at -1 and 1, and at -10 and 10",
        near=float(shown[0]),
        far=float(shown[1]),
        most=high - low,
        gradient=float(function(name).slope(10.0)),
    )


def spread_that_is_no_spread(name: str) -> Proof:
    """The share of standard deviations at the start that are zero or negative, where the likelihood has no value."""
    outputs = value(name, normal(16 * BATCH))
    useless = float((outputs <= 0).mean())
    return proof(
        f"{useless:.0%} of the spreads at the start are zero or negative, where the logarithm in the likelihood is not "
        "finite",
        f"{16 * BATCH} standard normal pre-activations, seed 0",
        useless=useless,
    )
