"""The list of claims that the rules stand for, and the table of which rule carries which.

    python -m rules.claims        writes docs/knowledge.md anew

A claim is a line of knowledge/claims.csv: an id and one line of words. A rule names the ids that it carries.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from rules.format import Rule
from rules.loading import KNOWLEDGE
from rules.ruleset import RuleSet

CLAIMS = KNOWLEDGE / "claims.csv"
PAGE = KNOWLEDGE.parents[1] / "docs" / "knowledge.md"

_HEAD = """\
# Which rule carries which claim

The trade-offs between activation functions that the project set out with (S) and the atomic claims drawn from the
literature (H), each with the rules that stand for it. Rules may be looked up by their id in `rules/knowledge`, with
`actwise rules` or at `/v1/rules`. Advice about starts, widths and learning rates is carried by the caution of a rule.
Rules marked * rest on nothing that was read and are weak.

`python -m rules.claims` writes this page from `rules/knowledge/claims.csv` and the rules; a test keeps it true.

| claim | in words | carried by |
|---|---|---|
"""


def read_claims(path: Path = CLAIMS) -> dict[str, str]:
    """The claims by id, in the order of the file. Raises ValueError for an id given twice or a line without words."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["id"], row["claim"]) for row in csv.DictReader(file)]
    claims = dict(rows)
    if len(claims) < len(rows) or not all(claims.values()):
        raise ValueError(f"{path.name}: every claim has an id of its own and a line of words")
    return claims


def carriers(claims: Mapping[str, str], rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """For each claim, the rules that carry it, in the order of the rules."""
    found: dict[str, list[Rule]] = {claim: [] for claim in claims}
    for rule in rules:
        for claim in rule.carries:
            if claim in found:
                found[claim].append(rule)
    return found


def page(claims: Mapping[str, str], rules: Iterable[Rule]) -> str:
    """The page of the docs: one row per claim."""
    rows = (
        f"| {claim} | {claims[claim]} | {', '.join(map(_marked, carrying))} |\n"
        for claim, carrying in carriers(claims, rules).items()
    )
    return _HEAD + "".join(rows)


def _marked(rule: Rule) -> str:
    return f"`{rule.id}`*" if rule.unverified else f"`{rule.id}`"


if __name__ == "__main__":
    PAGE.write_text(page(read_claims(), RuleSet.load().rules), encoding="utf-8")
