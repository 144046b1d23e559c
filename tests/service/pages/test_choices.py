"""Ties, sentences, intervals: the small things that a card is made of."""

from __future__ import annotations

import pytest

from actwise.contract.answer import Code, Cost, HiddenChoice, Initialization
from actwise.contract.evidence import Citation, Direction, Effect, Evidence, Kind
from service.pages.choices import ties
from service.pages.claims import SHOWN, Known, cited, lines, matters, reason
from service.pages.detail import detail
from service.pages.interval import WIDTH, scale_of
from service.pages.words import signed, value_words

KNOWN = Known({"some-rule"}, {"he2015"})


def effect(mean: float, low: float = -1.0, high: float = 1.0) -> Effect:
    return Effect(mean=mean, low=low, high=high)


def claim(
    text: str, mean: float, direction: Direction = "for", weight: float = 1.0, kind: Kind = "documented"
) -> Evidence:
    return Evidence(
        kind=kind,
        source="some-rule",
        cause="cost",
        claim=text,
        direction=direction,
        effect=effect(mean),
        scope="all",
        weight=weight,
    )


def choice(rank: int, tie: int, *evidence: Evidence) -> HiddenChoice:
    return HiddenChoice(
        rank=rank,
        activation=f"f{rank}",
        tie_group=tie,
        probability_best=0.004,
        effect=effect(2.0 - rank),
        cost=Cost(relative=1.0, cost_class="A"),
        initialization=Initialization(scheme="he_normal", gain=1.4142136),
        evidence=evidence,
    )


def test_a_tie_says_that_it_is_one_and_by_what_it_is_ordered() -> None:
    first, second = ties([choice(1, 1), choice(2, 1), choice(3, 2)], KNOWN, "balanced")
    assert (first.size, second.size) == (2, 1)
    assert first.words == "Equal on what is known; inside, what similar networks use comes first, less its price."
    assert "expectation" in ties([choice(1, 1), choice(2, 1)], KNOWN, "quality")[0].words


def test_one_that_leads_alone_is_called_ahead() -> None:
    assert "Ahead of all others" in ties([choice(1, 1), choice(2, 2)], KNOWN, "balanced")[0].words


def test_the_claim_that_moves_most_is_the_sentence() -> None:
    evidence = [
        claim("small", 0.5),
        claim("large but hardly counted", 9.0, weight=0.01),
        claim("heavy", -2.0, "against"),
    ]
    assert matters(evidence) == "Heavy."
    assert reason(evidence) == "Small."


def test_without_evidence_the_sentence_says_so() -> None:
    assert matters([]).startswith("Nothing speaks")
    assert reason([claim("only against", -1.0, "against")]) == "Only against."


def test_the_weightiest_claims_are_shown_with_those_for_it_first() -> None:
    evidence = [claim(str(size), float(size), "against" if size % 2 else "for") for size in range(1, 8)]
    shown, rest = lines(evidence, KNOWN)
    assert len(shown) == SHOWN
    assert [line.claim for line in shown] == ["4", "6", "5", "7"]
    assert [line.claim for line in rest] == ["2", "1", "3"]


def test_habit_has_no_size_and_what_counts_for_nothing_is_marked() -> None:
    (habit,), _ = lines([claim("habit", 0.0, kind="practice")], KNOWN)
    (idle,), _ = lines([claim("idle", 2.0, weight=0.0)], KNOWN)
    assert (habit.size, habit.counted) == ("", True)
    assert (idle.size, idle.counted) == ("+2.0 points (−1.0 to +1.0), counted 0%", False)


def test_citations_lead_to_our_page_of_the_source_before_the_text_itself() -> None:
    url = "https://arxiv.org/abs/1502.01852"
    ours = cited(Citation(source="he2015", title="Delving deep", year=2015, where="table 2", url=url), KNOWN)
    theirs = cited(Citation(source="unknown", title="Else", url=url), KNOWN)
    neither = cited(Citation(source="hgnet-v2", title="HGNetV2", where="file#L1"), KNOWN)
    assert (ours.title, ours.link, ours.outside) == ("Delving deep, table 2 (2015)", "/docs/sources/he2015", False)
    assert (theirs.link, theirs.outside) == (url, True)
    assert (neither.title, neither.where, neither.link, neither.outside) == ("HGNetV2", "file#L1", None, False)


def test_an_interval_beyond_the_scale_is_drawn_at_its_end() -> None:
    scale = scale_of([effect(0.0, -1.0, 1.0), effect(0.5, 0.0, 2.0)])
    far = scale.interval(effect(-50.0, -60.0, -40.0))
    assert far.low == far.mean == far.high == scale.interval(effect(-1.0)).mean
    assert 0 < far.mean < WIDTH
    assert far.words == "−50.0 points beside the first choice, 90 % interval −60.0 to −40.0"


def test_a_ranking_of_one_without_any_doubt_still_has_a_scale() -> None:
    assert scale_of([effect(0.0, 0.0, 0.0)]).interval(effect(0.0, 0.0, 0.0)).mean < WIDTH


@pytest.mark.parametrize(("number", "words"), [(-0.04, "0.0"), (0.04, "0.0"), (-0.05001, "−0.1"), (2.0, "+2.0")])
def test_what_rounds_to_nothing_has_no_sign(number: float, words: str) -> None:
    assert signed(number) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (None, "not said"),
        (10_000, "10,000"),
        (0.1, "0.1"),
        ("dp_sgd", "DP-SGD"),
        (("a_b", "c"), "a b, c"),
    ],
)
def test_values_in_words(value: object, words: str) -> None:
    assert value_words(value) == words


def test_a_framework_without_the_function_is_named() -> None:
    with_code = choice(1, 1).model_copy(update={"code": Code(pytorch="activation = torch.nn.ReLU()")})
    snippets = detail(with_code, KNOWN).code
    assert [one.lines is None for one in snippets] == [False, True, True, True]
