"""The scoreboard: who was right, and how sure that is."""

from __future__ import annotations

import pytest

from models.prior.past import PastRace, starting_history
from rules import RuleSet
from service.learning.agreement import Agreement, Scoreboard, lead_of, scoreboard, wilson
from tests.models.prior.races import race

RULES = RuleSet.load()
RULE = "deep-narrow-rectifiers-die"
COMPILED = RULES.rule(RULE)


def _race(number: int, points: float, noise: float = 0.5) -> PastRace:
    """Rectifiers at `points`, all else at the opposite, in a deep narrow plain net."""
    sides = dict.fromkeys(COMPILED.against[:3], points) | dict.fromkeys(("tanh", "sine", "softsign"), 0.0)
    best = max(sides.values())
    return race(number, {name: value - best for name, value in sides.items()}, noise, depth=20, width=16)


def _of(board: Scoreboard) -> Agreement:
    return next(one for one in board.items if one.rule == RULE)


def test_a_rule_is_right_when_what_it_is_against_falls_behind() -> None:
    found = _of(scoreboard(RULES, [], [_race(1, -5.0), _race(2, -4.0), _race(3, +4.0)]))
    assert (found.tasks, found.here, found.decided, found.agreeing) == (3, 3, 3, 2)
    assert found.share == pytest.approx(2 / 3, abs=1e-3)
    assert found.lead is not None
    assert found.lead.low < found.lead.mean < found.lead.high


def test_what_the_noise_decides_counts_for_neither_side() -> None:
    found = _of(scoreboard(RULES, [], [_race(1, -1.0, noise=5.0)]))
    assert (found.tasks, found.decided, found.share) == (1, 0, None)
    assert (found.low, found.high) == (0.0, 1.0)
    assert found.lead is None


def test_a_rule_with_one_side_is_compared_with_all_that_it_does_not_speak_of() -> None:
    found = lead_of(COMPILED, _race(1, -5.0).outcomes)
    assert found is not None
    assert found[0] == pytest.approx(4.53, abs=0.05)


def test_where_a_side_did_not_run_nothing_is_tested() -> None:
    assert lead_of(COMPILED, race(1, dict.fromkeys(COMPILED.against[:3], 0.0)).outcomes) is None


def test_a_rule_is_not_tested_where_it_does_not_hold() -> None:
    shallow = _race(1, -5.0)._replace(situation=race(1, {}, depth=1).situation)
    assert all(one.rule != RULE for one in scoreboard(RULES, [], [shallow]).items)


def test_the_same_task_probed_again_counts_once() -> None:
    first = _race(1, -5.0)._replace(data="own a")
    again = first._replace(id="rec_9/hidden-0")
    found = scoreboard(RULES, [first], [again])
    assert (found.shipped, found.here) == (0, 1)
    assert _of(found).tasks == 1


def test_without_races_the_board_is_empty() -> None:
    assert scoreboard(RULES, [], []) == Scoreboard(items=(), shipped=0, here=0)


def test_practice_and_exclusions_are_not_tested() -> None:
    tested = {one.rule for one in scoreboard(RULES, starting_history(), []).items}
    silent = {rule.id for rule in RULES.rules if rule.kind == "practice" or rule.excludes or rule.role != "hidden"}
    assert tested
    assert not tested & silent


@pytest.mark.parametrize(
    ("agreeing", "decided", "low", "high"),
    [(0, 0, 0.0, 1.0), (5, 5, 0.649, 1.0), (0, 5, 0.0, 0.351), (50, 100, 0.419, 0.581)],
)
def test_the_interval_is_wilson_s(agreeing: int, decided: int, low: float, high: float) -> None:
    assert wilson(agreeing, decided) == pytest.approx((low, high), abs=1e-3)
