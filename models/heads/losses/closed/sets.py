"""The closed loss of a set of boxes that a matching has paired with objects, or with none."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.losses.closed.base import ClosedLoss, Wide, log_sum_exp, one_hot
from models.heads.numerics import sigmoid, softmax

NO_OBJECT_WEIGHT, DISTANCE_WEIGHT, OVERLAP_WEIGHT = 0.1, 5.0, 2.0


class MatchedBoxes(ClosedLoss):
    """Cross-entropy + 5 L1 + 2 (1 - generalised IoU) of queries that are matched already [Carion et al. 2020].

    The units hold C + 1 logits, the last for 'no object', whose rows weigh 0.1, then four numbers whose sigmoids are
    the box's centre and size as shares of the image. Targets [M, B, 5]: the class number, then centre and size.
    Distances and overlaps are averaged over the queries with an object.
    """

    name = "matched_boxes"
    formula = "weighted cross-entropy + 5 |b - y| + 2 (1 - (I/U - (H - U)/H)), b = sigmoid(z_box)"

    def evaluate(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        logits, label = raw[..., :-4], one_hot(target[..., 0], raw.shape[-1] - 4)
        weight = np.where(label[..., -1], NO_OBJECT_WEIGHT, 1) + 0 * raw[..., 0]
        weight = weight / weight.sum(axis=1, keepdims=True)
        found = ~label[..., -1] + 0 * raw[..., 0]
        found = found / np.maximum(found.sum(axis=1, keepdims=True), 1)
        values = weight * (log_sum_exp(logits) - np.where(label, logits, 0).sum(axis=-1))
        by_logit = weight[..., None] * (softmax(logits) - label)
        wanted = target[..., 1:]
        box: Wide = np.asarray(sigmoid(raw[..., -4:]), dtype=np.float64)
        miss, by_box = box_miss(box, wanted)
        miss = OVERLAP_WEIGHT * miss + DISTANCE_WEIGHT * np.abs(box - wanted).sum(axis=-1)
        by_box = OVERLAP_WEIGHT * by_box + DISTANCE_WEIGHT * np.sign(box - wanted)
        slopes = np.concatenate([by_logit, found[..., None] * by_box * box * (1 - box)], axis=-1)
        return (values + found * miss).sum(axis=1), slopes


def box_miss(box: Wide, wanted: Wide) -> tuple[Wide, Wide]:
    """2 - I/U - U/H of boxes given as centre and size [..., 4], and its derivative by the first of them."""
    size, size_wanted = box[..., 2:], wanted[..., 2:]
    low, high = box[..., :2] - size / 2, box[..., :2] + size / 2
    low_wanted, high_wanted = wanted[..., :2] - size_wanted / 2, wanted[..., :2] + size_wanted / 2
    inside = np.maximum(np.minimum(high, high_wanted) - np.maximum(low, low_wanted), 0)
    hull = np.maximum(high, high_wanted) - np.minimum(low, low_wanted)
    shared, around = (part.prod(axis=-1, keepdims=True) for part in (inside, hull))
    union = size.prod(axis=-1, keepdims=True) + size_wanted.prod(axis=-1, keepdims=True) - shared
    by_union = shared / union**2 - 1 / around
    by_inside = -(1 / union + by_union) * inside[..., ::-1] * (inside > 0)
    by_hull = union / around**2 * hull[..., ::-1]
    by_high = by_inside * (high < high_wanted) + by_hull * (high >= high_wanted)
    by_low = -by_inside * (low > low_wanted) - by_hull * (low <= low_wanted)
    by_size = by_union * size[..., ::-1] + (by_high - by_low) / 2
    values: Wide = (2 - shared / union - union / around)[..., 0]
    return values, np.concatenate([by_high + by_low, by_size], axis=-1)
