"""Output heads: losses from raw outputs, the catalogue of bundles, their scores and their code."""

from __future__ import annotations

from models.heads.catalogue import HEADS, UnknownHead, get_head, heads_for
from models.heads.code import head_code
from models.heads.head import Head, NotTrainable
from models.heads.losses import LOSSES, Loss, UnknownLoss, get_loss
from models.heads.scale import TargetScale
from models.heads.scores import SCORES, Score, UnknownScore, get_score, score_for

__all__ = [
    "HEADS",
    "LOSSES",
    "SCORES",
    "Head",
    "Loss",
    "NotTrainable",
    "Score",
    "TargetScale",
    "UnknownHead",
    "UnknownLoss",
    "UnknownScore",
    "get_head",
    "get_loss",
    "get_score",
    "head_code",
    "heads_for",
    "score_for",
]
