"""Tasks and results are plain data."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from models.networks.shapes import DenseShape, RecurrentShape
from models.training.task import MemberResult, TaskResult, TrainingTask, usual_clip


def task(**changes: Any) -> TrainingTask:
    fields: dict[str, Any] = {
        "id": "race/0/relu",
        "candidate": "relu",
        "activation": "relu",
        "head": "softmax_cross_entropy",
        "network": DenseShape(features=4, outputs=3, depth=2, width=8),
        "gain": 2**0.5,
        "learning_rates": (0.001, 0.01),
        "seeds": (0, 1, 2),
        "steps": 10,
    }
    return TrainingTask(**(fields | changes))


def test_a_task_survives_json_unchanged() -> None:
    original = task(clip_norm=0.1, target_low=0.0)
    assert TrainingTask.model_validate_json(original.model_dump_json()) == original


def test_a_result_survives_json_unchanged() -> None:
    members = (
        MemberResult(learning_rate=0.1, seed=0, score=0.1 + 0.2, curve_steps=(5, 10), curve_scores=(0.1, 0.3)),
        MemberResult(learning_rate=0.1, seed=1, score=None, diverged_at=3),
    )
    original = TaskResult(id="a", candidate="relu", members=members, network_steps=13)
    assert TaskResult.model_validate_json(original.model_dump_json()) == original


def test_members_are_all_learning_rates_with_all_seeds() -> None:
    assert task().members == ((0.001, 0), (0.001, 1), (0.001, 2), (0.01, 0), (0.01, 1), (0.01, 2))


@pytest.mark.parametrize(
    "wrong",
    [
        {"learning_rates": ()},
        {"learning_rates": (0.1, 0.0)},
        {"learning_rates": (float("nan"),)},
        {"learning_rates": (float("inf"),)},
        {"seeds": ()},
        {"seeds": (-1,)},
        {"steps": 0},
        {"gain": 0.0},
        {"batch_size": 0},
        {"evaluations": 0},
        {"optimizer": "lion"},
        {"speed": 1},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        task(**wrong)


@pytest.mark.parametrize("depth", [0, 65])
def test_depth_goes_from_1_to_64(depth: int) -> None:
    with pytest.raises(ValidationError):
        DenseShape(features=1, outputs=1, depth=depth, width=1)


def test_the_first_layer_follows_the_gain_unless_the_weights_are_centred_or_it_has_its_own() -> None:
    assert task(gain=3.0).first_gain == 3
    assert task(gain=3.0, centred=True).first_gain == 1
    assert task(gain=3.0, centred=True, input_gain=2.0).first_gain == 2


def test_gradients_are_cut_in_recurrent_networks_alone() -> None:
    recurrent = RecurrentShape(features=6, outputs=2, depth=1, width=4, sizes=(3, 2))
    assert usual_clip(recurrent) == 1.0
    assert usual_clip(DenseShape(features=6, outputs=2, depth=1, width=4)) is None
