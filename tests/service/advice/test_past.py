"""Past probes speak of networks like those that were trained, as evidence, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actwise.contract.answer import Recommendation
from actwise.contract.evidence import Evidence
from actwise.contract.reading import read_request
from models.prior.prior import Learned, Voice, shipped
from service.advice.advisor import Advisor, recommendation_json

WEIGHT = 0.4


def _speaking() -> Learned:
    """The shipped effects, counted for dense layers whatever their skill was."""
    voice = Voice(WEIGHT, 2.0, 0.0, ("regression", "binary_classification"), 60)
    return replace(shipped(), voices={"dense": voice}, general=1.0)


SPEAKING = Advisor(learned=_speaking())
SILENT = Advisor(learned=replace(shipped(), voices={}))
DENSE = {"task": "regression", "layer_type": "dense", "depth": 3, "compute_budget": "low", "normalization": "none"}


def _asked(advisor: Advisor, **fields: Any) -> Recommendation:
    return advisor.recommend(read_request(DENSE | fields))


def _told(answer: Recommendation) -> list[Evidence]:
    return [one for choice in answer.hidden[0].ranking for one in choice.evidence if one.kind == "learned"]


def test_where_such_networks_were_trained_they_speak_with_size_interval_and_weight() -> None:
    told = _told(_asked(SPEAKING))
    assert told
    for one in told:
        assert (one.source, one.weight) == ("past-probes", WEIGHT)
        assert one.effect is not None
        assert one.effect.low < one.effect.mean < one.effect.high
        assert one.direction == ("for" if one.effect.mean > 0 else "against")
        assert "60 small dense networks" in one.scope


def test_the_receipt_names_the_model_that_spoke_and_none_where_all_are_silent() -> None:
    assert _asked(SPEAKING).receipt.learned == _speaking().version
    assert _asked(SILENT).receipt.learned is None


@pytest.mark.parametrize(
    "fields",
    [
        {"task": "reinforcement_learning", "domain": "PPO on robots"},
        {"task": "generation"},
        {"task": "density"},
        {"task": "count_regression"},
        {"layer_type": "conv"},
        {"layer_type": "recurrent"},
        {"layer_type": "attention"},
        {"layer_type": "graph"},
        {"adversarial": True},
        {"layers": [{"layer_type": "dense", "role": "bottleneck"}]},
    ],
    ids=str,
)
def test_about_everything_else_the_answer_is_that_without_them(fields: dict[str, Any]) -> None:
    spoken, silent = _asked(SPEAKING, **fields), _asked(SILENT, **fields)
    assert _told(spoken) == []
    assert spoken.hidden == silent.hidden


def test_a_silent_model_changes_nothing() -> None:
    unheard = replace(shipped(), voices={"dense": Voice(0.0, 2.0, 0.0, ("regression",), 60)})
    assert recommendation_json(_asked(Advisor(learned=unheard))) == recommendation_json(_asked(SILENT))
