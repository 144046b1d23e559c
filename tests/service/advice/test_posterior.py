"""From evidence to belief: one mechanism counts once, mechanisms add, measurements update."""

from __future__ import annotations

import numpy as np
import pytest

from rules import RoleMatrix
from service.advice.posterior import TASK_SD, Belief, Floats, Pool, believe, observe

SILENT = np.full((1, 1), np.inf)
NOTHING = np.zeros((1, 1))


def pool(*rules: tuple[int, float, float], causes: int = 3, computed: int = 2) -> Pool:
    """A pool over one candidate; each rule is (cause, mean, sd)."""
    cause, mean, sd = (np.array(column) for column in zip(*rules, strict=True))
    count = len(rules)
    nobody = np.zeros((count, 1))
    matrix = RoleMatrix(
        role="hidden",
        candidates=("only",),
        causes=tuple(map(str, range(causes))),
        sign=np.sign(mean).astype(np.int8)[:, None] + (mean == 0)[:, None].astype(np.int8),
        mean=np.abs(mean).astype(float),
        sd=sd.astype(float),
        cause=cause,
        support=nobody,
        weight=np.zeros(count),
        excludes=nobody.astype(bool),
        counted=np.ones(count, dtype=bool),
    )
    return Pool(matrix, computed)


def belief(pooled: Pool, *fired: bool, mean: Floats = NOTHING, sd: Floats = SILENT) -> tuple[float, float]:
    found = believe(pooled.pooled(pooled.patterns(np.array([fired]))), mean, sd)
    return float(found.mean[0, 0]), float(found.sd[0, 0])


def test_what_a_set_of_rules_says_does_not_depend_on_what_was_asked_before() -> None:
    rules = pool((0, 4.0, 2.0), (1, -1.0, 1.0))
    first = belief(rules, True, False)
    belief(rules, True, True)
    assert belief(rules, True, False) == first


def test_without_evidence_only_the_task_is_uncertain() -> None:
    assert belief(pool((0, 4.0, 2.0)), False) == (0.0, TASK_SD)


def test_one_claim_is_believed_as_it_is_told() -> None:
    mean, sd = belief(pool((0, 4.0, 2.0)), True)
    assert mean == pytest.approx(4.0)
    assert sd == pytest.approx(np.hypot(TASK_SD, 2.0))


def test_six_sources_for_one_mechanism_count_once() -> None:
    once = belief(pool((0, 4.0, 2.0)), True)
    six = belief(pool(*[(0, 4.0, 2.0)] * 6), *[True] * 6)
    assert six[0] == pytest.approx(once[0])
    assert six[1] < once[1]


def test_different_mechanisms_add() -> None:
    mean, sd = belief(pool((0, 4.0, 2.0), (1, -1.0, 1.0)), True, True)
    assert mean == pytest.approx(3.0)
    assert sd == pytest.approx(np.sqrt(TASK_SD**2 + 4.0 + 1.0))


def test_the_surer_of_two_claims_about_one_mechanism_weighs_more() -> None:
    mean, _ = belief(pool((0, 4.0, 1.0), (0, 0.0, 2.0)), True, True)
    assert mean == pytest.approx(4.0 * 1.0 / 1.25)


def test_theory_joins_the_pool_of_the_rules_that_speak_of_its_mechanism() -> None:
    mean, sd = belief(pool((0, 4.0, 2.0), computed=0), True, mean=np.array([[-60.0]]), sd=np.array([[2.0]]))
    assert mean == pytest.approx(-28.0)
    assert sd == pytest.approx(np.sqrt(TASK_SD**2 + 2.0))


def test_theory_adds_to_rules_that_speak_of_other_mechanisms() -> None:
    mean, sd = belief(pool((0, 4.0, 2.0), computed=2), True, mean=np.array([[-60.0]]), sd=np.array([[2.0]]))
    assert mean == pytest.approx(-56.0)
    assert sd == pytest.approx(np.sqrt(TASK_SD**2 + 8.0))


def test_a_precise_measurement_overrules_what_was_believed() -> None:
    before = Belief(np.array([[5.0, 0.0]]), np.array([[2.0, 2.0]]))
    after = observe(before, np.array([-3.0, 0.0]), np.array([[0.1, 0.1]]))
    assert after.mean[0, 0] - after.mean[0, 1] == pytest.approx(-3.0, abs=0.05)
    assert (after.sd < 0.11).all()


def test_a_vague_measurement_leaves_the_belief() -> None:
    before = Belief(np.array([[5.0, 0.0]]), np.array([[2.0, 2.0]]))
    after = observe(before, np.array([-30.0, 0.0]), np.array([[1e6, 1e6]]))
    assert after.mean == pytest.approx(before.mean, abs=1e-3)


def test_measurements_tell_differences_and_not_levels() -> None:
    before = Belief(np.array([[5.0, 0.0, 1.0]]), np.array([[2.0, 3.0, 2.0]]))
    sd = np.array([[1.0, 1.0, np.inf]])
    low = observe(before, np.array([0.0, -2.0, 0.0]), sd)
    high = observe(before, np.array([50.0, 48.0, 0.0]), sd)
    assert low.mean == pytest.approx(high.mean)


def test_what_was_not_measured_keeps_its_belief() -> None:
    before = Belief(np.array([[5.0, 0.0, 1.0]]), np.array([[2.0, 3.0, 2.0]]))
    after = observe(before, np.zeros(3), np.array([[1.0, 1.0, np.inf]]))
    assert after.mean[0, 2] == 1.0
    assert after.sd[0, 2] == 2.0


def test_no_measurement_changes_nothing() -> None:
    before = Belief(np.array([[5.0]]), np.array([[2.0]]))
    assert observe(before, np.zeros(1), np.full((1, 1), np.inf)) is before
