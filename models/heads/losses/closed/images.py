"""Closed losses for masks and for boxes around anchors: cross-entropy with Dice, focal with generalised overlap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.losses.classification import BinaryCrossEntropy, Focal
from models.heads.losses.closed.base import ClosedLoss, Wide
from models.heads.numerics import sigmoid

SIZE_LIMIT = float(np.log(1000 / 16))


class CrossEntropyAndDice(ClosedLoss):
    """Binary cross-entropy + 1 - (2 sum p y + 1) / (sum p + sum y + 1), p = sigmoid(z) [Milletari et al. 2016].

    The sums go over all entries of the batch; the ones keep empty masks finite. Targets 0 or 1, [M, B, K].
    """

    name = "cross_entropy_and_dice"
    formula = "mean(ln(1 + exp(z)) - y z) + 1 - (2 sum p y + 1)/(sum p + sum y + 1)"

    def evaluate(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        slopes = np.empty_like(raw)
        loss = BinaryCrossEntropy().value_and_gradient(raw, target, slopes)
        mask = sigmoid(raw)
        shared = 2 * (mask * target).sum(axis=(1, 2), keepdims=True) + 1
        size = (mask + target).sum(axis=(1, 2), keepdims=True) + 1
        slopes -= (2 * target / size - shared / size**2) * mask * (1 - mask)
        return loss + 1 - (shared / size)[:, 0, 0], slopes


class FocalAndOverlap(ClosedLoss):
    """Focal loss of the classes, and 1 - generalised IoU of the box where an anchor holds an object.

    The last four units are logarithms of the distances from the anchor's centre to the four sides (left, right, top,
    bottom), clipped at ln(1000 / 16); beyond, the gradient is 0. Both boxes hold the centre, so that widths of
    intersection and hull are sums of minima and of maxima [Lin 2017; Rezatofighi 2019; distances as Tian 2019].
    Targets [M, B, C + 4]: class flags, then distances above 0. The overlap is averaged over anchors with an object.
    """

    name = "focal_and_overlap"
    formula = "focal(z_classes) + 1 - (I/U - (H - U)/H), distances exp(z_box)"

    def evaluate(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        slopes = np.empty_like(raw)
        by_class = np.empty_like(raw[..., :-4])
        loss = Focal().value_and_gradient(raw[..., :-4], target[..., :-4], by_class)
        slopes[..., :-4] = by_class
        found = (target[..., :-4].max(axis=-1) == 1) & np.ones(raw.shape[:2], dtype=bool)
        share = found / np.maximum(found.sum(axis=1, keepdims=True), 1)
        miss, slopes[..., -4:] = _overlap_miss(raw[..., -4:], target[..., -4:])
        slopes[..., -4:] *= share[..., None]
        return loss + (share * miss).sum(axis=1), slopes


def _overlap_miss(raw: Wide, sides: Wide) -> tuple[Wide, Wide]:
    """2 - I/U - U/H of boxes around one point [M, B], and its derivative by the logarithms of the distances."""
    reach = np.exp(np.minimum(raw, SIZE_LIMIT))
    own, wanted = _extents(reach), _extents(sides)
    inside, hull = _extents(np.minimum(reach, sides)), _extents(np.maximum(reach, sides))
    shared, around = _area(inside), _area(hull)
    union = _area(own) + _area(wanted) - shared
    by_shared = _side_slopes(inside) * (reach < sides)
    by_union = _side_slopes(own) - by_shared
    by_around = _side_slopes(hull) * (reach >= sides)
    shared, union, around = (part[..., None] for part in (shared, union, around))
    slopes = -by_shared / union + (shared / union**2 - 1 / around) * by_union + union / around**2 * by_around
    return (2 - shared / union - union / around)[..., 0], slopes * reach * (raw < SIZE_LIMIT)


def _extents(sides: Wide) -> Wide:
    """Width and height of boxes with distances (left, right, top, bottom) from a point inside."""
    return np.stack([sides[..., 0] + sides[..., 1], sides[..., 2] + sides[..., 3]], axis=-1)


def _area(extents: Wide) -> Wide:
    result: Wide = extents[..., 0] * extents[..., 1]
    return result


def _side_slopes(extents: Wide) -> Wide:
    """Derivative of the area by each of the four distances."""
    return extents[..., [1, 1, 0, 0]]
