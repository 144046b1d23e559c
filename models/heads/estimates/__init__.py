"""How heads are run: the estimate behind each trainable head, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from models.heads.estimates.base import QUANTILE_LEVELS, Estimate
from models.heads.estimates.labels import (
    BinaryProbability,
    ClassProbabilities,
    LabelProbabilities,
    LevelNumber,
    OrderedClasses,
    Shares,
)
from models.heads.estimates.numbers import Centre, ClippedCentre, CountMean, MeanAndDeviation, Quantiles
from models.heads.links import EXPONENTIAL, HYPERBOLIC_TANGENT, LOGISTIC, SOFTPLUS

ESTIMATES: Mapping[str, Estimate] = MappingProxyType(
    {
        "class_probabilities": ClassProbabilities(),
        "binary_probability": BinaryProbability(),
        "label_probabilities": LabelProbabilities(),
        "ordered_classes": OrderedClasses(),
        "level_number": LevelNumber(),
        "shares": Shares(),
        "mean": Centre(),
        "median": Centre(median=True),
        "mean_of_log": Centre(scaling="log_standardize"),
        "mean_of_log1p": Centre(scaling="log1p_standardize"),
        "relative_mean": Centre(scaling="relative"),
        "mean_behind_exp": Centre(EXPONENTIAL, "relative"),
        "mean_behind_softplus": Centre(SOFTPLUS, "relative"),
        "mean_behind_sigmoid": Centre(LOGISTIC, "interval"),
        "mean_behind_tanh": Centre(HYPERBOLIC_TANGENT, "symmetric_interval"),
        "clipped_mean": ClippedCentre(),
        "quantiles": Quantiles(ordered=False),
        "ordered_quantiles": Quantiles(ordered=True),
        "mean_and_log_variance": MeanAndDeviation(EXPONENTIAL),
        "mean_and_variance": MeanAndDeviation(SOFTPLUS),
        "count_mean": CountMean(),
    }
)

__all__ = ["ESTIMATES", "QUANTILE_LEVELS", "Estimate"]
