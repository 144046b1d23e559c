"""Raw outputs and targets for every closed loss, in the shapes that they ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MEMBERS, ROWS = 2, 5


def classes(count: int) -> Callable[[np.random.Generator, int], Array]:
    return lambda rng, rows: rng.integers(0, count, (MEMBERS, rows))


def flags(count: int) -> Callable[[np.random.Generator, int], Array]:
    return lambda rng, rows: rng.integers(0, 2, (MEMBERS, rows, count)).astype(float)


def normals(count: int) -> Callable[[np.random.Generator, int], Array]:
    return lambda rng, rows: rng.normal(size=(MEMBERS, rows, count))


def inside(rng: np.random.Generator, rows: int) -> Array:
    return rng.uniform(0.05, 0.95, (MEMBERS, rows, 2))


def shares(rng: np.random.Generator, rows: int) -> Array:
    return 0.02 + 0.92 * rng.dirichlet(np.ones(4), (MEMBERS, rows))


def amounts(rng: np.random.Generator, rows: int) -> Array:
    return rng.gamma(2.0, 1.0, (MEMBERS, rows, 2))


def counts(rng: np.random.Generator, rows: int) -> Array:
    return rng.poisson(0.8, (MEMBERS, rows, 2)).astype(float)


def intervals(rng: np.random.Generator, rows: int) -> Array:
    """Event flags and at-risk flags of four intervals."""
    last, seen = rng.integers(0, 4, (MEMBERS, rows, 1)), rng.integers(0, 2, (MEMBERS, rows, 1))
    place = np.arange(4)
    return np.stack([(place == last) * seen, place <= last], axis=2).astype(float)


def lived(rng: np.random.Generator, rows: int) -> Array:
    found = intervals(rng, rows)
    found[:, :, 1] *= rng.uniform(0.1, 1, found[:, :, 1].shape)
    return found


def interval_and_event(rng: np.random.Generator, rows: int) -> Array:
    return np.stack([rng.integers(0, 4, (MEMBERS, rows)), rng.integers(0, 2, (MEMBERS, rows))], axis=-1).astype(float)


def time_and_event(rng: np.random.Generator, rows: int) -> Array:
    return np.stack([rng.integers(1, 4, (MEMBERS, rows)), rng.integers(0, 2, (MEMBERS, rows))], axis=-1).astype(float)


def directions(rng: np.random.Generator, rows: int) -> Array:
    vectors = rng.normal(size=(MEMBERS, rows, 2))
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def rotations(rng: np.random.Generator, rows: int) -> Array:
    found = np.linalg.qr(rng.normal(size=(MEMBERS, rows, 3, 3)))[0]
    found = found * np.linalg.det(found)[..., None, None]
    return np.swapaxes(found, -1, -2).reshape(MEMBERS, rows, 9)


def boxes(rng: np.random.Generator, rows: int) -> Array:
    label = rng.integers(0, 4, (MEMBERS, rows))
    found = (label[..., None] == np.arange(3)).astype(float)
    return np.concatenate([found, rng.gamma(3.0, 1.0, (MEMBERS, rows, 4))], axis=-1)


def matched(rng: np.random.Generator, rows: int) -> Array:
    """A class of two or none, and a box inside the image."""
    label, box = rng.integers(0, 3, (MEMBERS, rows, 1)), rng.uniform(0.2, 0.8, (MEMBERS, rows, 4))
    return np.concatenate([label, box], axis=-1)


def advantages(rng: np.random.Generator, rows: int) -> Array:
    return (rng.integers(0, 4, (MEMBERS, rows, 1)) == np.arange(4)) * rng.normal(size=(MEMBERS, rows, 1))


CLOSED_TARGETS: dict[str, tuple[int, Callable[[np.random.Generator, int], Array]]] = {
    "smoothed_cross_entropy": (4, classes(4)),
    "sparsemax": (4, classes(4)),
    "capped_cross_entropy": (4, classes(4)),
    "angular_margin": (4, classes(4)),
    "policy_gradient": (4, advantages),
    "levelwise_cross_entropy": (3, classes(4)),
    "conditional_levels": (3, classes(4)),
    "beta": (4, inside),
    "dirichlet": (4, shares),
    "student_t": (6, normals(2)),
    "mixture_density": (6, normals(1)),
    "squared_log": (2, amounts),
    "learned_weights": (2, amounts),
    "zero_inflated_poisson": (4, counts),
    "zero_inflated_negative_binomial": (6, counts),
    "logistic_hazard": (4, intervals),
    "piecewise_hazard": (4, lived),
    "event_time": (5, interval_and_event),
    "cox_partial_likelihood": (1, time_and_event),
    "cosine_distance": (2, directions),
    "von_mises": (2, directions),
    "rotation": (6, rotations),
    "contrastive": (4, normals(4)),
    "triplet": (4, normals(8)),
    "pairwise_logistic": (2, flags(1)),
    "hinge": (1, flags(1)),
    "critic": (1, flags(1)),
    "cross_entropy_and_dice": (3, flags(3)),
    "focal_and_overlap": (7, boxes),
    "matched_boxes": (7, matched),
    "affine_flow": (4, normals(2)),
    "gaussian_divergence": (4, normals(2)),
    "squashed_gaussian_policy": (4, normals(3)),
    "gaussian_policy": (4, normals(3)),
}
"""Units of the last layer, and how targets are drawn."""


def draw_closed(name: str, rows: int = ROWS, scale: float = 2.0, seed: int = 7) -> tuple[Array, Array]:
    """Raw outputs [M, B, K] and targets of one loss."""
    rng = np.random.default_rng(seed)
    units, target = CLOSED_TARGETS[name]
    return rng.normal(scale=scale, size=(MEMBERS, rows, units)), target(rng, rows)
