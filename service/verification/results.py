"""All rules at once: which have an experiment, which result is missing or stale, and the committed files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from rules.loading import KNOWLEDGE
from rules.ruleset import RuleSet
from rules.verdicts import FILE, Verdict, read_verdicts, written
from service.verification.page import PAGE, page
from service.verification.verify import Measurements, verify

Progress = Callable[[str, Verdict], None]


def verify_rules(
    rules: RuleSet, only: str | None = None, *, missing: bool = False, progress: Progress = lambda _, __: None
) -> dict[str, Verdict]:
    """Verdicts of one rule, or of all that name an experiment, by id; with `missing`, of those without a result.

    Raises KeyError with the nearest id for a rule that does not exist, ValueError for one without an experiment.
    """
    wanted = [rules.rule(only)] if only else [one for one in rules.compiled if one.rule.experiment]
    wanted = [one for one in wanted if not missing or one.rule.id not in rules.verdicts]
    measurements, found = Measurements(), {}
    for one in wanted:
        found[one.rule.id] = verify(one, measurements)
        progress(one.rule.id, found[one.rule.id])
    return found


def store(rules: RuleSet, found: Mapping[str, Verdict], folder: Path = KNOWLEDGE, docs: Path | None = PAGE) -> None:
    """Write the results file: new results, and the old ones of rules that still claim what they claimed."""
    kept = {name: old for name, old in read_verdicts(folder, []).items() if _current(rules, name, old)}
    merged = {**kept, **found}
    (folder / FILE).write_text(written(merged), encoding="utf-8")
    if docs is not None and docs.parent.is_dir():
        docs.write_text(page(merged), encoding="utf-8")


def _current(rules: RuleSet, name: str, old: Verdict) -> bool:
    if name not in rules.index:
        return False
    wanted = rules.rule(name).comparison()
    return wanted is not None and wanted.key == old.key
