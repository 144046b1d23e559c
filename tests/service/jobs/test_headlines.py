"""The first sentence of an answer is read from its beginning alone."""

from __future__ import annotations

import json

import pytest

from service.jobs.headlines import headline

ANSWER = json.dumps({"id": "rec_1", "summary": ["Use “ReLU”.", "More."], "hidden": []}, ensure_ascii=False).replace(
    '"summary": [', '"summary":['
)


def test_the_first_sentence_is_found_though_the_rest_is_cut_off() -> None:
    assert headline(ANSWER.encode()[: ANSWER.encode().index(b"More")]) == "Use “ReLU”."


@pytest.mark.parametrize(
    "head", [b"", b"{}", b'{"summary":', b'{"summary":["Use', b'{"summary":[]', b"\xff\xfe", b'"summary":[']
)
def test_what_is_not_there_is_none(head: bytes) -> None:
    assert headline(head) is None


def test_a_cut_inside_of_a_character_does_no_harm() -> None:
    whole = ANSWER.encode()
    for length in range(len(whole)):
        assert headline(whole[:length]) in (None, "Use “ReLU”.")


def test_what_a_caller_wrote_is_not_taken_for_the_field() -> None:
    domain = json.dumps('{"summary":["Use nothing."]}')
    assert headline(f'{{"request":{{"domain":{domain}}},"summary":["Use relu."]}}'.encode()) == "Use relu."
