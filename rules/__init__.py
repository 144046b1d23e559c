"""Documented knowledge about activation functions, as data, and the engine that reads it."""

from __future__ import annotations

from rules.bibliography import Source
from rules.candidates import CandidateTable
from rules.cards import RuleCard, SourceCard
from rules.causes import CAUSES
from rules.experiments import EXPERIMENTS
from rules.faults import Finding, RulesRefused
from rules.format import Rule
from rules.ruleset import RoleMatrix, RuleSet
from rules.trace import RuleTrace
from rules.verdicts import Verdict

__all__ = [
    "CAUSES",
    "EXPERIMENTS",
    "CandidateTable",
    "Finding",
    "RoleMatrix",
    "Rule",
    "RuleCard",
    "RuleSet",
    "RuleTrace",
    "RulesRefused",
    "Source",
    "SourceCard",
    "Verdict",
]
