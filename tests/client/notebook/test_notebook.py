"""What notebooks show: complete, escaped, without script and without anything from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from actwise.contract.answer import ProbeReport, Race, RaceEntry, Recommendation
from actwise.contract.diagnosis import Diagnosis
from actwise.contract.evidence import Citation, Effect
from actwise.contract.quote import Quote, QuotedRace
from actwise.notebook.elements import Html, element, interval, joined, sources
from actwise.testing import wsgi_client

EVIL = "<script>alert(1)</script>\"'&"
VOID = {"br", "hr", "img", "input", "link", "meta"}


class Reader(HTMLParser):
    """Elements, attributes and text; every element must be closed where it belongs."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def shown(answer: Any) -> Reader:
    return read(answer._repr_html_())


@pytest.fixture
def answer(app: Flask) -> Recommendation:
    return wsgi_client(app).recommend(
        task="classification", layer_type="recurrent", cell="lstm", depth=2, compute_budget="low"
    )


@pytest.fixture
def diagnosis(app: Flask) -> Diagnosis:
    return wsgi_client(app).diagnose(text="layers: [dense 3 softmax]", context={"loss": "CrossEntropyLoss"})


def test_an_answer_shows_first_choices_gates_output_flips_and_gaps(answer: Recommendation) -> None:
    text = shown(answer).text
    block = answer.hidden[0]
    assert block.gates
    for word in (*answer.summary, block.ranking[0].activation, block.gates[0].activation, "What would change this"):
        assert word in text
    assert all(choice.activation in text for choice in block.ranking)
    assert answer.output.ranking[0].loss in text
    assert answer.not_checked[0] in text
    assert answer.id in text


def test_nothing_is_executed_and_nothing_is_loaded(answer: Recommendation, diagnosis: Diagnosis) -> None:
    for one in (answer, diagnosis):
        found = shown(one)
        assert not found.tags & {"script", "style", "link", "img", "iframe", "object", "form"}
        assert not [name for name, _ in found.attributes if name.startswith("on") or name in ("src", "id")]
        links = [value for name, value in found.attributes if name == "href"]
        assert all(value and value.startswith(("http://", "https://")) for value in links)


def test_no_colour_is_fixed_so_that_light_and_dark_pages_suit(answer: Recommendation, diagnosis: Diagnosis) -> None:
    for one in (answer, diagnosis):
        styles = " ".join(value or "" for name, value in shown(one).attributes if name in ("style", "fill", "stroke"))
        assert "#" not in styles
        assert "rgb" not in styles


def test_whatever_a_caller_wrote_is_escaped(answer: Recommendation, diagnosis: Diagnosis) -> None:
    block = answer.hidden[0].model_copy(update={"block": EVIL})
    hostile = answer.model_copy(update={"summary": (EVIL,), "hidden": (block,), "not_checked": (EVIL,)})
    finding = diagnosis.findings[0].model_copy(update={"where": EVIL, "message": EVIL})
    for one in (hostile, diagnosis.model_copy(update={"findings": (finding,), "unread": (EVIL,)})):
        found = shown(one)
        assert "script" not in found.tags
        assert found.text.count(EVIL) >= 2


def test_an_address_that_would_run_something_is_no_link() -> None:
    citation = Citation(source="x", title=EVIL, url="javascript:alert(1)")
    found = read(sources([citation]))
    assert found.tags == set()
    assert EVIL in found.text


def test_attributes_are_escaped_too() -> None:
    assert read(element("i", "x", title='" onclick="y')).attributes == [("title", '" onclick="y')]
    assert joined([Html("<b></b>"), "<b>"]) == "<b></b>&lt;b&gt;"


def test_a_running_probe_shows_how_far_it_is(answer: Recommendation) -> None:
    entries = tuple(
        RaceEntry(candidate=name, status=status, learning_rate=None, seeds=0, score=None, difference=None)
        for name, status in (("relu", "in_group"), ("tanh", "dropped"))
    )
    race = Race(subject="dense", metric="accuracy", rungs=(9, 99), entries=entries, network_steps=5, stopped="running")
    probe = ProbeReport(network_steps_budget=10, network_steps_done=5, progress=0.5, races=(race,))
    running = answer.model_copy(update={"status": "running", "probe": probe})
    found = shown(running)
    assert "50%, dense: rung 1 of 2, 1 of 2 candidates left" in found.text
    assert ("value", "0.500") in found.attributes
    queued = answer.model_copy(update={"status": "queued", "probe": ProbeReport(network_steps_budget=10)})
    assert "0%, queued" in shown(queued).text


def test_a_quote_shows_its_price_and_what_it_may_change_or_why_there_is_none() -> None:
    race = QuotedRace(
        subject="dense", network="two layers", rungs=(9,), network_steps=9, raced=("relu",), may_lead=(), not_raced=()
    )
    text = shown(Quote(seconds=12.34, cores=2, network_steps=9, data="iris", races=(race,))).text
    for word in ("At most 12.3 s", "2 core(s)", "iris", "two layers", "relu", "none"):
        assert word in text
    assert "No probe can be run: why" in shown(Quote(refused="why", seconds=0, cores=0, network_steps=0)).text


def test_a_diagnosis_shows_findings_proof_fix_and_what_was_not_checked(diagnosis: Diagnosis) -> None:
    text = shown(diagnosis).text
    finding = diagnosis.findings[0]
    assert finding.proof
    assert finding.fix
    for word in (finding.where, finding.message, finding.proof.sentence, finding.fix.sentence, "Not checked"):
        assert word in text


@pytest.mark.parametrize("effect", [(0.0, 0.0, 0.0), (-3.0, -4.0, -2.0), (1e6, -1e6, 1e9)])
def test_an_interval_lies_within_its_picture(effect: tuple[float, float, float]) -> None:
    mean, low, high = effect
    found = read(interval(Effect(mean=mean, low=low, high=high), min(low, 0.0), max(high, 0.0)))
    places = [float(value or "nan") for name, value in found.attributes if name in ("x1", "x2", "cx")]
    assert all(0 <= place <= 120 for place in places)


def test_the_contract_alone_knows_nothing_of_html() -> None:
    import subprocess
    import sys

    code = "from actwise.contract.answer import Recommendation as R; assert not hasattr(R, '_repr_html_')"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "client"}, check=False).returncode == 0
