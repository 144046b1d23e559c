"""What the rules say about one activation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rules.cards import RuleCard
from service.pages.words import value_words

ROLE_TITLES = {"hidden": "hidden layers", "gate": "gates", "attention_weights": "attention weights"}


@dataclass(frozen=True, slots=True)
class Voice:
    """One rule that speaks about the activation. `among` counts those of which it says the same."""

    id: str
    place: str
    claim: str
    when: str
    size: str
    doubtful: str
    among: int


@dataclass(frozen=True, slots=True)
class Voices:
    """The rules by what they say: for, against, never, and what is usual; those that move most come first."""

    favourable: tuple[Voice, ...]
    adverse: tuple[Voice, ...]
    excluding: tuple[Voice, ...]
    habits: tuple[Voice, ...]

    @property
    def count(self) -> int:
        """How many rules there are."""
        return sum(map(len, (self.favourable, self.adverse, self.excluding, self.habits)))


def voices(name: str, rules: Iterable[RuleCard]) -> Voices:
    """The rules that name an activation; those of output heads speak about heads, so they are not among them."""
    known = [rule for rule in rules if rule.role in ROLE_TITLES]
    against = [rule for rule in known if name in rule.against]
    return Voices(
        favourable=_told(rule for rule in known if name in rule.favours and rule.kind != "practice"),
        adverse=_told(rule for rule in against if not rule.excludes),
        excluding=_told(rule for rule in against if rule.excludes),
        habits=tuple(_habit(rule, rule.support[name]) for rule in _by_share(name, known) if rule.support),
    )


def _told(rules: Iterable[RuleCard]) -> tuple[Voice, ...]:
    ordered = sorted(rules, key=lambda rule: (not rule.counts, -(rule.mean or 0.0) * weight(rule), rule.id))
    return tuple(_voice(rule, _size(rule)) for rule in ordered)


def weight(rule: RuleCard) -> float:
    """What the size of a rule is multiplied by in ordinary hidden layers."""
    return 1.0 if rule.multiplier is None else rule.multiplier


def _by_share(name: str, rules: Iterable[RuleCard]) -> list[RuleCard]:
    usual = [rule for rule in rules if name in (rule.support or {})]
    return sorted(usual, key=lambda rule: (-(rule.support or {})[name], rule.id))


def _habit(rule: RuleCard, share: float) -> Voice:
    return _voice(rule, f"{share:.0%} use it")


def _size(rule: RuleCard) -> str:
    if rule.excludes:
        return "excluded"
    if rule.mean is None:
        return ""
    words = f"{rule.mean:g} ± {rule.sd:g} points"
    if not rule.counts:
        return f"{words}, counted by its table"
    return words if weight(rule) == 1 else f"{words}, times {weight(rule):.2g}"


def _voice(rule: RuleCard, size: str) -> Voice:
    doubts = ("contested" if rule.contested else "", "unverified" if rule.unverified else "")
    return Voice(
        id=rule.id,
        place=ROLE_TITLES.get(rule.role, value_words(rule.role)),
        claim=rule.because,
        when=rule.when,
        size=size,
        doubtful=", ".join(filter(None, doubts)),
        among=len(rule.support or rule.favours or rule.against),
    )
