"""The advisor: from a request, and what a probe found, to the answer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actwise.contract.answer import (
    BlockRanking,
    Flip,
    GateChoice,
    HiddenChoice,
    OutputRanking,
    ProbeReport,
    Recommendation,
    Scope,
    Status,
)
from actwise.contract.evidence import Evidence
from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, situations_of
from actwise.contract.vocabulary import GATES_OF_CELL
from models.activations import get
from models.heads import get_head
from models.theory import CANDIDATES as THEORY_CANDIDATES
from models.theory import effects, strangeness
from rules import RuleSet
from service.advice.assembly import (
    FULLY_EXPLAINED,
    MOST_STARTS,
    Reasons,
    Standing,
    gate_choices,
    hidden_choices,
    output_choices,
)
from service.advice.case import HIDDEN_KEY, OUTPUT_KEY, Case, View
from service.advice.compared import Compared
from service.advice.flips import Shift, flips
from service.advice.gaps import not_checked
from service.advice.panel import Judgement, Measured, Panel, Theory
from service.advice.posterior import Floats
from service.advice.practice import Practices, practices
from service.advice.receipt import receipt, recommendation_id
from service.advice.restrictions import (
    permitted_gates,
    permitted_heads,
    permitted_hidden,
    refuse_if_nothing_left,
)
from service.advice.summary import summarize
from service.advice.theory import theory_evidence
from service.probing.evidence import Measurement, probe_evidence

_MOST_HEADS = 512
_MIXING = "S34"
"""The claim, carried by rules, that different functions in different layers are worth their search."""

_SILENT = np.stack([np.full(len(THEORY_CANDIDATES), value) for value in (0.0, np.inf, 0.0)])

Findings = Mapping[str, Mapping[str, Measurement]]


class Ranked(NamedTuple):
    """What a panel made of one block, or of the output: of the description itself, and the first choice (an index into
    the panel's candidates, -1 when nothing is left) in each situation of the view."""

    panel: Panel
    view: View
    judgement: Judgement
    firsts: list[int]


class Advisor:
    """Answers requests. A pure function of rules, request and report; safe to share between threads.

    `practice` is what published networks use: learned from all precedents that are shipped, unless given.
    """

    def __init__(self, rules: RuleSet | None = None, practice: Practices | None = None) -> None:
        self.rules = rules or RuleSet.load()
        names, heads = self.rules.candidates("hidden"), self.rules.candidates("output")
        self._compared = Compared(names, self.rules.sources)
        self._practice, self._output_practice = practice or practices(names, heads)
        self._hidden = Panel(self.rules, "hidden", _levels(names), self._practice, self._compared.learned)
        self._gates = Panel(self.rules, "gate", _levels(self.rules.candidates("gate")))
        self._weights = Panel(self.rules, "attention_weights", _levels(self.rules.candidates("attention_weights")))
        self._output = Panel(self.rules, "output", np.zeros(len(heads)), self._output_practice)
        self._theory_columns = np.array([THEORY_CANDIDATES.index(name) for name in self._hidden.candidates])
        self._mixing = [
            row
            for row, rule in enumerate(self.rules.rules)
            if _MIXING in rule.carries and rule.kind != "practice" and rule.role == "hidden"
        ]
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
        """Per block, the hidden candidates that may be chosen, the most promising first; none for attention weights,
        of which the dense networks of a probe have none."""
        ranking = self.recommend(request).hidden
        weighing = [one.role == "attention_weights" for one in situations_of(request)]
        return [
            () if alone else tuple(choice.activation for choice in block.ranking)
            for block, alone in zip(ranking, weighing, strict=True)
        ]

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
            not_checked=not_checked(case.own, report, *self._mixture(case, hidden)),
            scope=_scope(report),
            probe=report,
            receipt=taken,
        )

    def _judge_hidden(self, case: Case, index: int, found: Findings) -> Ranked:
        block, panel = case.own[index].block, self._panel(case.own[index])
        view = case.view(panel, index, hidden_key)
        permitted = permitted_hidden(panel.candidates, case.request, view.situations)
        theory = self._theory(view.situations) if panel is self._hidden else None
        ranked = _judged(panel, view, permitted, theory, _measured(panel, found.get(block)))
        refuse_if_nothing_left(ranked.judgement.allowed[0], case.request, f"the hidden layers of {block}")
        return ranked

    def _judge_output(self, case: Case, found: Findings) -> Ranked:
        panel = self._output
        view = case.view(panel, -1, OUTPUT_KEY)
        permitted = permitted_heads(panel.candidates, case.request, [one.task for one in view.situations])
        ranked = _judged(panel, view, permitted, None, _measured(panel, found.get("output")))
        refuse_if_nothing_left(ranked.judgement.allowed[0], case.request, "the output")
        return ranked

    def _panel(self, situation: Situation) -> Panel:
        return self._weights if situation.role == "attention_weights" else self._hidden

    def _theory(self, situations: Sequence[Situation]) -> Theory:
        """What theory says; nothing about recurrent layers, which are deep in time."""
        rows = [
            _SILENT
            if one.layer_type == "recurrent"
            else _theory_of(one.depth, one.normalization, one.residual, one.optimizer)
            for one in situations
        ]
        mean, sd, strange = np.array(rows)[:, :, self._theory_columns].swapaxes(0, 1)
        return Theory(mean, sd, strange)

    def _block(self, case: Case, index: int, ranked: Ranked, found: Findings) -> tuple[BlockRanking, str | None]:
        """The ranking of one block, and what published networks of its kind use most."""
        situation, panel = case.own[index], ranked.panel
        standing = Standing(panel, ranked.judgement, situation.prefer)
        reasons = Reasons(self.rules, panel, case.fired(index), situation.role)
        further = self._further(situation, standing) if panel is self._hidden else {}
        for name, measured in found.get(situation.block, {}).items():
            further[name] = [measured.evidence, *further.get(name, ())]
        ranking = hidden_choices(standing, reasons, situation, further)
        gates, by_gate = self._gate_rankings(case, index) if situation.cell in GATES_OF_CELL else (None, None)
        return BlockRanking(block=situation.block, ranking=ranking, gates=gates, by_gate=by_gate), standing.habit

    def _further(self, situation: Situation, standing: Standing) -> dict[str, list[Evidence]]:
        """What theory says about the first choices, and comparisons and precedents about those fully explained."""
        columns = [place.column for place in standing.places[:FULLY_EXPLAINED]]
        names = [self._hidden.candidates[column] for column in columns[:MOST_STARTS]]
        weight = self._compared.learned.fitted.causes["signal_propagation"] if situation.role == "hidden" else 1.0
        further = theory_evidence(situation, names, weight)
        practice = self._practice.evidence(situation)
        for found in (self._compared.evidence(situation, columns), practice):
            for name, told in found.items():
                further[name] = [*further.get(name, ()), told]
        return further

    def _gate_rankings(
        self, case: Case, index: int
    ) -> tuple[tuple[HiddenChoice, ...], dict[str, tuple[GateChoice, ...]]]:
        """One function for all gates of a cell, and the first choices for each gate by itself."""
        situation = case.own[index]
        gates = GATES_OF_CELL[situation.cell or ""]
        situations = [situation, *(situation.changed(gate=gate) for gate in gates)]
        fired = self.rules.fired(situations)
        permitted = permitted_gates(self._gates.candidates, case.request, situation)
        judgement = self._gates.judge(situations, self._gates.pool.patterns(fired), permitted)
        refuse_if_nothing_left(judgement.allowed[0], case.request, f"the gates of {situation.block}")
        standings = [Standing(self._gates, judgement, situation.prefer, row) for row in range(len(situations))]
        reasons = [Reasons(self.rules, self._gates, row) for row in fired]
        together = hidden_choices(standings[0], reasons[0], situation, {})
        apart = zip(gates, standings[1:], reasons[1:], strict=True)
        return together, {gate: gate_choices(standing, told) for gate, standing, told in apart}

    def _mixture(self, case: Case, hidden: Sequence[Ranked]) -> tuple[list[str], bool]:
        """The first choices of the blocks, and whether a rule about mixing functions speaks for one of them."""
        firsts = [ranked.panel.candidates[ranked.firsts[0]] for ranked in hidden]
        fired = [case.fired(index)[self._mixing] for index in range(len(firsts))]
        rules = [self.rules.compiled[row].favours for row in self._mixing]
        known = any(
            first in favoured and holds
            for first, held in zip(firsts, fired, strict=True)
            for favoured, holds in zip(rules, held, strict=True)
        )
        return firsts, known

    def _heads(self, case: Case, ranked: Ranked, found: Findings) -> OutputRanking:
        """The ranking of heads. Few fields bear on it, and many descriptions share one: without a probe it is kept."""
        _, view, judgement, _ = ranked
        situation, measured = case.own[-1], found.get("output", {})
        classes = 2 if situation.task == "binary_classification" else case.request.classes
        key = (view.patterns[0], OUTPUT_KEY(situation), classes, situation.outputs, judgement.allowed[0].tobytes())
        if not measured and key in self._known_heads:
            return self._known_heads[key]
        standing = Standing(self._output, judgement, situation.prefer)
        reasons = Reasons(self.rules, self._output, case.fired(-1))
        further = {name: [one.evidence] for name, one in measured.items()}
        for activation, told in self._output_practice.evidence(situation).items():
            for head in self._output.candidates:
                if get_head(head).activation == activation:
                    further[head] = [*further.get(head, ()), told]
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
        shifts, empty = [], set()
        for block, ranked in zip([*(one.block for one in case.own), "output"], [*hidden, output], strict=True):
            panel, (now, *others) = ranked.panel, ranked.firsts
            for place, then in zip(ranked.view.places[1:], others, strict=True):
                if then < 0:
                    empty.add(place)
                elif then != now:
                    names = panel.candidates[now], panel.candidates[then]
                    shifts.append((place, Shift(case.near[place - 1].change, block, *names)))
        return flips(shift for place, shift in shifts if place not in empty)


def recommendation_json(recommendation: Recommendation) -> bytes:
    """The answer's bytes: the same answer always gives the same bytes."""
    return recommendation.model_dump_json().encode()


def hidden_key(situation: Situation) -> tuple[object, ...]:
    """What a ranking of hidden layers depends on besides the rules: theory, cost, preference, and what may be used."""
    return (*HIDDEN_KEY(situation), situation.prefer, situation.operators, situation.framework == "sklearn")


def _judged(
    panel: Panel, view: View, permitted: NDArray[np.bool_], theory: Theory | None, found: Measured | None
) -> Ranked:
    """Judge all situations of a view."""
    judgement = panel.judge(view.situations, view.patterns, permitted, theory, found, view.transfer)
    return Ranked(panel, view, judgement, judgement.first().tolist())


@lru_cache(maxsize=16384)
def _theory_of(depth: int, normalization: str, residual: bool, optimizer: str) -> Floats:
    """[3, theory's candidates]: mean and sd of the effect, and the strangeness of the start."""
    told = effects(depth, normalization, residual, optimizer)
    return np.stack([told.mean, told.sd, strangeness(depth, normalization, residual)])


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
