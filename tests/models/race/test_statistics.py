"""Paired comparisons: few seeds, many candidates, and luck that must not be taken for merit."""

from __future__ import annotations

import numpy as np
import pytest

from models.race.statistics import PRIOR_DEGREES, adjusted_means, compare, excluded, leader_of, spreads


def scores(truth: dict[str, float], seeds: int, noise: float, root: int) -> dict[str, dict[int, float]]:
    rng = np.random.default_rng(root)
    shared = 0.02 * rng.standard_normal(seeds)
    return {
        name: {seed: float(best + shared[seed] + noise * rng.standard_normal()) for seed in range(seeds)}
        for name, best in truth.items()
    }


def test_one_seed_gives_an_interval_from_the_typical_spread_alone() -> None:
    rows = {"a": {0: 0.9, 1: 0.91}, "b": {0: 0.8, 1: 0.83}, "c": {0: 0.7}}
    found = compare(rows, "a", 1e-3)["c"]
    assert (found.seeds, found.mean) == (1, pytest.approx(-0.2))
    assert found.low < found.mean < found.high


def test_identical_scores_at_all_seeds_are_not_perfect_knowledge() -> None:
    rows = {"a": {0: 0.9, 1: 0.9}, "b": {0: 0.9, 1: 0.9}}
    found = compare(rows, "a", 0.002)["b"]
    assert found.high - found.low > 0.002


def test_two_candidates_alone_are_compared_by_the_plain_paired_t() -> None:
    rows = {"a": {0: 0.9, 1: 0.92, 2: 0.95}, "b": {0: 0.8, 1: 0.85, 2: 0.81}}
    differences = [rows["b"][seed] - rows["a"][seed] for seed in range(3)]
    found = compare(rows, "a", 1e-6)["b"]
    assert found.degrees == 2
    assert found.sd == pytest.approx(np.std(differences, ddof=1) / 3**0.5)


@pytest.mark.parametrize("candidates", [3, 10])
def test_more_candidates_lend_each_other_degrees_of_freedom_up_to_the_prior_weight(candidates: int) -> None:
    rows = scores({f"c{i}": 0.9 for i in range(candidates)}, 2, 0.01, 0)
    degrees = {item.degrees for item in compare(rows, "c0", 1e-6).values()}
    assert degrees == {1 + min(PRIOR_DEGREES, candidates - 2)}


@pytest.mark.parametrize("candidates", [2, 3, 10])
def test_spreads_are_those_of_the_scores_however_few_the_candidates(candidates: int) -> None:
    truth = {f"c{i}": 0.9 for i in range(candidates)}
    found = [spreads(scores(truth, 4, 0.01, root), 1e-6)["c0"] ** 2 for root in range(100)]
    assert np.mean(found) == pytest.approx(0.01**2, rel=0.25)


def test_differences_are_taken_over_the_seeds_that_both_ran() -> None:
    rows = {"a": {0: 0.5, 1: 0.9, 2: 0.7}, "b": {1: 0.8, 2: 0.6, 3: 0.1}}
    assert compare(rows, "a", 1e-3)["b"].mean == pytest.approx(-0.1)


def test_adjusted_means_forgive_a_candidate_for_having_run_the_hard_seeds_only() -> None:
    easy, hard = 0.9, 0.5
    rows = {"a": {0: easy, 1: hard}, "b": {0: easy + 0.01, 1: hard + 0.01}, "c": {1: hard + 0.05}}
    means = adjusted_means(rows)
    assert means["b"] - means["a"] == pytest.approx(0.01)
    assert means["c"] - means["a"] == pytest.approx(0.05, abs=1e-3)
    assert leader_of(adjusted_means(rows), ["a", "b", "c"]) == "c"


def test_of_equal_candidates_the_first_in_the_order_leads() -> None:
    rows = {"a": {0: 0.9}, "b": {0: 0.9}}
    assert leader_of(adjusted_means(rows), ["b", "a"]) == "b"


def test_an_unstable_candidate_widens_its_own_interval_and_hardly_the_others() -> None:
    truth = {f"c{i}": 0.9 for i in range(8)}
    calm = scores(truth, 5, 0.005, 1)
    wild = {**calm, "c7": {seed: value - 0.4 * (seed == 3) for seed, value in calm["c7"].items()}}
    before, after = compare(calm, "c0", 1e-3), compare(wild, "c0", 1e-3)
    assert after["c7"].sd > 5 * before["c7"].sd
    assert after["c1"].sd == pytest.approx(before["c1"].sd, rel=0.2)


def test_of_equal_candidates_any_given_one_is_hardly_ever_excluded() -> None:
    truth = {f"c{i:02}": 0.9 for i in range(25)}
    races = 200
    lost = 0
    for root in range(races):
        rows = scores(truth, 2, 0.01, root)
        lost += "c07" in excluded(compare(rows, leader_of(adjusted_means(rows), list(truth)), 1e-4), 24)
    assert lost / races < 0.05


def test_the_true_best_is_hardly_ever_excluded() -> None:
    truth = {f"c{i:02}": 0.9 - 0.002 * i for i in range(25)}
    races = 200
    lost = 0
    for root in range(races):
        rows = scores(truth, 3, 0.01, root)
        leader = leader_of(adjusted_means(rows), list(truth))
        lost += "c00" in excluded(compare(rows, leader, 1e-4), 24)
    assert lost / races < 0.03


def test_a_clearly_worse_candidate_is_excluded_and_a_wider_allowance_keeps_it() -> None:
    rows = scores({"a": 0.9, "b": 0.9, "c": 0.8}, 3, 0.005, 0)
    leader = leader_of(adjusted_means(rows), ["a", "b", "c"])
    assert excluded(compare(rows, leader, 1e-3), 2) == {"c"}
    assert excluded(compare(rows, leader, 1e-3, {"c": 0.2}), 2) == set()


def test_no_comparison_excludes_nobody() -> None:
    assert excluded({}, 0) == set()
    assert compare({"a": {0: 0.9}}, "a", 1e-3) == {}
