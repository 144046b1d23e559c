"""What the lines to paste are checked with: raw outputs near and far, and what our own heads say of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads import HEADS, Head, TargetScale, get_loss, head_code
from tests.models.heads.closed_targets import CLOSED_TARGETS, draw_closed
from tests.models.heads.test_losses import draw

Array = NDArray[Any]
FAR = (1.0, 12.0, 50.0, 1000.0)
"""Sizes of raw outputs: as networks start, and the edges where naive formulas give infinity or nan."""

CLASSES = 4
_WIDTHS = {"quantile": 3, "ordered_quantile": 3, "gaussian_nll": 4, "gaussian_nll_softplus": 4, "negative_binomial": 4}
_WIDTHS |= {"cross_entropy": CLASSES, "soft_cross_entropy": CLASSES, "cumulative_link": CLASSES - 1}
COUNTS = ("poisson_exp", "poisson_softplus", "negative_binomial", "zero_inflated_poisson")


def snippet_heads() -> list[str]:
    """One head for every pair of a loss and a way to predict that has lines to paste."""
    ways = {(head.loss, head.estimate): head.id for head in reversed(HEADS.values()) if head_code(head.id).jax}
    return sorted(ways.values(), key=list(HEADS).index)


def lines(head_id: str, framework: str) -> str | None:
    """The lines for four classes or levels."""
    found: str | None = getattr(head_code(head_id, classes=CLASSES, outputs=1), framework)
    return found


def batches(head: Head) -> Iterator[tuple[float, Array, Array]]:
    """(size, raw outputs [B, K], targets) near and far, and with large counts for heads of counts."""
    for size in FAR:
        raw, target = _drawn(head.loss)
        far = raw if size == 1 else np.sign(raw) * (size + 0.01 * raw)
        yield size, far, target
        if head.loss in COUNTS:
            yield size, far, target + 5000.0


def _drawn(loss: str) -> tuple[Array, Array]:
    units = _WIDTHS.get(loss, 1)
    raw, target = draw_closed(loss, rows=4) if loss in CLOSED_TARGETS else draw(loss, units, rows=4, scale=1.0)
    return raw[0], target[0]


def our_loss(head: Head, raw: Array, target: Array) -> float:
    """Our loss of one batch, in float64."""
    return float(get_loss(head.loss).value(raw[None].astype(np.float64), target[None])[0])


def our_prediction(head: Head, raw: Array) -> Array:
    """Head.predict on the head's own scale: location 0, spread 1; class 1 alone of two, the number of a level."""
    scaling = {"mean_of_log": "log_standardize", "mean_of_log1p": "log1p_standardize"}.get(head.estimate or "", "none")
    scale = TargetScale(scaling, classes=CLASSES)  # type: ignore[arg-type]
    found = head.predict(raw[None], scale)[0]
    if head.estimate == "level_number":
        return found.argmax(axis=-1)[:, None]
    return found[:, 1:] if head.estimate == "binary_probability" else found


def flat(prediction: Any) -> Array:
    """A prediction of arrays, or of several side by side, as one NumPy array [B, P]."""
    parts = prediction if isinstance(prediction, tuple) else (prediction,)
    arrays = [np.asarray(part, dtype=np.float64) for part in parts]
    return np.concatenate([part.reshape(len(part), -1) for part in arrays], axis=-1)
