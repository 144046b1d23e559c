"""The shipped numbers: they say what the process said, nothing where nothing was trained, and refuse strange files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.prior.past import distinct, fingerprint, starting_history
from models.prior.prior import FILE, Prior, PriorRefused, load, read, shipped, version_of
from tests.models.prior.races import situation

CANDIDATES = shipped().candidates


@pytest.fixture(scope="module")
def prior() -> Prior:
    return Prior(replace(shipped(), weight=0.5), CANDIDATES)


def test_the_shipped_model_belongs_to_the_shipped_history_and_is_small() -> None:
    assert shipped().history == fingerprint(distinct(starting_history()))
    assert FILE.stat().st_size < 200_000


def test_effects_are_about_the_mean_of_the_candidates(prior: Prior) -> None:
    effects, spread = prior.effects(situation())
    assert np.abs(effects).max() > 0.1
    assert effects.sum() == pytest.approx(0.0, abs=0.05)
    assert spread >= shipped().near_sd


def test_what_counts_is_the_effect_times_the_weight(prior: Prior) -> None:
    where = situation(depth=6)
    assert prior.counted([where])[0] == pytest.approx(0.5 * prior.effects(where)[0])


@pytest.mark.parametrize(
    "where",
    [
        situation(layer_type="mixed"),
        situation(adversarial=True),
        situation(privacy="dp_sgd"),
        situation(input_derivatives=2),
        situation().changed(role="bottleneck"),
    ],
)
def test_about_networks_of_another_kind_nothing_is_said(prior: Prior, where: object) -> None:
    assert not prior.counted([situation(), where])[1].any()  # type: ignore[list-item]


def test_without_skill_nothing_counts() -> None:
    silent = Prior(replace(shipped(), weight=0.0), CANDIDATES)
    assert silent.silent
    assert not silent.counted([situation()]).any()


def test_the_order_of_the_candidates_is_the_caller_s(prior: Prior) -> None:
    turned = Prior(prior.learned, (*reversed(CANDIDATES), "unheard_of"))
    effects, other = prior.effects(situation())[0], turned.effects(situation())[0]
    assert other[:-1] == pytest.approx(effects[::-1])
    assert other[-1] == 0.0


def test_asking_again_gives_the_same_numbers(prior: Prior) -> None:
    assert prior.effects(situation()) is prior.effects(situation())
    assert (prior.effects(situation())[0] != prior.effects(situation(depth=9))[0]).any()


def test_far_from_what_was_trained_the_doubt_is_larger() -> None:
    wide = Prior(replace(shipped(), far_sd=3.0), CANDIDATES)
    assert wide.effects(situation(width=100_000, depth=2_000))[1] > wide.effects(situation())[1]


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"candidates": ["relu"], "races": {}}'])
def test_a_file_that_holds_no_model_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "learned.json"
    path.write_text(text)
    with pytest.raises(PriorRefused, match=r"learned\.json holds no learned model"):
        load(path)


@pytest.mark.parametrize(("field", "value"), [("weight", 2.0), ("weight", float("nan")), ("candidates", ["relu"])])
def test_numbers_out_of_range_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match="its numbers"):
        read(json.loads(FILE.read_text()) | {field: value})


def test_the_version_follows_what_decides_and_nothing_else() -> None:
    content = json.loads(FILE.read_text())
    assert version_of(content | {"skill": {}}) == shipped().version
    assert version_of(content | {"weight": 0.01}) != shipped().version
