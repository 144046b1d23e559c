"""Columns of numbers and words made ready for a network, by scikit-learn; everything is learned from training rows.

    numbers                              missing: the training median; then mean 0 and variance 1
    numbers far from all others          ranks, mapped to a normal distribution, in place of their values
    words, at most ONE_HOT_LEVELS        one column per word (one for two words); a missing word counts as a word
    more words                           the mean target of each, smoothed, and for training rows computed without them
                                         (TargetEncoder); or codes for an embedding, in the last columns, where 0
                                         stands for words that training has not seen
    columns that training sees constant  dropped; DataRefused("no_features") when none is left

scikit-learn's ColumnTransformer is at home here already; skrub's TableVectorizer makes similar choices from a pandas
frame, and would bring pandas and more with it.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data.rows import RowShape
from models.data.table import DataRefused

ONE_HOT_LEVELS = 20
CLIP = 10.0
_FOLDS = 5
_MOST_ENCODED_CLASSES = 10
_MOST_QUANTILES = 1_000

Features = NDArray[np.float64]
Levels = tuple[tuple[str, ...] | None, ...]
Prepared = tuple[NDArray[np.float32], NDArray[np.float32], RowShape, list[str]]


def prepare_columns(
    train: Features, valid: Features, y: NDArray[Any], levels: Levels, *, classes: bool, embed: bool, seed: int
) -> Prepared:
    """Both sides as float32, the shape of a row, and notes.

    Args:
        y: training targets, which the encoding of many words needs; `classes` says that they are classes.
        levels: for each column its words, None for numbers; empty when all hold numbers.
        embed: keep many words as codes.
    """
    kinds = _Kinds(train, levels or (None,) * train.shape[1])
    notes = kinds.notes(train, valid)
    encoder = _encoder(kinds, y, classes, embed, seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Found unknown categories")
        warnings.filterwarnings("ignore", message="The least populated class")
        parts = [encoder.fit_transform(train, y), encoder.transform(valid)]
    kept = kinds.many if embed else []
    sizes = tuple(int(one.max()) + 1 for one in parts[0].T[parts[0].shape[1] - len(kept) :]) if kept else ()
    scaled = _scaled(parts[0], parts[1], len(kept))
    return scaled[0], scaled[1], RowShape("table", (scaled[0].shape[1],), categories=sizes), notes


class _Kinds:
    """The columns by how they are treated, as places."""

    def __init__(self, train: Features, levels: Levels) -> None:
        varies = [_varies(column) for column in train.T]
        if not any(varies):
            raise DataRefused("no_features", "every feature is constant or missing")
        used = [place for place, changes in enumerate(varies) if changes]
        words = [place for place in used if levels[place] is not None]
        numbers = [place for place in used if levels[place] is None]
        self.dropped = len(varies) - len(used)
        self.far = [place for place in numbers if _has_far_values(train[:, place])]
        self.near = [place for place in numbers if place not in self.far]
        self.few = [place for place in words if len(levels[place] or ()) <= ONE_HOT_LEVELS]
        self.many = [place for place in words if place not in self.few]

    def notes(self, train: Features, valid: Features) -> list[str]:
        found = []
        if self.dropped:
            found.append(f"{self.dropped} constant features were dropped")
        numbers = [*self.near, *self.far]
        missing = int(np.isnan(train[:, numbers]).sum() + np.isnan(valid[:, numbers]).sum())
        if missing:
            found.append(f"{missing} missing feature values were filled with the median")
        if self.far:
            found.append(f"{len(self.far)} features with far values were replaced by their ranks")
        if self.few or self.many:
            found.append(f"{len(self.few) + len(self.many)} columns of words were encoded")
        return found


def _encoder(kinds: _Kinds, y: NDArray[Any], classes: bool, embed: bool, seed: int) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, QuantileTransformer

    quantiles = min(_MOST_QUANTILES, len(y))
    ranks = QuantileTransformer(n_quantiles=quantiles, output_distribution="normal", subsample=None)
    one_hot = OneHotEncoder(drop="if_binary", handle_unknown="ignore", sparse_output=False)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    steps = [
        ("near", SimpleImputer(strategy="median"), kinds.near),
        ("far", make_pipeline(SimpleImputer(strategy="median"), ranks), kinds.far),
        ("few", one_hot, kinds.few),
        ("many", _shifted(codes) if embed else _target_encoder(y, classes, seed), kinds.many),
    ]
    return ColumnTransformer([step for step in steps if step[2]])


def _shifted(codes: Any) -> Any:
    """Codes from 1, so that 0 is left for what is missing or unknown."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    return make_pipeline(codes, FunctionTransformer(_plus_one))


def _plus_one(codes: Features) -> Features:
    return codes + 1


def _target_encoder(y: NDArray[Any], classes: bool, seed: int) -> Any:
    """The encoding of many words; words are grouped into a few columns where their mean targets would not do."""
    from sklearn.model_selection import KFold, StratifiedKFold
    from sklearn.preprocessing import OneHotEncoder, TargetEncoder

    counts = np.bincount(y) if classes else np.array([len(y)])
    if y.ndim > 1 or counts.min() < _FOLDS or len(counts) > _MOST_ENCODED_CLASSES:
        return OneHotEncoder(max_categories=ONE_HOT_LEVELS, handle_unknown="infrequent_if_exist", sparse_output=False)
    kind = ("binary" if len(counts) == 2 else "multiclass") if classes else "continuous"
    folds = StratifiedKFold if classes else KFold
    return TargetEncoder(target_type=kind, cv=folds(_FOLDS, shuffle=True, random_state=seed))


def _scaled(train: Features, valid: Features, codes: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Standardised by the training rows and clipped; the last columns, which hold codes, as they are."""
    from sklearn.preprocessing import StandardScaler

    numbers = train.shape[1] - codes
    if numbers == 0:
        return _plain(train), _plain(valid)
    scaler = StandardScaler().fit(train[:, :numbers])
    scaled = [np.clip(scaler.transform(part[:, :numbers]), -CLIP, CLIP) for part in (train, valid)]
    return _plain(np.hstack([scaled[0], train[:, numbers:]])), _plain(np.hstack([scaled[1], valid[:, numbers:]]))


def _plain(values: Features) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, np.float32)


def _varies(column: Features) -> bool:
    known = column[~np.isnan(column)]
    if len(known) == 0:
        return False
    return bool(known.max() - known.min() > 1e-12 * max(1e-300, float(np.abs(known).max())))


def _has_far_values(column: Features) -> bool:
    known = column[~np.isnan(column)]
    centred = known - known.mean()
    return bool(np.abs(centred).max() > CLIP * centred.std())
