"""Two answers side by side: every difference is found, and none is made up."""

from __future__ import annotations

from typing import Any

import pytest

from actwise.contract.answer import (
    Assumption,
    BlockRanking,
    Cost,
    Flip,
    HiddenChoice,
    Initialization,
    OutputChoice,
    OutputRanking,
    Receipt,
    Recommendation,
    Scope,
)
from actwise.contract.evidence import Effect, Evidence
from actwise.contract.reading import read_request
from actwise.differences import RankingDifference, Told, differences

FOUR = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}


def spoken(source: str, points: float, weight: float = 1.0, cause: str = "capacity") -> Evidence:
    direction = "for" if points > 0 else "against" if points < 0 else "neutral"
    return Evidence(
        kind="documented",
        source=source,
        cause=cause,
        claim=f"{source} speaks",
        direction=direction,
        effect=Effect(mean=points, low=points - 1, high=points + 1),
        scope="everything",
        weight=weight,
    )


def choice(rank: int, name: str, *evidence: Evidence, tie: int = 1, points: float = 0.0) -> HiddenChoice:
    return HiddenChoice(
        rank=rank,
        activation=name,
        tie_group=tie,
        probability_best=1 / (1 + rank),
        effect=Effect(mean=points, low=points - 1, high=points + 1),
        cost=Cost(relative=1.0, cost_class="A"),
        initialization=Initialization(scheme="he"),
        evidence=evidence,
    )


def head(rank: int, name: str) -> OutputChoice:
    texts = ("activation", "units", "loss", "target_transform", "bias_initialization", "at_inference")
    return OutputChoice(
        rank=rank,
        head=name,
        **dict.fromkeys(texts, "x"),
        from_logits=True,
        tie_group=rank,
        probability_best=0.5,
        effect=Effect(mean=0, low=0, high=0),
        evidence=(),
    )


def answer(
    *blocks: BlockRanking, heads: tuple[str, ...] = ("softmax",), assumed: dict[str, Any] | None = None, **fields: Any
) -> Recommendation:
    request = read_request(FOUR | fields)
    return Recommendation(
        id="rec_1",
        status="complete",
        request=request,
        assumptions=tuple(
            Assumption(field=name, value=value, because="usual") for name, value in (assumed or {}).items()
        ),
        summary=("Use it.",),
        hidden=blocks or (block("conv", choice(1, "relu")),),
        output=OutputRanking(ranking=tuple(head(rank, name) for rank, name in enumerate(heads, start=1))),
        flips=(),
        not_checked=(),
        scope=Scope(basis=("rules",), covers="all"),
        receipt=Receipt(request=request, version="0", rules="none"),
    )


def block(name: str, *choices: HiddenChoice, gates: tuple[HiddenChoice, ...] | None = None) -> BlockRanking:
    return BlockRanking(block=name, ranking=choices, gates=gates)


def hidden(first: Recommendation, second: Recommendation) -> RankingDifference:
    return differences(first, second).hidden[0]


def test_an_answer_does_not_differ_from_itself() -> None:
    one = answer(block("conv", choice(1, "relu", spoken("a", 1)), choice(2, "gelu")), assumed={"width": 64})
    found = differences(one, one)
    assert found.fields == ()
    for ranking in (*found.hidden, found.output):
        assert not any(each.moved or each.reasons for each in ranking.choices)
        assert ranking.only_first == ranking.only_second == ()


def test_fields_that_were_said_come_before_those_that_were_assumed() -> None:
    first, second = answer(assumed={"width": 64}), answer(assumed={"width": 128}, depth=30)
    assert [(one.field, one.first, one.second) for one in differences(first, second).fields] == [
        ("depth", Told(8, None), Told(30, None)),
        ("width", Told(64, "usual"), Told(128, "usual")),
    ]


def test_a_value_that_one_says_and_the_other_takes_for_granted_is_no_difference() -> None:
    assert differences(answer(normalization="batch"), answer(assumed={"normalization": "batch"})).fields == ()


def test_other_rules_are_circumstances_and_no_fields() -> None:
    one = answer()
    older = one.model_copy(update={"receipt": one.receipt.model_copy(update={"rules": "older"})})
    found = differences(one, older)
    assert found.fields == ()
    assert [(each.field, each.first, each.second) for each in found.circumstances] == [
        ("rules", Told("none", None), Told("older", None))
    ]


def test_a_field_that_only_one_has_is_told_with_nothing_on_the_other_side() -> None:
    (found,) = differences(answer(), answer(deployment={"int8": True})).fields
    assert (found.field, found.first, found.second) == ("deployment.int8", None, Told(True, None))


def test_what_was_assumed_replaces_what_it_was_made_from() -> None:
    first = answer(assumed={"task": "multiclass_classification"})
    second = answer(task="multiclass_classification")
    assert differences(first, second).fields == ()


def test_fields_of_blocks_go_by_the_names_of_the_answer() -> None:
    first = answer(layers=[{"layer_type": "conv", "depth": 2}, {"layer_type": "dense", "name": "top", "depth": 1}])
    second = answer(layers=[{"layer_type": "conv", "depth": 3}, {"layer_type": "dense", "name": "top", "depth": 1}])
    assert [one.field for one in differences(first, second).fields] == ["layers.conv-1.depth"]


def test_ranks_ties_and_chances_are_told_for_both() -> None:
    first = answer(block("conv", choice(1, "relu", points=5), choice(2, "gelu", tie=2, points=3)))
    second = answer(block("conv", choice(1, "gelu", points=4), choice(2, "relu", points=3.5)))
    found = hidden(first, second)
    relu = next(one for one in found.choices if one.name == "relu")
    assert relu.first is not None
    assert relu.second is not None
    assert (relu.first.rank, relu.first.tie, relu.first.behind) == (1, 1, 0)
    assert (relu.second.rank, relu.second.tie, relu.second.behind) == (2, 1, 0.5)
    assert relu.second.chance == pytest.approx(1 / 3)
    assert relu.moved
    assert found.leaders == ("relu", "gelu")


def test_the_better_of_both_ranks_decides_the_order() -> None:
    first = answer(block("conv", choice(1, "relu"), choice(2, "elu"), choice(3, "gelu")))
    second = answer(block("conv", choice(1, "gelu"), choice(2, "relu"), choice(3, "elu")))
    assert [one.name for one in hidden(first, second).choices] == ["gelu", "relu", "elu"]


def test_a_choice_that_only_one_has_is_told_so() -> None:
    found = hidden(answer(block("conv", choice(1, "relu"))), answer(block("conv", choice(1, "gelu"))))
    assert {one.name: (one.first is None, one.second is None, one.reasons) for one in found.choices} == {
        "gelu": (True, False, ()),
        "relu": (False, True, ()),
    }


def test_reasons_are_what_counts_differently_the_largest_change_first() -> None:
    first = answer(block("conv", choice(1, "relu", spoken("same", 2), spoken("gone", 1), spoken("less", 4, 0.5))))
    second = answer(block("conv", choice(1, "relu", spoken("same", 2), spoken("less", 4, 0.1), spoken("new", -3))))
    found = hidden(first, second).choices[0].reasons
    assert [(one.source, one.first, one.second) for one in found] == [
        ("new", None, -3.0),
        ("less", 2.0, 0.4),
        ("gone", 1.0, None),
    ]
    assert [one.change for one in found] == pytest.approx([-3.0, -1.6, -1.0])


def test_negligible_changes_are_no_reasons() -> None:
    first = answer(block("conv", choice(1, "relu", spoken("a", 1.0), spoken("habit", 0.0))))
    second = answer(block("conv", choice(1, "relu", spoken("a", 1.04))))
    assert hidden(first, second).choices[0].reasons == ()


def test_one_speaker_about_two_causes_is_two_reasons() -> None:
    first = answer(block("conv", choice(1, "relu")))
    second = answer(block("conv", choice(1, "relu", spoken("theory", 1), spoken("theory", 2, cause="compute"))))
    assert [one.second for one in hidden(first, second).choices[0].reasons] == [2.0, 1.0]


def test_what_speaks_in_one_answer_alone_is_told_once_with_all_it_speaks_about() -> None:
    rule = "rule"
    first = answer(block("conv", choice(1, "relu", spoken("both", 1)), choice(2, "elu")))
    second = answer(
        block(
            "conv",
            choice(1, "relu", spoken(rule, 1), spoken("both", 1)),
            choice(2, "elu", spoken(rule, 2)),
            choice(3, "mish", spoken(rule, -1)),
        )
    )
    found = hidden(first, second)
    assert found.only_first == ()
    assert [(one.source, one.favours, one.against) for one in found.only_second] == [(rule, ("relu", "elu"), ("mish",))]


def test_blocks_go_together_by_name_and_the_others_by_their_order() -> None:
    relu = choice(1, "relu")
    first = answer(block("stem", relu), block("trunk", relu))
    second = answer(block("trunk", relu), block("head", relu), block("neck", relu))
    pairs = [(one.first_name, one.second_name) for one in differences(first, second).hidden]
    assert pairs == [("trunk", "trunk"), ("stem", "head"), (None, "neck")]


def test_a_block_that_only_one_has_compares_no_evidence() -> None:
    first = answer(block("conv", choice(1, "relu")))
    second = answer(block("conv", choice(1, "relu")), block("dense", choice(1, "elu", spoken("a", 1))))
    found = differences(first, second).hidden[1]
    assert (found.first_name, found.second_name, found.only_second) == (None, "dense", ())
    assert found.leaders == (None, "elu")


def test_gates_go_with_gates_only() -> None:
    sigmoid = (choice(1, "sigmoid"),)
    first = answer(block("lstm", choice(1, "tanh"), gates=sigmoid))
    second = answer(block("gru", choice(1, "tanh"), gates=sigmoid))
    assert [(one.first_name, one.second_name) for one in differences(first, second).hidden] == [
        ("lstm", "gru"),
        ("gates of lstm", "gates of gru"),
    ]


def test_heads_are_compared_too() -> None:
    found = differences(answer(heads=("softmax", "sparsemax")), answer(heads=("sparsemax", "softmax"))).output
    assert found.leaders == ("softmax", "sparsemax")
    assert all(one.moved for one in found.choices)


def test_the_other_way_round_everything_is_turned() -> None:
    first = answer(block("conv", choice(1, "relu", spoken("a", 1)), choice(2, "elu")), assumed={"width": 3})
    second = answer(block("conv", choice(1, "elu", spoken("b", -2)), choice(2, "relu")), depth=9)
    there, back = differences(first, second), differences(second, first)
    assert {(one.field, one.first, one.second) for one in there.fields} == {
        (one.field, one.second, one.first) for one in back.fields
    }
    assert there.hidden[0].only_first == back.hidden[0].only_second
    assert there.hidden[0].leaders == back.hidden[0].leaders[::-1]


FLIP = Flip(field="depth", value=30, block="conv", now="relu", then="gelu", sentence="Deeper: gelu.")


@pytest.mark.parametrize(
    ("flip", "depth", "foretold"),
    [
        (FLIP, 30, ("Deeper: gelu.",)),
        (FLIP, 40, ()),
        (FLIP.model_copy(update={"then": "elu"}), 30, ()),
        (FLIP.model_copy(update={"block": "output"}), 30, ()),
        (FLIP.model_copy(update={"field": "width"}), 30, ()),
    ],
    ids=str,
)
def test_a_flip_foretells_the_change_that_was_made_and_what_came_of_it(
    flip: Flip, depth: int, foretold: tuple[str, ...]
) -> None:
    first = answer(block("conv", choice(1, "relu"), choice(2, "gelu"))).model_copy(update={"flips": (flip,)})
    second = answer(block("conv", choice(1, "gelu"), choice(2, "relu")), depth=depth)
    assert differences(first, second).foretold == foretold
