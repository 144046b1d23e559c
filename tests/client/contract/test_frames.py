"""Answers as rows and as pandas frames."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from flask import Flask

from actwise.contract.answer import MemberCurve, ProbeReport, Race, RaceEntry, Recommendation
from actwise.contract.evidence import Effect
from actwise.contract.quote import Quote, QuotedRace
from actwise.testing import wsgi_client


@pytest.fixture
def answer(app: Flask) -> Recommendation:
    return wsgi_client(app).recommend(
        task="classification", layer_type="recurrent", cell="gru", depth=2, compute_budget="low"
    )


def test_every_choice_has_a_row_with_its_interval(answer: Recommendation) -> None:
    pytest.importorskip("pandas")
    frame = answer.to_frame()
    block = answer.hidden[0]
    expected = len(block.ranking) + len(block.gates or ()) + len(answer.output.ranking)
    assert len(frame) == expected
    assert set(frame["part"]) == {"hidden", "gates", "output"}
    first = frame.iloc[0]
    effect = block.ranking[0].effect
    assert (first["effect_low"], first["effect"], first["effect_high"]) == (effect.low, effect.mean, effect.high)


def test_every_claim_has_a_row_with_its_sources(answer: Recommendation) -> None:
    pytest.importorskip("pandas")
    frame = answer.to_frame("evidence")
    claims = [item.claim for choice in answer.hidden[0].ranking for item in choice.evidence]
    assert list(frame[frame["part"] == "hidden"]["claim"]) == claims


def test_races_and_curves_have_rows_and_none_without_a_probe(answer: Recommendation) -> None:
    pytest.importorskip("pandas")
    assert len(answer.to_frame("race")) == len(answer.to_frame("curves")) == 0
    entry = RaceEntry(
        candidate="relu", status="in_group", learning_rate=0.1, seeds=2, score=0.5,
        difference=Effect(mean=0.0, low=-1.0, high=1.0),
    )  # fmt: skip
    race = Race(
        subject="gru", metric="accuracy", rungs=(9,), entries=(entry,), network_steps=9, stopped="decided",
        curves=(MemberCurve(candidate="relu", steps=(3, 9), score=(0.1, 0.5)),),
    )  # fmt: skip
    probed = answer.model_copy(update={"probe": ProbeReport(network_steps_budget=9, races=(race,))})
    assert probed.to_frame("race").iloc[0]["difference_low"] == -1.0
    assert list(probed.to_frame("curves")["step"]) == [3, 9]


def test_an_unknown_word_names_the_known_ones(answer: Recommendation) -> None:
    with pytest.raises(ValueError, match="choices, evidence, race, curves"):
        answer.to_frame("flips")  # type: ignore[arg-type]


def test_quotes_and_diagnoses_have_frames_too(app: Flask) -> None:
    pytest.importorskip("pandas")
    race = QuotedRace(
        subject="dense", network="n", rungs=(1,), network_steps=1, raced=("a", "b"), may_lead=("a",), not_raced=("c",)
    )
    frame = Quote(seconds=1, cores=1, network_steps=1, races=(race,)).to_frame()
    assert list(frame["raced"]) == [True, True, False]
    assert list(frame["may_lead"]) == [True, False, False]
    found = wsgi_client(app).diagnose(text="layers: [dense 3 softmax]", context={"loss": "CrossEntropyLoss"})
    assert list(found.to_frame()["check"]) == [one.check for one in found.findings]


def test_without_pandas_the_error_says_how_to_get_it(answer: Recommendation, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        answer.to_frame()
