"""Proofs about layers without anything between them, and about activations one after another."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from actwise.contract.diagnosis import Proof
from service.doctor.proofs.toy import BATCH, at_most, function, noise_free, normal, proof, value

_MOST = 64


@lru_cache(maxsize=64)
def product_of_layers(sizes: tuple[int, ...]) -> Proof:
    """Layers without activation between them against the one matrix that does the same: largest difference, rank."""
    cut = [min(max(size, 1), _MOST) for size in sizes]
    kernels = [
        normal(before, after, seed=place) / np.sqrt(before) for place, (before, after) in enumerate(pairwise(cut))
    ]
    inputs = normal(BATCH, cut[0], seed=99)
    slowly, single = inputs, kernels[0]
    for kernel in kernels[1:]:
        single = single @ kernel
    for kernel in kernels:
        slowly = slowly @ kernel
    gap = float(np.abs(slowly - inputs @ single).max())
    rank = int(np.linalg.matrix_rank(single))
    weights = sum(kernel.size for kernel in kernels)
    return proof(
        f"one matrix of {cut[0]} by {cut[-1]} with {single.size} weights does what these {len(kernels)} layers with "
        f"{weights} weights do: the outputs differ by {at_most(gap)}, and the rank is {rank}",
        f"{BATCH} inputs through layers of {' - '.join(map(str, cut))} units (at most {_MOST} of each), fixed seeds",
        largest_difference=noise_free(gap),
        rank=rank,
        weights=weights,
        weights_needed=single.size,
    )


def linear_on_exclusive_or(depth: int) -> Proof:
    """The best squared error of any linear network on exclusive or: 0.25, that of a constant."""
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    targets = np.array([0.0, 1.0, 1.0, 0.0])
    design = np.column_stack([np.ones(4), inputs])
    error = float(((design @ np.linalg.lstsq(design, targets, rcond=None)[0] - targets) ** 2).mean())
    return proof(
        f"all {depth} layers together are one linear map; on exclusive or its best squared error is {error:.2f}, "
        "as for "
        "a constant",
        "the four rows of exclusive or, exact least squares",
        best_error=error,
        constant_error=float(targets.var()),
    )


@lru_cache(maxsize=64)
def two_in_a_row(first: str, second: str) -> Proof:
    """The gradient that two activations one after another let through, against the first alone."""
    z = normal(16 * BATCH)
    inner, slope = function(first).value_and_slope(z)
    both, outer = function(second).value_and_slope(inner)
    alone = float(np.sqrt((slope**2).mean()))
    through = float(np.sqrt(((slope * outer) ** 2).mean()))
    change = float(np.abs(both - inner).max())
    sentence = (
        "the second changes nothing"
        if change < 1e-12
        else f"the gradient that passes falls from {alone:.2f} to {through:.2f} of its size"
    )
    return proof(
        sentence,
        f"{16 * BATCH} standard normal pre-activations, seed 0",
        gradient_of_first=alone,
        gradient_of_both=through,
        largest_change=change,
    )


@lru_cache(maxsize=64)
def softmax_inside(width: int) -> Proof:
    """What a softmax over the units of a hidden layer leaves of the signal."""
    count = min(max(width, 2), 512)
    z = normal(BATCH, count)
    outputs = value("softmax", z)
    return proof(
        f"over {count} units the mean output is {outputs.mean():.2g} with a standard deviation of {outputs.std():.2g}, "
        f"where the inputs had 1: {1 / outputs.std():.0f} times less signal for the next layer",
        f"{BATCH} rows of {count} standard normal pre-activations, seed 0",
        mean=float(outputs.mean()),
        deviation=float(outputs.std()),
        shrinkage=float(1 / outputs.std()),
    )


@lru_cache(maxsize=64)
def repeated_kernel(units: int, inputs: int) -> Proof:
    """Units that start alike get the same gradient and stay alike: rank of the weights after some steps."""
    count, features = min(max(units, 2), 32), min(max(inputs, 1), 32)
    rows, targets = normal(BATCH, features), normal(BATCH, seed=1)
    kernel, output = np.full((features, count), 0.1), np.full(count, 0.1)
    for _ in range(20):
        hidden = np.tanh(rows @ kernel)
        miss = (hidden @ output - targets) / BATCH
        kernel = kernel - 0.1 * rows.T @ (np.outer(miss, output) * (1 - hidden**2))
        output = output - 0.1 * hidden.T @ miss
    apart = float(np.abs(kernel - kernel[:, :1]).max())
    return proof(
        f"after 20 steps all {count} units still hold the same weights (largest difference {at_most(apart)}): the "
        "layer is "
        "one unit",
        f"{BATCH} rows of {features} features, a tanh layer of {count} equal units, seeds 0 and 1",
        largest_difference=noise_free(apart),
        rank=int(np.linalg.matrix_rank(kernel, tol=1e-9)),
    )
