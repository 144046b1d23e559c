"""How often a rule was right: its claim against what probes measured.

A rule is put to the test by a race when it holds for the network that was trained and both its sides ran: what it is
for, and what it is against; a rule with one side is compared with all that it does not speak of. Its lead is the mean
of the points of the one side less that of the other. The race decides when the lead is larger than its noise (at 90 %);
it agrees when the lead is above zero. Races that do not decide are told, and count for neither.

The share of agreeing among deciding races comes with the Wilson interval (Wilson 1927), which stays inside 0 to 1 and
is wide for few races. Races of one data set are more alike than it knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from pydantic import Field

from actwise.contract.evidence import Answer, Effect
from models.prior.past import Outcome, PastRace, distinct
from rules import RuleSet
from rules.compiled import CompiledRule

Z = 1.645
"""Of the 90 % intervals, and of what decides."""


class Agreement(Answer):
    """One rule against the probes that put it to the test."""

    rule: str
    cause: str
    because: str
    tasks: int = Field(description="races in which the rule held and both its sides ran")
    here: int = Field(description="of these, probes of this installation; the rest are shipped")
    decided: int = Field(description="races whose lead is larger than its noise")
    agreeing: int = Field(description="of these, races in which what the rule is for lies ahead")
    share: float | None = Field(description="agreeing over decided; null when none decided")
    low: float = Field(description="lower end of the 90 % Wilson interval of the share")
    high: float = Field(description="upper end")
    lead: Effect | None = Field(description="mean lead in points over all its races; null with fewer than two")


class Scoreboard(Answer):
    """Every rule that probes have put to the test, the most often tested first."""

    items: tuple[Agreement, ...]
    shipped: int = Field(description="races of the starting history")
    here: int = Field(description="races of this installation")


class _Test(NamedTuple):
    lead: float
    noise: float
    here: bool


def scoreboard(rules: RuleSet, shipped: Sequence[PastRace], here: Sequence[PastRace]) -> Scoreboard:
    """Score every rule about the quality of hidden layers; races that tell the same count once."""
    own = {race.id for race in here}
    races = distinct((*shipped, *here))
    tests = _tests(rules, races, own)
    found = (_agreement(rules.compiled[row], these) for row, these in tests.items())
    ordered = sorted(found, key=lambda one: (-one.tasks, one.rule))
    count = sum(race.id in own for race in races)
    return Scoreboard(items=tuple(ordered), shipped=len(races) - count, here=count)


def _tests(rules: RuleSet, races: Sequence[PastRace], own: set[str]) -> dict[int, list[_Test]]:
    found: dict[int, list[_Test]] = {}
    if not races:
        return found
    fired = rules.fired([race.situation for race in races])
    for row, one in enumerate(rules.compiled):
        if one.rule.role == "hidden" and one.rule.kind != "practice" and not one.rule.excludes:
            for place in np.flatnonzero(fired[:, row]).tolist():
                lead = lead_of(one, races[place].outcomes)
                if lead is not None:
                    found.setdefault(row, []).append(_Test(*lead, races[place].id in own))
    return found


def lead_of(one: CompiledRule, outcomes: Mapping[str, Outcome]) -> tuple[float, float] | None:
    """Points by which what the rule is for leads what it is against, and their standard deviation; None where a side
    did not run."""
    spoken = {*one.favours, *one.against}
    rest = [name for name in outcomes if name not in spoken]
    these = [outcomes[name] for name in (one.favours or rest) if name in outcomes]
    those = [outcomes[name] for name in (one.against or rest) if name in outcomes]
    if not these or not those:
        return None
    lead = sum(each.bent for each in these) / len(these) - sum(each.bent for each in those) / len(those)
    return lead, sqrt(_variance(these) + _variance(those))


def _variance(side: Sequence[Outcome]) -> float:
    """Of the mean of one side."""
    return sum(each.bent_noise**2 for each in side) / len(side) ** 2


def _agreement(one: CompiledRule, tests: Sequence[_Test]) -> Agreement:
    decided = [test for test in tests if abs(test.lead) > Z * test.noise]
    agreeing = sum(test.lead > 0 for test in decided)
    low, high = wilson(agreeing, len(decided))
    return Agreement(
        rule=one.rule.id,
        cause=one.rule.cause,
        because=one.rule.because,
        tasks=len(tests),
        here=sum(test.here for test in tests),
        decided=len(decided),
        agreeing=agreeing,
        share=round(agreeing / len(decided), 3) if decided else None,
        low=round(low, 3),
        high=round(high, 3),
        lead=_mean_lead([test.lead for test in tests]),
    )


def wilson(agreeing: int, decided: int) -> tuple[float, float]:
    """The 90 % interval of a share; 0 to 1 when nothing is decided."""
    if not decided:
        return 0.0, 1.0
    share, shrink = agreeing / decided, 1.0 + Z**2 / decided
    centre = (share + Z**2 / (2 * decided)) / shrink
    reach = Z / shrink * sqrt(share * (1 - share) / decided + Z**2 / (4 * decided**2))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def _mean_lead(leads: Iterable[float]) -> Effect | None:
    values = np.array(list(leads))
    if len(values) < 2:
        return None
    mean, reach = float(values.mean()), Z * float(values.std(ddof=1)) / sqrt(len(values))
    return Effect(mean=round(mean, 2), low=round(mean - reach, 2), high=round(mean + reach, 2))
