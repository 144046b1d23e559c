"""Closed losses for directions, rotations and embeddings, from vectors of any length."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import i0e, i1e

from models.heads.losses.closed.base import ClosedLoss, RowLoss, Wide, halves, log_sum_exp
from models.heads.numerics import softmax

TEMPERATURE = 0.07
TRIPLET_MARGIN = 0.2
LENGTH_FLOOR = 1e-8


def unit(vector: Wide) -> tuple[Wide, Wide]:
    """The vector over the last axis divided by its length, and the length [..., 1], kept above 1e-8."""
    length = np.sqrt((vector * vector).sum(axis=-1, keepdims=True) + LENGTH_FLOOR**2)
    return vector / length, length


def through_unit(slopes: Wide, direction: Wide, length: Wide) -> Wide:
    """Derivative by a vector, from that by its direction: what is along the direction does not count."""
    along = (slopes * direction).sum(axis=-1, keepdims=True)
    result: Wide = (slopes - along * direction) / length
    return result


class CosineDistance(RowLoss):
    """1 - u . y for the unit vector u = z / |z| and a target of length 1, [M, B, K]; an angle is (cos, sin)."""

    name = "cosine_distance"
    formula = "1 - z . y / |z|"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        direction, length = unit(raw)
        return 1 - (direction * target).sum(axis=-1), through_unit(-target + 0 * raw, direction, length)


class VonMises(RowLoss):
    """ln(2 pi I_0(k)) - z . y with concentration k = |z|: the von Mises likelihood in its natural parameters.

    The two raw outputs are k times (cos, sin) of the mean angle; targets [M, B, 2] are (cos, sin). Derivative
    I_1(k) / I_0(k) z / k - y. ln I_0(k) is k plus the logarithm of the scaled Bessel function, finite for every k.
    """

    name = "von_mises"
    formula = "ln(2 pi I_0(|z|)) - z . y"
    lower_bound = -np.inf

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        direction, length = unit(raw)
        scaled = i0e(length)
        values = np.log(2 * np.pi * scaled) + length - (raw * target).sum(axis=-1, keepdims=True)
        return values[..., 0], i1e(length) / scaled * direction - target


class Rotation(RowLoss):
    """3 - trace(R^T Y) = |R - Y|**2 / 2 for the rotation R that Gram-Schmidt makes of two raw vectors [Zhou 2019].

    It is 2 - 2 cos of the angle between R and Y. b_1 = a_1 / |a_1|, b_2 is the unit vector of a_2 - (b_1 . a_2) b_1,
    b_3 = b_1 x b_2. Targets [M, B, 9] hold the three columns of Y one after the other; 6 units.
    """

    name = "rotation"
    formula = "3 - trace(R^T Y), R by Gram-Schmidt from (z_1..z_3), (z_4..z_6)"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        first, second = halves(raw)
        one, one_length = unit(first)
        along = (one * second).sum(axis=-1, keepdims=True)
        two, two_length = unit(second - along * one)
        wanted_one, wanted_two, wanted_three = np.split(target, 3, axis=-1)
        three = np.cross(one, two)
        values = 3 - (one * wanted_one + two * wanted_two + three * wanted_three).sum(axis=-1)
        by_rest = through_unit(-wanted_two - np.cross(wanted_three, one), two, two_length)
        by_along = -(by_rest * one).sum(axis=-1, keepdims=True)
        by_one = -wanted_one - np.cross(two, wanted_three) - along * by_rest + by_along * second
        by_first = through_unit(by_one, one, one_length)
        return values, np.concatenate([by_first, by_rest + by_along * one], axis=-1)


class Contrastive(ClosedLoss):
    """InfoNCE: cross-entropy of cosines / 0.07 between row i and the partners of all rows, the i-th being right.

    Targets [M, B, K] are the partners' vectors, scaled to length 1; through them no gradient goes here, as with
    the keys of a momentum encoder. [Form of Chen et al. 2020, temperature of Radford et al. 2021.]
    """

    name = "contrastive"
    formula = "ln sum_j exp(s_ij) - s_ii, s_ij = cos(z_i, y_j)/0.07"

    def evaluate(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        direction, length = unit(raw)
        partners = np.broadcast_to(unit(target)[0], raw.shape)
        logits = direction @ np.swapaxes(partners, 1, 2) / TEMPERATURE
        own = np.eye(raw.shape[1])
        values = log_sum_exp(logits) - (logits * own).sum(axis=-1)
        by_logit = (softmax(logits) - own) / (TEMPERATURE * raw.shape[1])
        return values.mean(axis=1), through_unit(by_logit @ partners, direction, length)


class Triplet(RowLoss):
    """max(0, |u - p|**2 - |u - n|**2 + 0.2) for the unit vectors u of z, p of a like and n of an unlike row.

    On the sphere the squares differ by 2 u . (n - p) [margin of Schroff et al. 2015]. Targets [M, B, 2 K]: p, then n.
    """

    name = "triplet"
    formula = "max(0, 2 u . (n - p) + 0.2), u = z/|z|"

    def rows(self, raw: Wide, target: NDArray[Any]) -> tuple[Wide, Wide]:
        direction, length = unit(raw)
        like, unlike = halves(target)
        difference = 2 * (unit(unlike)[0] - unit(like)[0])
        values = (direction * difference).sum(axis=-1) + TRIPLET_MARGIN
        slopes = through_unit(difference + 0 * raw, direction, length)
        return np.maximum(values, 0), slopes * (values > 0)[..., None]
