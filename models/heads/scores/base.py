"""The contract of a score."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads.head import Head
from models.heads.numerics import FloatArray
from models.heads.scale import TargetScale, columns

Numbers = NDArray[np.float64]
RAW_LIMIT = 1e4


class Score(ABC):
    """A score of predictions.

    `unit` says in words what one unit of it is; `perfect` is the score of a perfect prediction.
    """

    name: str
    unit: str
    perfect: float = 0.0
    higher_is_better = True

    @abstractmethod
    def of(self, prediction: Numbers, target: NDArray[Any]) -> Numbers:
        """Scores [M] of predictions [M, B, P], as `Head.predict` gives them, for one target [B] or [B, T]."""

    @abstractmethod
    def constant(self, target: NDArray[Any]) -> Numbers:
        """The best prediction [P] that is the same for all rows."""

    def score(self, head: Head, raw: FloatArray, target: NDArray[Any], scale: TargetScale) -> Numbers:
        """Scores [M] of raw outputs [M, B, K]; NaN for a member with any raw output that is not finite.

        Raw outputs are taken as no larger than 1e4 in size.
        """
        finite = np.asarray(np.isfinite(raw).all(axis=(1, 2), keepdims=True), dtype=np.bool_)
        kept = np.clip(np.where(finite, raw, 0), -RAW_LIMIT, RAW_LIMIT)
        prediction = head.predict(kept.astype(np.float64), scale)
        return np.where(finite.ravel(), self.of(np.asarray(prediction, dtype=np.float64), target), np.nan)

    def trivial(self, target: NDArray[Any]) -> float:
        """The score of the best constant prediction for these very rows."""
        constant = self.constant(target)
        return float(self.of(np.broadcast_to(constant, (1, len(target), len(constant))), target)[0])

    def margin(self, target: NDArray[Any]) -> float:
        """Difference that does not matter in practice: a hundredth of the way from trivial to perfect."""
        return 0.01 * (self.perfect - self.trivial(target))

    def points(self, difference: float, target: NDArray[Any], best: float | None = None) -> float:
        """A difference of scores in points: hundredths of the way from the trivial score to the best.

        `best` is the best candidate's score; without it, or where it does not beat the trivial score, the perfect
        score takes its place. 0 where the trivial prediction is already perfect.
        """
        trivial = self.trivial(target)
        top = best if best is not None and best > trivial else self.perfect
        return 100.0 * difference / (top - trivial) if top > trivial else 0.0


def column_means(target: NDArray[Any]) -> Numbers:
    means: Numbers = columns(target).mean(axis=0)
    return means
