"""Heads and the knowledge about them belong together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from actwise.contract.vocabulary import TASKS
from models.heads import HEADS, heads_for

KNOWLEDGE = Path(__file__).parents[3] / "rules" / "knowledge"
RULES: list[dict[str, Any]] = yaml.safe_load((KNOWLEDGE / "heads.yaml").read_text())
SOURCES = {key for path in KNOWLEDGE.glob("bibliography*.yaml") for key in (yaml.safe_load(path.read_text()) or {})}


def named(rule: dict[str, Any]) -> set[str]:
    """The heads that a rule names."""
    parts = [rule.get(side, {}).get("name", []) for side in ("for", "against")]
    listed = {name for part in parts for name in ([part] if isinstance(part, str) else part)}
    return listed | set(rule.get("support", {}))


@pytest.mark.parametrize("head_id", HEADS)
def test_every_source_of_a_head_is_in_a_bibliography(head_id: str) -> None:
    assert set(HEADS[head_id].sources) <= SOURCES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["id"])
def test_every_rule_names_heads_that_its_task_has_and_sources_that_exist(rule: dict[str, Any]) -> None:
    assert {source["key"] for source in rule["sources"]} <= SOURCES
    asked = rule["when"].get("task", list(TASKS))
    tasks = [asked] if isinstance(asked, str) else asked
    served = {head.id for task in tasks for head in heads_for(task)}
    assert named(rule) <= served


def test_most_heads_are_spoken_of_by_some_rule() -> None:
    spoken = set().union(*(named(rule) for rule in RULES))
    assert len(spoken & set(HEADS)) >= 0.8 * len(HEADS)
