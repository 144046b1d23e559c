"""The shipped numbers: they say what the process said, nothing where nothing was trained, and refuse strange files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.prior.past import HISTORY, distinct, fingerprint, starting_history
from models.prior.prior import FILE, Prior, PriorRefused, load, read, shipped, version_of
from tests.models.prior.races import situation

CANDIDATES = shipped().candidates


def _weighing(weight: float, far_sd: float = 0.0) -> Prior:
    """The shipped model, where what it says about dense layers has another weight."""
    learned = shipped()
    dense = learned.voices["dense"]._replace(weight=weight, far_sd=far_sd)
    return Prior(replace(learned, voices={**learned.voices, "dense": dense}), CANDIDATES)


@pytest.fixture(scope="module")
def prior() -> Prior:
    return _weighing(0.5)


def test_the_shipped_model_belongs_to_the_shipped_history_and_is_small() -> None:
    assert shipped().history == fingerprint(distinct(starting_history()))
    assert FILE.stat().st_size + HISTORY.stat().st_size < 300_000


def test_effects_are_about_the_mean_of_the_candidates(prior: Prior) -> None:
    effects, spread = prior.effects(situation())
    assert np.abs(effects).max() > 0.1
    assert effects.sum() == pytest.approx(0.0, abs=0.05)
    assert spread >= shipped().voices["dense"].near_sd


def test_what_counts_is_the_effect_times_the_weight(prior: Prior) -> None:
    where = situation(depth=6)
    assert prior.counted([where])[0] == pytest.approx(0.5 * prior.effects(where)[0])


@pytest.mark.parametrize(
    "where",
    [
        situation(layer_type="mixed"),
        situation(layer_type="dense", task="reinforcement_learning"),
        situation(task="generation"),
        situation(task="density"),
        situation(adversarial=True),
        situation(privacy="dp_sgd"),
        situation(input_derivatives=2),
        situation().changed(role="bottleneck"),
    ],
)
def test_about_networks_of_another_kind_nothing_is_said(prior: Prior, where: object) -> None:
    assert not prior.counted([situation(), where])[1].any()  # type: ignore[list-item]


def test_a_layer_type_without_skill_is_not_spoken_of_whatever_others_have() -> None:
    learned = shipped()
    voices = {
        "dense": learned.voices["dense"]._replace(weight=0.5),
        "conv": learned.voices["dense"]._replace(weight=0.0),
    }
    both = Prior(replace(learned, voices=voices), CANDIDATES)
    assert not both.silent
    assert both.speaks_of(situation())
    assert not both.counted([situation(layer_type="conv")]).any()


def test_without_skill_nothing_counts() -> None:
    silent = _weighing(0.0)
    assert not silent.speaks_of(situation())
    assert not silent.counted([situation()]).any()
    assert Prior(replace(shipped(), voices={}), CANDIDATES).silent


def test_the_order_of_the_candidates_is_the_caller_s(prior: Prior) -> None:
    turned = Prior(prior.learned, (*reversed(CANDIDATES), "unheard_of"))
    effects, other = prior.effects(situation())[0], turned.effects(situation())[0]
    assert other[:-1] == pytest.approx(effects[::-1])
    assert other[-1] == 0.0


def test_asking_again_gives_the_same_numbers(prior: Prior) -> None:
    assert prior.effects(situation()) is prior.effects(situation())
    assert (prior.effects(situation())[0] != prior.effects(situation(depth=9))[0]).any()


def test_far_from_what_was_trained_the_doubt_is_larger() -> None:
    wide = _weighing(0.5, far_sd=3.0)
    assert wide.effects(situation(width=100_000, depth=2_000))[1] > wide.effects(situation())[1]


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"candidates": ["relu"], "races": {}}'])
def test_a_file_that_holds_no_model_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "learned.json"
    path.write_text(text)
    with pytest.raises(PriorRefused, match=r"learned\.json holds no learned model"):
        load(path)


@pytest.mark.parametrize("weight", [2.0, -0.1, float("nan")])
def test_weights_out_of_range_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="its numbers"):
        read(_with_weight(weight))


def test_numbers_of_another_layout_are_refused() -> None:
    with pytest.raises(ValueError, match="its numbers"):
        read(json.loads(FILE.read_text()) | {"candidates": ["relu"]})


def _with_weight(weight: float) -> dict[str, Any]:
    content = json.loads(FILE.read_text())
    content["voices"]["dense"]["weight"] = weight
    return dict(content)


def test_the_version_follows_what_decides_and_nothing_else() -> None:
    content = json.loads(FILE.read_text())
    assert version_of(content | {"skill": {}}) == shipped().version
    assert version_of(_with_weight(0.01)) != shipped().version
