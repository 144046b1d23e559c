"""Learned vectors for codes: looking up, gathering gradients, and the code that stands for nothing."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations.base import Array
from models.networks.embedding import MOST_DENSE, Embedding, embedding_part
from models.networks.parts import PartLayout, WeightStart

MANY = 5 * MOST_DENSE
VOCABULARIES = (1, 3, MOST_DENSE, MANY)


def embedding(vocabulary: int, members: int = 4, width: int = 3, dtype: type = np.float64) -> Embedding:
    """With tables that lie apart in one flat array, as those of a population do."""
    flat: Array = np.random.default_rng(1).standard_normal((members, vocabulary * width + 5)).astype(dtype)
    gradients = np.full_like(flat, 7)
    views = (array[:, 5:].reshape(members, vocabulary, width) for array in (flat, gradients))
    return Embedding(*views)


def some_codes(vocabulary: int, shares: int = 2, places: int = 40) -> Array:
    return np.random.default_rng(2).integers(-1, vocabulary, (shares, places)).astype(np.float32)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_place_gets_the_vector_of_its_code_and_nothing_gets_zeros(vocabulary: int) -> None:
    made, codes = embedding(vocabulary), some_codes(vocabulary)
    values = made.forward(codes)
    for member in range(4):
        for place, code in enumerate(codes[member % 2].astype(int)):
            expected = np.zeros(3) if code == -1 else made.table[member, code]
            assert (values[member, place] == expected).all()


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_the_gradient_of_a_code_sums_those_of_its_places(vocabulary: int) -> None:
    made, codes = embedding(vocabulary), some_codes(vocabulary)
    delta = np.random.default_rng(3).standard_normal((4, 40, 3))
    made.forward(codes)
    made.backward(delta)
    expected = np.zeros_like(made.gradient)
    for member in range(4):
        present = codes[member % 2] >= 0
        np.add.at(expected[member], codes[member % 2][present].astype(int), delta[member][present])
    np.testing.assert_allclose(made.gradient, expected, atol=1e-12)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_a_member_gives_the_same_bytes_alone_and_beside_others(vocabulary: int) -> None:
    together, codes = embedding(vocabulary, dtype=np.float32), some_codes(vocabulary)
    delta = np.random.default_rng(3).standard_normal((4, 40, 3)).astype(np.float32)
    values = together.forward(codes)
    together.backward(delta)
    for member in range(4):
        alone = Embedding(together.table[member : member + 1].copy(), np.zeros((1, vocabulary, 3), np.float32))
        assert alone.forward(codes[member % 2][None]).tobytes() == values[member].tobytes()
        alone.backward(delta[member : member + 1])
        assert alone.gradient.tobytes() == together.gradient[member].tobytes()


def test_codes_that_all_members_see_are_looked_up_without_being_remembered() -> None:
    made, codes = embedding(5), some_codes(5)
    made.forward(codes)
    assert (made.infer(np.array([4, -1]))[:, 0] == made.table[:, 4]).all()
    made.backward(np.ones((4, 40, 3)))
    assert made.gradient[0].sum() == pytest.approx(3 * (codes[0] >= 0).sum())


def test_vectors_are_written_where_they_are_wanted() -> None:
    made, out = embedding(5), np.empty((4, 40, 3))
    assert made.forward(some_codes(5), out=out) is out


@pytest.mark.parametrize("wrong", [5, -2, float("nan"), 1e30])
def test_a_code_without_a_vector_is_refused_with_what_is_allowed(wrong: float) -> None:
    with pytest.raises(ValueError, match=r"allowed are 0 to 4, and -1 for nothing"):
        embedding(5).forward(np.array([[0.0, wrong]]))


def test_tables_begin_with_vectors_of_unit_variance_whatever_the_gain() -> None:
    layout = PartLayout([embedding_part("tokens", 200, 50)])
    flat = np.zeros((1, layout.size))
    layout.begin(flat, WeightStart(3.0, 3.0), root=1, seeds=[2], output_bias=[0.0])
    assert flat.std() == pytest.approx(1, abs=0.03)
