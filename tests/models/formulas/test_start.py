"""How formulas start: the computation behind the tables, for a function that they do not hold."""

from __future__ import annotations

import numpy as np
import pytest

from models.formulas import formula_activation
from models.formulas.start import assessment, propagation, start_by_name
from models.theory import CANDIDATES, UnknownNameError, assess, recommended_start

NETWORKS = [(4, "none", False), (30, "none", False), (20, "layer", False), (20, "none", True), (8, "batch", True)]


@pytest.mark.parametrize("network", NETWORKS)
def test_a_formula_of_a_known_function_starts_as_the_tables_say(network: tuple[int, str, bool]) -> None:
    formula = formula_activation("x / (1 + exp(-x))")
    found, known = propagation(formula, *network), recommended_start("silu", *network)
    assert found.start.scheme == known.scheme
    assert found.start.gain == pytest.approx(known.gain, rel=1e-5)


@pytest.mark.parametrize("network", NETWORKS)
def test_and_theory_expects_the_same_of_it(network: tuple[int, str, bool]) -> None:
    formula, place = formula_activation("x / (1 + exp(-x))"), CANDIDATES.index("silu")
    found, known = assessment(formula, *network, "adam"), assess(*network)
    for field in ("effect_mean", "effect_sd", "gradient_decades", "related"):
        np.testing.assert_allclose(getattr(found, field)[0], getattr(known, field)[place], atol=0.02)


def test_names_and_formulas_are_told_apart() -> None:
    assert start_by_name("silu", 8) == recommended_start("silu", 8)
    assert start_by_name("=x / (1 + exp(-x))", 8) == recommended_start("silu", 8)


def test_odd_networks_are_refused_or_taken_for_the_nearest() -> None:
    formula = formula_activation("x / sqrt(1 + x*x)")
    with pytest.raises(UnknownNameError):
        propagation(formula, 4, "batchh")
    with pytest.raises(ValueError, match="depth"):
        propagation(formula, 0)
    assert propagation(formula, 10_000).start == propagation(formula, 1000).start
