"""What the page says of an answer is what the answer says."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from actwise.contract.reading import read_request
from service.advice.advisor import Advisor
from service.http import Services
from service.http.examples import REQUESTS
from service.pages.answer import AnswerView, answer_view, choice_at
from service.pages.choices import SHOWN
from service.pages.claims import Known
from service.pages.detail import detail
from service.pages.questions import read_question

SEVERAL = REQUESTS["several kinds of layers"]


def viewed(services: Services, advisor: Advisor, body: dict[str, Any]) -> AnswerView:
    reference = services.reference
    known = Known({rule.id for rule in reference.rules}, {one.key for one in reference.sources}, reference.activations)
    return answer_view(advisor.recommend(read_request(body)), known)


@pytest.mark.parametrize("body", [REQUESTS["four fields"], REQUESTS["microcontroller"], SEVERAL])
def test_every_flip_leads_to_the_answer_that_it_promises(
    services: Services, advisor: Advisor, body: dict[str, Any]
) -> None:
    view = viewed(services, advisor, body)
    assert view.flips
    for flip, link in zip(view.answer.flips, view.flips, strict=True):
        request = read_question(parse_qsl(urlsplit(link.link).query)).request
        assert request is not None, link.link
        answer = advisor.recommend(request)
        firsts = [block.ranking[0].activation for block in answer.hidden]
        assert flip.then in (*firsts, answer.output.ranking[0].head), flip.sentence


@pytest.mark.parametrize("body", [*REQUESTS.values()])
def test_every_choice_is_shown_once_in_the_order_of_its_rank(
    services: Services, advisor: Advisor, body: dict[str, Any]
) -> None:
    view = viewed(services, advisor, body)
    for block, shown in zip(view.answer.hidden, view.blocks, strict=True):
        cards = [card for tie in shown.ties for card in (*tie.shown, *tie.folded)]
        assert [card.name for card in cards] == [choice.activation for choice in block.ranking]
        assert all(len(tie.shown) <= SHOWN for tie in shown.ties)
        assert sum(tie.size for tie in shown.ties) == len(block.ranking)


def test_no_claim_is_lost(services: Services, advisor: Advisor) -> None:
    view = viewed(services, advisor, REQUESTS["four fields"])
    for choice in view.answer.hidden[0].ranking:
        behind = detail(choice, Known((), ()))
        told = sorted(line.claim for line in (*behind.lines, *behind.more_lines))
        assert told == sorted(one.claim for one in choice.evidence)


def test_a_choice_is_found_by_its_place_and_name(services: Services, advisor: Advisor) -> None:
    answer = viewed(services, advisor, SEVERAL).answer
    gates = answer.hidden[1].gates
    assert gates
    assert choice_at(answer, "block-2-gates", gates[1].activation) == gates[1]
    assert choice_at(answer, "block-1", answer.hidden[0].ranking[3].activation) == answer.hidden[0].ranking[3]
    for place, name in (("block-1-gates", "sigmoid"), ("block-3", "relu"), ("block-1", "no"), ("", "")):
        assert choice_at(answer, place, name) is None


def test_gates_of_recurrent_cells_are_shown_too(services: Services, advisor: Advisor) -> None:
    view = viewed(services, advisor, SEVERAL)
    encoder, decoder = view.blocks
    assert encoder.gates == ()
    assert decoder.gates
    assert [line.gate for line in decoder.by_gate] == ["reset", "update"]


def test_code_starts_a_layer_of_the_kind_that_was_asked_about(services: Services, advisor: Advisor) -> None:
    view = viewed(services, advisor, REQUESTS["four fields"])
    first = view.blocks[0].ties[0].shown[0].detail
    assert first is not None
    code = {one.framework: one.lines for one in first.code}
    assert code["keras"] is not None
    assert code["keras"].startswith("activation = ")
    assert "Conv2D" in code["keras"]
    assert code["sklearn"] == 'MLPClassifier(activation="relu")'


def test_assumptions_are_told_in_words(services: Services, advisor: Advisor) -> None:
    view = viewed(services, advisor, REQUESTS["four fields"])
    assert ("device", "server", "no device was named") in view.assumed
