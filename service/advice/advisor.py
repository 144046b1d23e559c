"""The advisor: from a request, and what a probe found, to the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from actwise.contract.answer import (
    BlockRanking,
    Flip,
    HiddenChoice,
    OutputRanking,
    ProbeReport,
    Recommendation,
    Scope,
    Status,
)
from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, resolve, situations_of
from models.activations import get
from models.theory import CANDIDATES as THEORY_CANDIDATES
from models.theory import assess
from rules import RuleSet
from service.advice.assembly import Reasons, Standing, hidden_choices, output_choices
from service.advice.flips import flips
from service.advice.gaps import not_checked
from service.advice.neighbours import Neighbour, neighbours
from service.advice.panel import Judgement, Measured, Panel
from service.advice.posterior import Floats
from service.advice.receipt import receipt, recommendation_id
from service.advice.restrictions import (
    permitted_activations,
    permitted_gates,
    permitted_heads,
    refuse_if_nothing_left,
)
from service.advice.summary import summarize
from service.advice.theory import theory_evidence
from service.probing.evidence import Measurement, probe_evidence

Findings = Mapping[str, Mapping[str, Measurement]]

TRANSFER_SD = 3.0
"""Points by which a measurement may mislead about a network that differs from the measured one."""

_UNMEASURED_CHANGES = ("compute_budget", "deployment.int8", "deployment.latency_critical", "deployment.target")


class _Case:
    """The description and its neighbours, laid out for the panels; place 0 is the description itself."""

    def __init__(self, rules: RuleSet, request: TaskDescription) -> None:
        own, self.assumptions = resolve(request)
        self.request = request
        self.near = neighbours(request, own)
        self.requests = [request, *(neighbour.request for neighbour in self.near)]
        self.situations = [own, *(situations_of(neighbour.request) for neighbour in self.near)]
        self.blocks = len(own)
        flat = [situation for group in self.situations for situation in group]
        self.fired = rules.fired(flat).reshape(len(self.situations), self.blocks, -1)
        self.transfer = np.array([0.0, *(_transfer(neighbour) for neighbour in self.near)])

    def block(self, index: int) -> list[Situation]:
        """One block's situation in the description and in every neighbour."""
        return [group[index] for group in self.situations]


def _transfer(neighbour: Neighbour) -> float:
    return 0.0 if neighbour.field in _UNMEASURED_CHANGES else TRANSFER_SD


class Advisor:
    """Answers requests. A pure function of rules, request and report; safe to share between threads."""

    def __init__(self, rules: RuleSet | None = None) -> None:
        self.rules = rules or RuleSet.load()
        self._hidden = Panel(self.rules, "hidden", _levels(self.rules.candidates("hidden")))
        self._gates = Panel(self.rules, "gate", _levels(self.rules.candidates("gate")))
        self._output = Panel(self.rules, "output", np.zeros(len(self.rules.candidates("output"))))
        self._theory_columns = np.array([_theory_column(name) for name in self._hidden.candidates])

    def recommend(
        self,
        request: TaskDescription,
        report: ProbeReport | None = None,
        status: Status = "complete",
    ) -> Recommendation:
        """The answer to a request, with what a probe found when there was one.

        Raises ContractError when allow, deny, device or framework leave nothing to choose from.
        """
        case = _Case(self.rules, request)
        found = probe_evidence(report) if report else {}
        hidden = [self._judge_hidden(case, index, found) for index in range(case.blocks)]
        output = self._judge_output(case, found)
        own = case.situations[0]
        blocks = [self._block(case, index, judgement, found) for index, judgement in enumerate(hidden)]
        heads, _ = self._heads(case, output, found)
        taken = receipt(request, self.rules.version)
        return Recommendation(
            id=recommendation_id(taken),
            status=status,
            request=request,
            assumptions=case.assumptions,
            summary=summarize([block for block, _ in blocks], heads, report, [habit for _, habit in blocks]),
            hidden=tuple(block for block, _ in blocks),
            output=heads,
            flips=self._flips(case, hidden, output),
            not_checked=not_checked(own, report),
            scope=_scope(report),
            probe=report,
            receipt=taken,
        )

    def entrants(self, request: TaskDescription) -> list[tuple[str, ...]]:
        """Per block, the hidden candidates that may be chosen, the most promising first."""
        ranking = self.recommend(request).hidden
        return [tuple(choice.activation for choice in block.ranking) for block in ranking]

    def _judge_hidden(self, case: _Case, index: int, found: Findings) -> Judgement:
        situations = case.block(index)
        permitted = permitted_activations(self._hidden.candidates, case.request, situations)
        judgement = self._hidden.judge(
            situations,
            case.fired[:, index],
            permitted,
            self._theory(situations),
            _measured(self._hidden, found.get(situations[0].block)),
            case.transfer,
        )
        refuse_if_nothing_left(judgement.allowed[0], case.request, f"the hidden layers of {situations[0].block}")
        return judgement

    def _judge_output(self, case: _Case, found: Findings) -> Judgement:
        situations = case.block(case.blocks - 1)
        permitted = permitted_heads(self._output.candidates, case.requests, [one.task for one in situations])
        measured = _measured(self._output, found.get("output"))
        fired = case.fired[:, -1]
        judgement = self._output.judge(situations, fired, permitted, measured=measured, transfer=case.transfer)
        refuse_if_nothing_left(judgement.allowed[0], case.request, "the output")
        return judgement

    def _theory(self, situations: Sequence[Situation]) -> tuple[Floats, Floats]:
        """What theory says [situations, candidates]; nothing about recurrent layers, which are deep in time."""
        shape = (len(situations), len(self._hidden.candidates))
        mean, sd = np.zeros(shape), np.full(shape, np.inf)
        for row, one in enumerate(situations):
            if one.layer_type != "recurrent":
                found = assess(one.depth, one.normalization, one.residual, one.optimizer)
                mean[row], sd[row] = found.effect_mean[self._theory_columns], found.effect_sd[self._theory_columns]
        return mean, sd

    def _block(self, case: _Case, index: int, judgement: Judgement, found: Findings) -> tuple[BlockRanking, str | None]:
        """The ranking of one block, and what published networks of its kind use most."""
        situation = case.situations[0][index]
        standing = Standing(self._hidden, judgement, 0, situation.prefer)
        reasons = Reasons(self.rules, self._hidden, case.fired[0, index])
        further = theory_evidence(situation)
        for name, measured in found.get(situation.block, {}).items():
            further[name] = [measured.evidence, *further.get(name, ())]
        ranking = hidden_choices(standing, reasons, situation, further)
        return BlockRanking(
            block=situation.block, ranking=ranking, gates=self._gate_ranking(case, index)
        ), standing.habit

    def _gate_ranking(self, case: _Case, index: int) -> tuple[HiddenChoice, ...] | None:
        situation = case.situations[0][index]
        if situation.cell not in ("lstm", "gru"):
            return None
        fired = case.fired[:1, index]
        permitted = permitted_gates(self._gates.candidates, case.request, [situation])
        judgement = self._gates.judge([situation], fired, permitted)
        refuse_if_nothing_left(judgement.allowed[0], case.request, f"the gates of {situation.block}")
        standing = Standing(self._gates, judgement, 0, situation.prefer)
        return hidden_choices(standing, Reasons(self.rules, self._gates, fired[0]), situation, {})

    def _heads(self, case: _Case, judgement: Judgement, found: Findings) -> tuple[OutputRanking, str | None]:
        situation = case.situations[0][-1]
        standing = Standing(self._output, judgement, 0, situation.prefer)
        reasons = Reasons(self.rules, self._output, case.fired[0, -1])
        further = {name: [measured.evidence] for name, measured in found.get("output", {}).items()}
        classes = 2 if situation.task == "binary_classification" else case.request.classes
        ranking = output_choices(standing, reasons, situation, classes, further)
        return OutputRanking(ranking=ranking), standing.habit

    def _flips(self, case: _Case, hidden: Sequence[Judgement], output: Judgement) -> tuple[Flip, ...]:
        """What would change a first choice; neighbours that leave nothing to choose from are passed over."""
        names = [*(one.block for one in case.situations[0]), "output"]
        firsts = [self._names(self._hidden, judgement) for judgement in hidden] + [self._names(self._output, output)]
        rows = [dict(zip(names, row, strict=True)) for row in zip(*firsts, strict=True)]
        kept = [place for place, row in enumerate(rows[1:]) if all(row.values())]
        return flips([case.near[place] for place in kept], rows[0], [rows[place + 1] for place in kept])

    @staticmethod
    def _names(panel: Panel, judgement: Judgement) -> list[str]:
        """The first choice in each situation; empty where nothing may be chosen."""
        return [panel.candidates[index] if index >= 0 else "" for index in judgement.first().tolist()]


def recommendation_json(recommendation: Recommendation) -> bytes:
    """The answer's bytes: the same answer always gives the same bytes."""
    return recommendation.model_dump_json().encode()


def _measured(panel: Panel, found: Mapping[str, Measurement] | None) -> Measured | None:
    if not found:
        return None
    rows = [found.get(name) for name in panel.candidates]
    return Measured(
        np.array([row.mean if row else 0.0 for row in rows]), np.array([row.sd if row else np.inf for row in rows])
    )


def _scope(report: ProbeReport | None) -> Scope:
    basis = ("documented rules", "signal-propagation theory") + (("probe training runs",) if report else ())
    return Scope(basis=basis, covers=report.scope if report and report.scope else _DESCRIPTION_ONLY)


_DESCRIPTION_ONLY = "networks like the one described; nothing was trained for this answer"


def _theory_column(name: str) -> int:
    return THEORY_CANDIDATES.index(name)


def _levels(names: Sequence[str]) -> Floats:
    return np.array(["ABCD".index(get(name).cost_class) for name in names], dtype=np.float64)
