"""Signal passports of every family: they agree with theory where it speaks, and show what breaks."""

from __future__ import annotations

import numpy as np
import pytest

from models.networks.shapes import DenseShape, GraphShape, Network
from models.passports.signal import family_passport
from models.theory import recommended_start
from models.theory.passport import signal_passport
from models.theory.start import Start

DENSE = DenseShape(features=64, outputs=8, depth=12, width=64)
GRAPH = GraphShape(features=1, outputs=8, depth=4, width=32, node_features=16, nodes=100, edges=300)
HE = Start("he_normal", 2**0.5)


def test_no_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match="seed"):
        family_passport("relu", DENSE, HE, seeds=())


def test_a_dense_passport_is_that_of_the_theory_up_to_its_draws() -> None:
    start = recommended_start("tanh", 12)
    found, known = (family_passport("tanh", DENSE, start), signal_passport("tanh", 12, start=start))
    np.testing.assert_allclose(found.variance.mean(axis=0), known.variance.mean(axis=0), rtol=0.3)
    assert found.gradient_decades.mean() == pytest.approx(known.gradient_decades.mean(), abs=0.15)
    assert found.saturated_share.mean() == pytest.approx(known.saturated_share.mean(), abs=0.02)


def test_sigmoids_started_small_lose_the_gradient_and_relu_with_his_gain_does_not() -> None:
    lost = family_passport("sigmoid", DENSE, Start("lecun_normal", 1.0)).gradient_decades
    kept = family_passport("relu", DENSE, HE).gradient_decades
    assert lost.max() < -4 < -1 < kept.min()


def test_exploding_signals_give_infinite_figures_and_no_warning() -> None:
    found = family_passport("relu", DenseShape(features=8, outputs=1, depth=64, width=32), Start("wild", 1e6))
    assert not np.isfinite(found.variance[:, -1]).any() or (found.variance[:, -1] > 1e100).all()


@pytest.mark.parametrize("network", [DENSE, GRAPH], ids=lambda network: network.family)
def test_every_layer_of_every_seed_is_measured(network: Network) -> None:
    found = family_passport("relu", network, HE, seeds=(0, 7))
    for part in (found.variance, found.gradient, found.dead_share, found.saturated_share):
        assert part.shape == (2, network.depth)
        assert np.isfinite(part).all()
    assert (found.gradient[:, -1] == 0).all()
    assert (found.saturated_share.mean(axis=0) > 0.3).all()


def test_a_seed_means_the_same_network_in_any_company() -> None:
    both, alone = (family_passport("gelu", GRAPH, HE, seeds=seeds) for seeds in ((3, 4), (4,)))
    np.testing.assert_allclose(both.variance[1], alone.variance[0])
