"""Plain values from YAML."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.loading import KNOWLEDGE
from rules.yaml_text import read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# nothing", None),
        ("a: no", {"a": False}),
        ('a: "no"', {"a": "no"}),
        ("[1, -2, 0x10, 1_000]", [1, -2, 16, 1000]),
        ("[1.5, 1e-3, ~]", [1.5, "1e-3", None]),
        ("{a: {b: [c]}}", {"a": {"b": ["c"]}}),
    ],
)
def test_values_are_plain(text: str, value: Any) -> None:
    assert read_yaml(text) == value


@pytest.mark.parametrize("text", ["a: 1\na: 2", "1: a", "[", "? [a]\n: b", "a: 010", "a: 1:30", "--- 1\n--- 2"])
def test_what_is_not_plain_is_refused_with_the_line(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="line"):
        read_yaml(text)


def test_infinity_can_be_written() -> None:
    assert read_yaml(".inf") == math.inf
    assert read_yaml("-.inf") == -math.inf


@pytest.mark.parametrize("path", sorted(KNOWLEDGE.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_files_read_as_the_library_reads_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert read_yaml(text) == yaml.safe_load(text)
