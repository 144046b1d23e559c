"""Rows that are no columns, made ready for a network: by channel, over what the training rows hold.

    image, signal   each channel: mean 0 and variance 1 over all pixels or points; missing values become the mean
    sequence        the same over the steps before the end of each row; steps after it stay NaN
    tokens          codes, as they are
    node            the features of the graph, each with mean 0 and variance 1 over the training nodes

Values more than CLIP deviations from the mean are clipped. DataRefused("no_features") when no channel varies.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.data.preprocessing import CLIP, Features, Prepared
from models.data.rows import Graph, RowShape
from models.data.table import DataRefused


def prepare_rows(train: Features, valid: Features, row: RowShape) -> Prepared:
    """Both sides as float32, the shape of a row, and notes."""
    if row.form == "tokens":
        return _plain(train), _plain(valid), row, []
    if row.form == "node":
        return _plain(train), _plain(valid), _with_scaled_graph(row, train[:, 0].astype(np.int64)), []
    parts = [part.reshape(len(part), -1, row.sizes[-1]) for part in (train, valid)]
    present = [_steps_present(part) if row.form == "sequence" else None for part in parts]
    centre, spread = _channels(parts[0])
    missing = sum(_missing(part, there) for part, there in zip(parts, present, strict=True))
    notes = [f"{missing} missing values were filled with the mean of their channel"] if missing else []
    if (spread == 0).any():
        notes.append(f"{int((spread == 0).sum())} constant channels tell nothing")
    scaled = [_scaled(part, centre, spread, there) for part, there in zip(parts, present, strict=True)]
    return _plain(scaled[0]), _plain(scaled[1]), row, notes


def _steps_present(part: Features) -> NDArray[np.bool_]:
    """[rows, steps]: True up to the last step that holds anything."""
    known = ~np.isnan(part).all(axis=2)
    return np.asarray(np.flip(np.logical_or.accumulate(np.flip(known, 1), axis=1), 1))


def _channels(train: Features) -> tuple[Features, Features]:
    """Mean and standard deviation of each channel; a channel without values, or with one, has deviation 0."""
    flat = train.reshape(-1, train.shape[2])
    known = ~np.isnan(flat)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, flat, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, flat - centre, 0.0) ** 2).sum(axis=0) / count)
    spread = np.where(spread > 1e-12 * np.maximum(1e-300, np.abs(centre)), spread, 0.0)
    if not spread.any():
        raise DataRefused("no_features", "every channel is constant or missing")
    return centre, spread


def _missing(part: Features, present: NDArray[np.bool_] | None) -> int:
    gaps = np.isnan(part)
    return int((gaps if present is None else gaps & present[:, :, None]).sum())


def _scaled(part: Features, centre: Features, spread: Features, present: NDArray[np.bool_] | None) -> Features:
    scaled = np.clip((part - centre) / np.where(spread > 0, spread, 1.0), -CLIP, CLIP)
    filled = np.where(np.isnan(scaled) | (spread == 0), 0.0, scaled)
    if present is not None:
        filled = np.where(present[:, :, None], filled, np.nan)
    return filled.reshape(len(part), -1)


def _with_scaled_graph(row: RowShape, training_nodes: NDArray[np.int64]) -> RowShape:
    assert row.graph is not None, "rows that are nodes have a graph"
    features = row.graph.features.astype(np.float64)
    centre, spread = _channels(features[training_nodes][:, None, :])
    scaled = _scaled(features[:, None, :], centre, spread, None)
    return replace(row, graph=Graph(_plain(scaled), row.graph.edges))


def _plain(values: Features) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, np.float32)
