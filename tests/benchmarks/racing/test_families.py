"""Tasks of the other layer types: each trains what its name says, and another root draws other rows."""

from __future__ import annotations

import pytest

from benchmarks.racing.families import CANDIDATES, FamilyTask, family_tasks


@pytest.mark.parametrize(
    ("name", "family"),
    [("conv signal", "conv"), ("elman", "recurrent"), ("tokens", "attention"), ("graph deep", "graph")],
)
def test_a_task_trains_the_layers_it_is_named_for(name: str, family: str) -> None:
    assert FamilyTask(name, 1).contest().network.family == family
    assert name in {task.name for task in family_tasks()}


def test_all_candidates_take_part_and_a_graph_learns_whole() -> None:
    contest = FamilyTask("graph", 1).contest()
    assert tuple(entrant.candidate for entrant in contest.entrants) == CANDIDATES
    assert contest.batch_size == len(contest.data.x_train)


def test_another_root_draws_other_rows() -> None:
    assert FamilyTask("elman", 1).contest().data.fingerprint != FamilyTask("elman", 2).contest().data.fingerprint
