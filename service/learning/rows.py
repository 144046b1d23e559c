"""From a finished probe to the races that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt

import actwise
from actwise.contract.answer import ProbeReport, Race
from actwise.contract.situation import Situation
from models.formulas import is_formula
from models.prior.past import Outcome, PastRace
from models.race.plan import RacePlan
from service.probing.evidence import Measurement, probe_evidence, transfer_sd
from service.probing.plan import ProbePlan

FEWEST_CANDIDATES = 3
"""A race between fewer says too little to be learned from."""


def past_races(
    identifier: str, situations: Iterable[Situation], plan: ProbePlan, report: ProbeReport, rows: int
) -> tuple[PastRace, ...]:
    """The hidden races of a finished probe, as they are kept.

    Args:
        identifier: of the recommendation.
        situations: of its request, one per block.
        rows: how many the networks were trained on.

    Races in which nobody beat the trivial predictor say nothing and are left out, as are races cut off by a cancel, and
    what callers wrote themselves.
    """
    found = probe_evidence(report)
    measured = {
        block: {name: one for name, one in rows.items() if not is_formula(name)} for block, rows in found.items()
    }
    blocks = {one.block: one for one in situations}
    told = {race.subject: race for race in report.races}
    return tuple(
        _race(identifier, blocks[race.subject], race, told[race.subject], measured[race.subject], plan, report, rows)
        for race in plan.races
        if race.subject in blocks and _speaks(told.get(race.subject), measured.get(race.subject, {}))
    )


def _speaks(race: Race | None, measured: Mapping[str, Measurement]) -> bool:
    return race is not None and race.stopped not in ("running", "cancelled") and len(measured) >= FEWEST_CANDIDATES


def _race(
    identifier: str,
    situation: Situation,
    planned: RacePlan,
    told: Race,
    measured: Mapping[str, Measurement],
    plan: ProbePlan,
    report: ProbeReport,
    rows: int,
) -> PastRace:
    shift = transfer_sd(report)
    return PastRace(
        id=f"{identifier}/{planned.key}",
        situation=trained(situation, planned, rows),
        data=_data(plan),
        metric=told.metric,
        steps=told.network_steps,
        version=actwise.__version__,
        outcomes={
            name: Outcome(one.mean, sqrt(max(0.0, one.sd**2 - shift**2))) for name, one in sorted(measured.items())
        },
    )


def trained(situation: Situation, planned: RacePlan, rows: int) -> Situation:
    """The situation of the network that was trained, where that stood in for the one described; the caller's own words
    are dropped."""
    network = planned.network
    return situation.changed(
        block="",
        layer_type=network.family,
        depth=network.depth,
        width=network.width,
        normalization=network.normalization,
        residual=network.residual,
        cell=getattr(network, "cell", None),
        optimizer=planned.optimizer,
        features=network.features,
        rows=rows,
        domain=None,
    )


def _data(plan: ProbePlan) -> str:
    """Kind and name; an own file is told by its content alone, a synthetic set by the seed that drew it."""
    reference = plan.data
    if reference is None:
        return "none"
    names = {"bundled": reference.name, "synthetic": f"{plan.fingerprint}"[:16]}
    return f"{reference.kind} {names.get(reference.kind, str(reference.fingerprint)[:16])}"
