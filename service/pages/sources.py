"""One source, and everything here that leans on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.cards import RuleCard, SourceCard

if TYPE_CHECKING:
    from service.http.views import ActivationDetail

READ_WORDS = {
    "full": "read in full",
    "abstract": "abstract read",
    "secondary": "known from a text that reports it",
    "unverified": "not read: general knowledge",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """An activation that rules of this source speak about, and how many for and against it."""

    name: str
    favourable: int
    adverse: int
    usual: int


@dataclass(frozen=True, slots=True)
class SourceView:
    """The page of a source. `functions` are those whose entry in the catalogue rests on it."""

    source: SourceCard
    read: str
    rules: tuple[RuleCard, ...]
    functions: tuple[str, ...]
    mentions: tuple[Mention, ...]


def source_view(
    source: SourceCard, rules: Mapping[str, RuleCard], activations: Mapping[str, ActivationDetail]
) -> SourceView:
    """The rules that cite it, and the activations that these speak about, the most often named first."""
    citing = tuple(rules[name] for name in source.rules if name in rules)
    return SourceView(
        source=source,
        read=READ_WORDS[source.read],
        rules=citing,
        functions=tuple(name for name, one in activations.items() if source.key in one.sources),
        mentions=mentions(citing, activations),
    )


def mentions(rules: Sequence[RuleCard], activations: Mapping[str, ActivationDetail]) -> tuple[Mention, ...]:
    """Activations of the catalogue that these rules speak about; rules of output heads speak about heads."""
    speaking = [rule for rule in rules if rule.role != "output"]
    found = [_mention(name, speaking) for name in activations]
    named = [one for one in found if one.favourable or one.adverse or one.usual]
    return tuple(sorted(named, key=lambda one: -(one.favourable + one.adverse + one.usual)))


def _mention(name: str, rules: Sequence[RuleCard]) -> Mention:
    return Mention(
        name=name,
        favourable=sum(name in rule.favours for rule in rules if rule.kind != "practice"),
        adverse=sum(name in rule.against for rule in rules),
        usual=sum(name in (rule.support or {}) for rule in rules),
    )


def source_text(source: SourceCard) -> str:
    """Everything that a search over sources looks into, in lower case."""
    parts = (source.key, source.title, source.authors, str(source.year), source.venue or "")
    return " ".join(parts).lower()
