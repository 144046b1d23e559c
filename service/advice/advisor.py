"""The advisor: from a request, and what a probe found, to the answer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from threading import Lock

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
from actwise.contract.situation import Situation
from models.activations import get
from models.theory import CANDIDATES as THEORY_CANDIDATES
from models.theory import assess
from rules import RuleSet
from service.advice.assembly import Reasons, Standing, hidden_choices, output_choices
from service.advice.case import HIDDEN_KEY, OUTPUT_KEY, Case, View
from service.advice.flips import Shift, flips
from service.advice.gaps import not_checked
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

_MOST_HEADS = 512

Findings = Mapping[str, Mapping[str, Measurement]]
Ranked = tuple[View, Judgement]


class Advisor:
    """Answers requests. A pure function of rules, request and report; safe to share between threads."""

    def __init__(self, rules: RuleSet | None = None) -> None:
        self.rules = rules or RuleSet.load()
        self._hidden = Panel(self.rules, "hidden", _levels(self.rules.candidates("hidden")))
        self._gates = Panel(self.rules, "gate", _levels(self.rules.candidates("gate")))
        self._output = Panel(self.rules, "output", np.zeros(len(self.rules.candidates("output"))))
        self._theory_columns = np.array([THEORY_CANDIDATES.index(name) for name in self._hidden.candidates])
        self._known_heads: dict[Hashable, OutputRanking] = {}
        # Threads that compute at the same time hand the interpreter to each other at every NumPy call and get less
        # done than one after another.
        self._turn = Lock()

    def recommend(
        self, request: TaskDescription, report: ProbeReport | None = None, status: Status = "complete"
    ) -> Recommendation:
        """The answer to a request, with what a probe found when there was one.

        Raises ContractError when allow, deny, device or framework leave nothing to choose from.
        """
        with self._turn:
            return self._answer(request, report, status)

    def entrants(self, request: TaskDescription) -> list[tuple[str, ...]]:
        """Per block, the hidden candidates that may be chosen, the most promising first."""
        ranking = self.recommend(request).hidden
        return [tuple(choice.activation for choice in block.ranking) for block in ranking]

    def _answer(self, request: TaskDescription, report: ProbeReport | None, status: Status) -> Recommendation:
        case = Case(self.rules, request)
        found = probe_evidence(report) if report else {}
        hidden = [self._judge_hidden(case, index, found) for index in range(len(case.own))]
        output = self._judge_output(case, found)
        blocks = [self._block(case, index, ranked, found) for index, ranked in enumerate(hidden)]
        heads = self._heads(case, output, found)
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
            not_checked=not_checked(case.own, report),
            scope=_scope(report),
            probe=report,
            receipt=taken,
        )

    def _judge_hidden(self, case: Case, index: int, found: Findings) -> Ranked:
        view, block = case.view(self._hidden, index, HIDDEN_KEY), case.own[index].block
        judgement = self._hidden.judge(
            view.situations,
            view.patterns,
            permitted_activations(self._hidden.candidates, case.request, case.own[index]),
            self._theory(view.situations),
            _measured(self._hidden, found.get(block)),
            view.transfer,
        )
        refuse_if_nothing_left(judgement.allowed[0], case.request, f"the hidden layers of {block}")
        return view, judgement

    def _judge_output(self, case: Case, found: Findings) -> Ranked:
        view = case.view(self._output, -1, OUTPUT_KEY)
        judgement = self._output.judge(
            view.situations,
            view.patterns,
            permitted_heads(self._output.candidates, case.request, [one.task for one in view.situations]),
            measured=_measured(self._output, found.get("output")),
            transfer=view.transfer,
        )
        refuse_if_nothing_left(judgement.allowed[0], case.request, "the output")
        return view, judgement

    def _theory(self, situations: Sequence[Situation]) -> tuple[Floats, Floats]:
        """What theory says [situations, candidates]; nothing about recurrent layers, which are deep in time."""
        columns = self._theory_columns
        silent = np.zeros(len(columns)), np.full(len(columns), np.inf)
        rows = []
        for one in situations:
            if one.layer_type == "recurrent":
                rows.append(silent)
                continue
            told = assess(one.depth, one.normalization, one.residual, one.optimizer)
            rows.append((told.effect_mean[columns], told.effect_sd[columns]))
        mean, sd = zip(*rows, strict=True)
        return np.array(mean), np.array(sd)

    def _block(self, case: Case, index: int, ranked: Ranked, found: Findings) -> tuple[BlockRanking, str | None]:
        """The ranking of one block, and what published networks of its kind use most."""
        situation = case.own[index]
        standing = Standing(self._hidden, ranked[1], situation.prefer)
        reasons = Reasons(self.rules, self._hidden, case.fired(index))
        further = theory_evidence(situation)
        for name, measured in found.get(situation.block, {}).items():
            further[name] = [measured.evidence, *further.get(name, ())]
        ranking = hidden_choices(standing, reasons, situation, further)
        return BlockRanking(
            block=situation.block, ranking=ranking, gates=self._gate_ranking(case, index)
        ), standing.habit

    def _gate_ranking(self, case: Case, index: int) -> tuple[HiddenChoice, ...] | None:
        situation = case.own[index]
        if situation.cell not in ("lstm", "gru"):
            return None
        fired = case.fired(index)[None]
        judgement = self._gates.judge(
            [situation],
            self._gates.pool.patterns(fired),
            permitted_gates(self._gates.candidates, case.request, situation),
        )
        refuse_if_nothing_left(judgement.allowed[0], case.request, f"the gates of {situation.block}")
        standing = Standing(self._gates, judgement, situation.prefer)
        return hidden_choices(standing, Reasons(self.rules, self._gates, fired[0]), situation, {})

    def _heads(self, case: Case, ranked: Ranked, found: Findings) -> OutputRanking:
        """The ranking of heads. Few fields bear on it, and many descriptions share one: without a probe it is kept."""
        (view, judgement), situation, measured = ranked, case.own[-1], found.get("output", {})
        classes = 2 if situation.task == "binary_classification" else case.request.classes
        key = (view.patterns[0], OUTPUT_KEY(situation), classes, situation.outputs, judgement.allowed[0].tobytes())
        if not measured and key in self._known_heads:
            return self._known_heads[key]
        standing = Standing(self._output, judgement, situation.prefer)
        reasons = Reasons(self.rules, self._output, case.fired(-1))
        further = {name: [one.evidence] for name, one in measured.items()}
        ranking = OutputRanking(ranking=output_choices(standing, reasons, situation, classes, further))
        if not measured:
            self._keep_heads(key, ranking)
        return ranking

    def _keep_heads(self, key: Hashable, ranking: OutputRanking) -> None:
        if len(self._known_heads) >= _MOST_HEADS:
            self._known_heads.clear()
        self._known_heads[key] = ranking

    def _flips(self, case: Case, hidden: Sequence[Ranked], output: Ranked) -> tuple[Flip, ...]:
        """What would change a first choice; neighbours that leave nothing to choose from are passed over."""
        firsts = [(one.block, self._hidden, *ranked) for one, ranked in zip(case.own, hidden, strict=True)]
        firsts.append(("output", self._output, *output))
        shifts, empty = [], set()
        for block, panel, view, judgement in firsts:
            now, *others = judgement.first().tolist()
            for place, then in zip(view.places[1:], others, strict=True):
                if then < 0:
                    empty.add(place)
                elif then != now:
                    names = panel.candidates[now], panel.candidates[then]
                    shifts.append((place, Shift(case.near[place - 1].change, block, *names)))
        return flips(shift for place, shift in shifts if place not in empty)


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


def _levels(names: Sequence[str]) -> Floats:
    return np.array(["ABCD".index(get(name).cost_class) for name in names], dtype=np.float64)
