"""Advice on starts: complete for the first choices, short for the others, and silent where theory is."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.answer import BlockRanking, Initialization
from actwise.contract.reading import read_request
from models.theory import recommended_start
from service.advice.advisor import Advisor
from service.advice.assembly import MOST_STARTS
from service.advice.starts import other_starts

ADVISOR = Advisor()


def block(**fields: Any) -> BlockRanking:
    base = {"task": "classification", "classes": 10, "layer_type": "dense", "depth": 12, "compute_budget": "medium"}
    return ADVISOR.recommend(read_request(base | fields)).hidden[0]


def advice(**fields: Any) -> dict[str, Initialization]:
    return {choice.activation: choice.initialization for choice in block(**fields).ranking}


def test_every_choice_has_its_calls_and_only_the_first_ones_have_the_rest() -> None:
    for choice in block().ranking:
        first = choice.tie_group == 1 and choice.rank <= MOST_STARTS
        assert choice.initialization.calls.pytorch
        assert bool(choice.initialization.alternatives) == bool(choice.initialization.conflicts) == first


def test_the_recommended_start_is_among_the_alternatives_with_its_gain() -> None:
    found = advice(allow=["selu"])["selu"]
    (best,) = [one for one in found.alternatives if "recommended" in one.starts]
    assert best.gain == pytest.approx(found.gain, abs=1e-6)


def test_pytorch_users_of_selu_are_told_about_three_quarters_and_keras_users_are_not() -> None:
    def told(framework: str) -> str:
        return " ".join(one.claim for one in advice(allow=["selu"], framework=framework)["selu"].conflicts)

    assert "3/4" in told("pytorch")
    assert "3/4" not in told("keras")
    assert "Glorot" in told("keras")


def test_recurrent_layers_get_calls_for_their_cell_but_no_theory() -> None:
    found = next(iter(advice(layer_type="recurrent", cell="gru", depth=2).values()))
    assert "keras.layers.GRU(" in (found.calls.keras or "")
    assert found.alternatives == ()


def test_the_exact_depth_counts() -> None:
    shallow, deep = (other_starts("relu", depth, "none", False)[0] for depth in (3, 30))
    assert shallow.starts == deep.starts == ("pytorch_default",)
    assert shallow.gradient_decades == pytest.approx(-0.78, abs=0.01)
    assert deep.gradient_decades == pytest.approx(-11.28, abs=0.05)


def test_no_figure_is_minus_zero() -> None:
    assert all(str(one.gradient_decades) != "-0.0" for one in other_starts("identity", 20, "none", False))


def test_the_call_draws_the_recommended_gain() -> None:
    gain = recommended_start("silu", 20).gain
    assert f"{gain:.6g}" in (advice(allow=["silu"], depth=20)["silu"].calls.pytorch or "")
