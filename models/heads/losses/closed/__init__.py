"""Losses that are closed formulas of raw outputs and targets but that the probe does not train, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from models.heads.losses.base import Loss
from models.heads.losses.closed.counts import ZeroInflatedNegativeBinomial, ZeroInflatedPoisson
from models.heads.losses.closed.images import CrossEntropyAndDice, FocalAndOverlap
from models.heads.losses.closed.labels import (
    AngularMargin,
    CappedCrossEntropy,
    PolicyGradient,
    SmoothedCrossEntropy,
    Sparsemax,
)
from models.heads.losses.closed.latents import AffineFlow, GaussianDivergence, GaussianPolicy
from models.heads.losses.closed.numbers import LearnedWeights, MixtureDensity, SquaredLog, StudentT
from models.heads.losses.closed.ordered import ConditionalLevels, LevelwiseCrossEntropy
from models.heads.losses.closed.pairs import Critic, Hinge, PairwiseLogistic
from models.heads.losses.closed.sets import MatchedBoxes
from models.heads.losses.closed.shares import BetaNLL, DirichletNLL
from models.heads.losses.closed.survival import CoxPartialLikelihood, EventTime, LogisticHazard, PiecewiseHazard
from models.heads.losses.closed.vectors import Contrastive, CosineDistance, Rotation, Triplet, VonMises

_ALL: tuple[Loss, ...] = (
    SmoothedCrossEntropy(),
    Sparsemax(),
    CappedCrossEntropy(),
    AngularMargin(),
    PolicyGradient(),
    LevelwiseCrossEntropy(),
    ConditionalLevels(),
    BetaNLL(),
    DirichletNLL(),
    StudentT(),
    MixtureDensity(),
    SquaredLog(),
    LearnedWeights(),
    ZeroInflatedPoisson(),
    ZeroInflatedNegativeBinomial(),
    LogisticHazard(),
    PiecewiseHazard(),
    EventTime(),
    CoxPartialLikelihood(),
    CosineDistance(),
    VonMises(),
    Rotation(),
    Contrastive(),
    Triplet(),
    PairwiseLogistic(),
    Hinge(),
    Critic(),
    CrossEntropyAndDice(),
    FocalAndOverlap(),
    MatchedBoxes(),
    AffineFlow(),
    GaussianDivergence(),
    GaussianPolicy(squashed=True),
    GaussianPolicy(squashed=False),
)
CLOSED_LOSSES: Mapping[str, Loss] = MappingProxyType({loss.name: loss for loss in _ALL})
