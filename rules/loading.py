"""Reading rule files: everything that is wrong, in all files, is told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from rules.bibliography import Source
from rules.candidates import CandidateTable, Role
from rules.compiled import CompiledRule, compile_rule
from rules.faults import Finding, RulesRefused
from rules.format import Rule
from rules.lint import lint
from rules.verdicts import Verdict, read_verdicts
from rules.yaml_text import read_yaml

KNOWLEDGE = Path(__file__).parent / "knowledge"

Tables = Callable[[Role], CandidateTable]
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rules that passed every check, the sources they cite, what experiments said of them, and which are the house's
    own: those of every folder but the first."""

    rules: tuple[CompiledRule, ...]
    sources: Mapping[str, Source]
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    house: frozenset[str] = frozenset()


def load_folders(folders: tuple[Path, ...], tables: Tables) -> Loaded:
    """Read every *.yaml file of the folders. Raises RulesRefused with all findings."""
    findings: list[Finding] = []
    entries: list[tuple[str, Rule]] = []
    sources: dict[str, Source] = {}
    shipped = 0
    for folder in folders:
        for path in _files(folder, findings):
            content = _content(path, findings)
            if path.name.startswith("bibliography"):
                _add_sources(path.name, content, sources, findings)
            else:
                entries += _rules(path.name, content, findings)
        shipped = shipped or len(entries)
    compiled = tuple(_compiled(entries, tables, findings))
    findings += lint(entries, compiled, sources)
    results = {name: one for folder in folders for name, one in read_verdicts(folder, findings).items()}
    if findings:
        raise RulesRefused(tuple(findings))
    house = frozenset(rule.id for _, rule in entries[shipped:])
    return Loaded(compiled, sources, dict(_current(compiled, results)), house)


def _current(compiled: tuple[CompiledRule, ...], results: Mapping[str, Verdict]) -> Iterator[tuple[str, Verdict]]:
    """The results that still belong to the rules as they are: a claim that was changed since has none."""
    for one in compiled:
        found, wanted = results.get(one.rule.id), one.comparison()
        if found and wanted and found.key == wanted.key:
            yield one.rule.id, found


def _files(folder: Path, findings: list[Finding]) -> list[Path]:
    if not folder.is_dir():
        findings.append(Finding(str(folder), "", "is not a folder"))
        return []
    return sorted(folder.glob("*.yaml"))


def _content(path: Path, findings: list[Finding]) -> Any:
    try:
        return read_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        findings.append(Finding(path.name, "", " ".join(str(error).split())))
        return None


def _add_sources(file: str, content: Any, sources: dict[str, Source], findings: list[Finding]) -> None:
    if not isinstance(content, dict):
        findings.append(Finding(file, "", "a bibliography is a mapping of keys to sources"))
        return
    for key, raw in content.items():
        if key in sources:
            findings.append(Finding(file, str(key), "source key given twice"))
        source = _validated(Source, raw, file, str(key), findings)
        if source:
            sources[str(key)] = source


def _rules(file: str, content: Any, findings: list[Finding]) -> Iterator[tuple[str, Rule]]:
    if content is None:
        return
    if not isinstance(content, list):
        findings.append(Finding(file, "", "a rule file is a list of rules"))
        return
    for index, raw in enumerate(content):
        name = str(raw.get("id", f"rule {index + 1}")) if isinstance(raw, dict) else f"rule {index + 1}"
        rule = _validated(Rule, raw, file, name, findings)
        if rule:
            yield file, rule


def _validated(model: type[_Model], raw: Any, file: str, name: str, findings: list[Finding]) -> _Model | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            place = ".".join(map(str, fault["loc"]))
            findings.append(Finding(file, name, f"{place}: {fault['msg']}" if place else fault["msg"]))
        return None


def _compiled(entries: list[tuple[str, Rule]], tables: Tables, findings: list[Finding]) -> Iterator[CompiledRule]:
    for file, rule in entries:
        compiled, faults = compile_rule(rule, tables(rule.role))
        findings += [Finding(file, rule.id, fault) for fault in faults]
        if compiled:
            yield compiled
