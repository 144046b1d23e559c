"""Catalogue, rules and sources, as HTTP shows them: encoded once, since they change with the version only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from actwise.contract.names import canonical_name
from rules.cards import RuleCard, SourceCard
from service.authoring.scoreboard import RuleScore
from service.http.views import ActivationDetail, PassportRequest, SignalPassport


@dataclass(frozen=True, slots=True)
class Reference:
    """What can be looked up.

    `activations` by canonical name, in the order of the catalogue; `passport` computes the signal
    passport of one of them, or gives None where there is none (functions of a whole row, gates). `claims` are the
    words of the claims that rules carry, by id; `scores` computes how rules fare against networks and tables.
    """

    activations: Mapping[str, ActivationDetail]
    rules: tuple[RuleCard, ...]
    sources: tuple[SourceCard, ...]
    passport: Callable[[str, PassportRequest], SignalPassport | None]
    claims: Mapping[str, str] = field(default_factory=dict)
    scores: Callable[[], Mapping[str, RuleScore]] = dict

    def activation(self, name: str) -> ActivationDetail | None:
        """The activation of this name, in any spelling that requests may use."""
        return self.activations.get(canonical_name(name) or "")
