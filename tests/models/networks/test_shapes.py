"""Shapes say what they are, and refuse what is none."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from models.networks.shapes import AttentionShape, DenseShape, Network, RecurrentShape


def test_one_layer_is_told_in_the_singular_and_residual_paths_only_where_there_are_some() -> None:
    one = DenseShape(features=3, outputs=1, depth=1, width=8)
    assert one.in_words == "1 hidden layer of 8, normalisation none"
    deep = DenseShape(features=3, outputs=1, depth=12, width=8, normalization="batch", residual=True)
    assert deep.in_words == "12 hidden layers of 8, normalisation batch, residual paths"


def test_a_shape_without_a_family_is_dense_and_the_others_are_told_apart_by_theirs() -> None:
    read = TypeAdapter[Network](Network).validate_python
    plain = {"features": 6, "outputs": 2, "depth": 1, "width": 4}
    assert isinstance(read(plain), DenseShape)
    assert isinstance(read(plain | {"family": "recurrent", "sizes": (3, 2)}), RecurrentShape)
    with pytest.raises(ValidationError):
        read(plain | {"family": "quantum"})


def test_heads_must_divide_the_width_and_sizes_must_hold_the_features() -> None:
    with pytest.raises(ValidationError, match="3 heads do not divide a width of 8"):
        AttentionShape(features=6, outputs=2, depth=1, width=8, heads=3, sizes=(3, 2))
    with pytest.raises(ValidationError, match="do not hold 7 features"):
        RecurrentShape(features=7, outputs=2, depth=1, width=8, sizes=(3, 2))
