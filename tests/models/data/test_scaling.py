"""Images, signals, sequences, tokens and nodes: scaled by channel, over what training rows hold."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.data.bundled import bundled_table
from models.data.files import read_table
from models.data.formats.shaping import View
from models.data.prepared import PreparedData, prepare
from models.data.preprocessing import CLIP
from models.data.table import DataRefused

RNG = np.random.default_rng(2)
Y = np.arange(80) % 2


def own(view: View, **arrays: Any) -> PreparedData:
    buffer = io.BytesIO()
    np.savez(buffer, **{"y": Y, **arrays})
    return prepare(read_table(buffer.getvalue(), "t.npz", view=view), "binary_classification")


def test_an_image_is_scaled_by_channel_and_not_by_pixel() -> None:
    x = RNG.standard_normal((80, 4, 4, 2)) * [1.0, 100.0] + [5.0, 0.0]
    x[:, 0, 0, :] += 50
    data = own(View("conv"), x=x)
    pixels = data.x_train.reshape(-1, 16, 2)
    np.testing.assert_allclose(pixels.mean(axis=(0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(pixels.std(axis=(0, 1)), 1, atol=1e-3)
    assert pixels[:, 0, 0].mean() > 2
    assert data.row.sizes == (4, 4, 2)


def test_missing_pixels_become_the_mean_and_far_ones_are_clipped() -> None:
    x = RNG.standard_normal((80, 4, 4))
    x[0, 0, 0], x[1, 0, 0], x[2, 0, 0] = np.nan, np.inf, 1e9
    data = own(View("conv"), x=x)
    assert np.isfinite(data.x_train).all()
    assert np.isfinite(data.x_valid).all()
    assert max(np.abs(data.x_train).max(), np.abs(data.x_valid).max()) <= CLIP


def test_the_steps_after_the_end_of_a_sequence_stay_nan_and_do_not_count() -> None:
    x = RNG.standard_normal((80, 5, 2)) + 7
    data = own(View("recurrent"), x=x, lengths=np.arange(80) % 5 + 1)
    steps = np.concatenate([data.x_train, data.x_valid]).reshape(80, 5, 2)
    ended = np.isnan(steps).all(axis=2)
    assert sorted((~ended).sum(axis=1)) == sorted(np.arange(80) % 5 + 1)
    assert abs(np.nanmean(data.x_train)) < 1e-4


def test_a_gap_within_a_sequence_is_no_end() -> None:
    x = RNG.standard_normal((80, 5, 2))
    x[:, 2] = np.nan
    x[:, 4, 0] = np.nan
    data = own(View("attention"), x=x)
    assert np.isfinite(data.x_train).all()


def test_a_constant_channel_tells_nothing_and_constant_images_are_refused() -> None:
    x = RNG.standard_normal((80, 3, 3, 2))
    x[..., 1] = 4.0
    assert not own(View("conv"), x=x).x_train.reshape(-1, 9, 2)[..., 1].any()
    with pytest.raises(DataRefused) as refused:
        prepare(
            replace(bundled_table("digits", view=View("conv")), x=np.ones((1797, 64)), y=np.arange(1797.0)),
            "regression",
        )
    assert refused.value.code == "no_features"


def test_tokens_pass_as_they_are() -> None:
    codes = RNG.integers(0, 9, (80, 6))
    data = own(View("recurrent"), x=codes, vocabulary=9)
    assert (data.row.form, data.row.vocabulary) == ("tokens", 9)
    assert set(np.unique(data.x_train)) <= set(range(9))


def test_the_features_of_nodes_are_scaled_by_the_training_nodes_and_rows_stay_indices() -> None:
    features = RNG.standard_normal((80, 3)) * 50 + 9
    data = own(View("graph"), features=features, edges=np.array([[0, 1], [2, 3]]))
    graph = data.row.graph
    assert graph is not None
    nodes = data.x_train[:, 0].astype(int)
    np.testing.assert_allclose(graph.features[nodes].mean(axis=0), 0, atol=1e-5)
    assert sorted([*nodes, *data.x_valid[:, 0].astype(int)]) == list(range(80))


@pytest.mark.parametrize(
    ("layer_type", "form", "sizes"), [("conv", "image", (8, 8, 1)), ("recurrent", "sequence", (8, 8))]
)
def test_bundled_digits_are_images_or_eight_rows(layer_type: str, form: str, sizes: tuple[int, ...]) -> None:
    data = prepare(bundled_table("digits", view=View(layer_type)), "multiclass_classification")
    assert (data.row.form, data.row.sizes) == (form, sizes)
    assert data.x_train.dtype == np.float32


def test_bundled_tables_stay_tables_for_every_layer_type() -> None:
    assert bundled_table("wine", view=View("conv")).row is None
