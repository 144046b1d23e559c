"""Citations from the rules' bibliography, read without the rules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from actwise.contract.evidence import Citation
from rules.bibliography import Source
from rules.loading import KNOWLEDGE
from rules.yaml_text import read_yaml


@cache
def sources() -> Mapping[str, Source]:
    """Every source of every bibliography file by its key."""
    found: dict[str, Source] = {}
    for path in sorted(KNOWLEDGE.glob("bibliography*.yaml")):
        entries = read_yaml(path.read_text(encoding="utf-8"))
        found |= {key: Source.model_validate(raw) for key, raw in entries.items()}
    return found


def citation(key: str) -> Citation:
    """The source of that key as a citation. Raises KeyError."""
    source = sources()[key]
    return Citation(source=key, title=source.title, year=source.year, url=source.url)
