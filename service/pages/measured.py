"""What a rule claims and what was measured of it, each as a dot on a line beside no difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actwise.contract.evidence import Effect
from rules.cards import RuleCard
from service.pages.interval import Interval, Scale
from service.pages.words import signed

if TYPE_CHECKING:
    from service.learning.agreement import Agreement

_DIGITS = ".3g"
_TO_ENDS = 1.645
"""Standard deviations from the middle to the ends of a 90 % interval."""


@dataclass(frozen=True, slots=True)
class Drawings:
    """The claimed size, what the experiment measured, and the mean lead in races; None where there is none."""

    size: Interval | None
    measured: Interval | None
    lead: Interval | None


def drawings(rule: RuleCard, agreement: Agreement | None) -> Drawings:
    """Everything about one rule that can be drawn."""
    return Drawings(_size(rule), _measured(rule), _lead(agreement))


def _size(rule: RuleCard) -> Interval | None:
    if rule.mean is None or rule.sd is None:
        return None
    return beside_nothing(rule.mean, rule.mean - _TO_ENDS * rule.sd, rule.mean + _TO_ENDS * rule.sd)


def _measured(rule: RuleCard) -> Interval | None:
    found = rule.verification
    return beside_nothing(found.measured, found.low, found.high) if found and len(found.seeds) > 1 else None


def _lead(agreement: Agreement | None) -> Interval | None:
    lead = agreement.lead if agreement else None
    return beside_nothing(lead.mean, lead.low, lead.high) if lead else None


def beside_nothing(mean: float, low: float, high: float) -> Interval:
    """A dot with its line on a scale that holds no difference too."""
    ends = min(0.0, low, mean), max(0.0, high, mean)
    scale = Scale(ends[0], max(ends[1], ends[0] + 1e-12), 0.0)
    ends_in_words = f"{signed(low, _DIGITS)} to {signed(high, _DIGITS)}"
    words = f"{signed(mean, _DIGITS)}, 90 % interval {ends_in_words}; the broken line is no difference"
    return replace(scale.interval(Effect(mean=mean, low=low, high=high)), words=words)
