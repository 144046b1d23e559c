"""The advisor: from a request, and what a probe found, to the answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock

import numpy as np

from actwise.contract.answer import (
    BlockRanking,
    Flip,
    OwnFormula,
    ProbeReport,
    Recommendation,
    Scope,
    Status,
)
from actwise.contract.evidence import Evidence
from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, situations_of
from actwise.contract.vocabulary import GATES_OF_CELL
from models.formulas import FormulaActivation
from models.prior.prior import Learned, Prior, shipped
from models.theory import CANDIDATES as THEORY_CANDIDATES
from models.theory import effects, strangeness
from rules import RuleSet
from service.advice.assembly import (
    FULLY_EXPLAINED,
    MOST_STARTS,
    Reasons,
    Standing,
    hidden_choices,
)
from service.advice.case import HIDDEN_KEY, Case
from service.advice.compared import Compared
from service.advice.flips import Shift, flips
from service.advice.formulas import new_functions, read_formulas, stand_ins, theory_of, told_of
from service.advice.gaps import not_checked
from service.advice.gates import Gates
from service.advice.outputs import Outputs
from service.advice.panel import Panel, Theory
from service.advice.past import PAST_KEY, past_evidence
from service.advice.posterior import Floats
from service.advice.practice import Practices, practices
from service.advice.ranked import Findings, Ranked, judged, levels, measured
from service.advice.receipt import receipt, recommendation_id
from service.advice.restrictions import (
    permitted_hidden,
    refuse_if_nothing_left,
)
from service.advice.summary import summarize
from service.advice.theory import theory_evidence
from service.probing.evidence import probe_evidence
from service.probing.subjects import gates_of

_MIXING = "S34"
"""The claim, carried by rules, that different functions in different layers are worth their search."""

_MOST_JOINED = 16
"""Advisors kept for formulas of callers."""

_SILENT = np.stack([np.full(len(THEORY_CANDIDATES), value) for value in (0.0, np.inf, 0.0)])


class Advisor:
    """Answers requests. A pure function of rules, request and report; safe to share between threads.

    `practice` is what published networks use: learned from all precedents that are shipped, unless given. `learned` is
    what past probes taught: the shipped model, unless given.
    """

    def __init__(
        self,
        rules: RuleSet | None = None,
        practice: Practices | None = None,
        formulas: Mapping[str, FormulaActivation] | None = None,
        learned: Learned | None = None,
    ) -> None:
        loaded = rules or RuleSet.load()
        self._formulas = dict(formulas or {})
        self._base = loaded
        self.rules = loaded.joined_by(self._formulas) if self._formulas else loaded
        names, heads = self.rules.candidates("hidden"), self.rules.candidates("output")
        self._compared = Compared(names, self.rules.sources)
        self._practice, output_practice = practice or practices(names, heads)
        self._learned = learned or shipped()
        prior = Prior(self._learned, names)
        self._past = None if prior.silent else prior
        self._hidden = Panel(self.rules, "hidden", levels(names), self._practice, self._compared.learned, self._past)
        self._gates = Gates(self.rules)
        self._weights = Panel(self.rules, "attention_weights", levels(self.rules.candidates("attention_weights")))
        self._outputs = Outputs(self.rules, output_practice)
        known = [name for name in self._hidden.candidates if name not in self._formulas]
        self._theory_columns = np.array([THEORY_CANDIDATES.index(name) for name in known])
        self._mixing = [
            row
            for row, rule in enumerate(self.rules.rules)
            if _MIXING in rule.carries and rule.kind != "practice" and rule.role == "hidden"
        ]
        # Threads that compute at the same time hand the interpreter to each other at every NumPy call and get less
        # done than one after another.
        self._turn = Lock()
        self._joined: OrderedDict[tuple[str, ...], Advisor] = OrderedDict()

    def recommend(
        self, request: TaskDescription, report: ProbeReport | None = None, status: Status = "complete"
    ) -> Recommendation:
        """The answer to a request, with what a probe found when there was one.

        Raises ContractError when allow, deny, device or framework leave nothing to choose from.
        """
        formulas = read_formulas(request)
        new = new_functions(formulas)
        if new and tuple(new) != tuple(self._formulas):
            return self._joined_by(new).recommend(request, report, status)
        with self._turn:
            return self._answer(request, report, status, told_of(formulas))

    def _joined_by(self, formulas: Mapping[str, FormulaActivation]) -> Advisor:
        """An advisor whose hidden candidates include these formulas; a few are kept."""
        key = tuple(formulas)
        with self._turn:
            found = self._joined.pop(key, None)
        made = found or Advisor(self._base, formulas=formulas, learned=self._learned)
        with self._turn:
            self._joined[key] = made
            while len(self._joined) > _MOST_JOINED:
                self._joined.popitem(last=False)
        return made

    def entrants(self, request: TaskDescription) -> dict[str, tuple[str, ...]]:
        """By block, the hidden candidates that may be chosen: the caller's own formulas, then the others, the most
        promising first; none for attention weights, which no probe trains. Beside these, by `gates_of` the block, the
        functions of its gates, where there are some and the probe is to race them."""
        own = stand_ins(read_formulas(request))
        found: dict[str, tuple[str, ...]] = {}
        for situation, block in zip(situations_of(request), self.recommend(request).hidden, strict=True):
            names = [choice.activation for choice in block.ranking]
            found[block.block] = () if situation.role == "attention_weights" else _own_first(names, own)
            if request.probe and request.probe.gates and block.gates:
                found[gates_of(block.block)] = tuple(choice.activation for choice in block.gates)
        return found

    def _answer(
        self, request: TaskDescription, report: ProbeReport | None, status: Status, formulas: tuple[OwnFormula, ...]
    ) -> Recommendation:
        case = Case(self.rules, request)
        found = probe_evidence(report) if report else {}
        hidden = [self._judge_hidden(case, index, found) for index in range(len(case.own))]
        output = self._outputs.judge(case, found)
        blocks = [self._block(case, index, ranked, found) for index, ranked in enumerate(hidden)]
        heads = self._outputs.ranking(case, output, found)
        taken = receipt(request, self.rules.version, self._past.learned.version if self._past else None)
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
            formulas=formulas,
            probe=report,
            receipt=taken,
        )

    def _judge_hidden(self, case: Case, index: int, found: Findings) -> Ranked:
        block, panel = case.own[index].block, self._panel(case.own[index])
        view = case.view(panel, index, hidden_key if self._past is None else _key_with_past)
        permitted = permitted_hidden(panel.candidates, case.request, view.situations)
        theory = self._theory(view.situations) if panel is self._hidden else None
        ranked = judged(panel, view, permitted, theory, measured(panel, found.get(block)))
        refuse_if_nothing_left(ranked.judgement.allowed[0], case.request, f"the hidden layers of {block}")
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
        told = np.array(rows)[:, :, self._theory_columns]
        if self._formulas:
            told = np.concatenate([told, theory_of(tuple(self._formulas.values()), situations)], axis=2)
        mean, sd, strange = told.swapaxes(0, 1)
        return Theory(mean, sd, strange)

    def _block(self, case: Case, index: int, ranked: Ranked, found: Findings) -> tuple[BlockRanking, str | None]:
        """The ranking of one block, and what published networks of its kind use most."""
        situation, panel = case.own[index], ranked.panel
        standing = Standing(panel, ranked.judgement, situation.prefer)
        reasons = Reasons(self.rules, panel, case.fired(index), situation.role)
        further = self._further(situation, standing, situation.block in found) if panel is self._hidden else {}
        for name, one in found.get(situation.block, {}).items():
            further[name] = [one.evidence, *further.get(name, ())]
        ranking = hidden_choices(standing, reasons, situation, further)
        gates, by_gate = self._gates.rankings(case, index, found) if situation.cell in GATES_OF_CELL else (None, None)
        return BlockRanking(block=situation.block, ranking=ranking, gates=gates, by_gate=by_gate), standing.habit

    def _further(self, situation: Situation, standing: Standing, probed: bool) -> dict[str, list[Evidence]]:
        """What theory says about the first choices and the caller's own, and comparisons, precedents and, where no
        probe was run, past probes about those fully explained."""
        columns = [place.column for place in standing.places[:FULLY_EXPLAINED]]
        firsts = [self._hidden.candidates[column] for column in columns[:MOST_STARTS]]
        names = tuple(dict.fromkeys((*firsts, *self._formulas)))
        weight = self._compared.learned.fitted.causes["signal_propagation"] if situation.role == "hidden" else 1.0
        further = theory_evidence(situation, names, weight)
        practice = self._practice.evidence(situation)
        past = {} if probed or self._past is None else past_evidence(self._past, situation, columns)
        for found in (self._compared.evidence(situation, columns), past, practice):
            for name, told in found.items():
                further[name] = [*further.get(name, ()), told]
        return further

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


def _own_first(names: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    """The names, those of the caller's own formulas before the others, so that no budget leaves them out."""
    return tuple(sorted(names, key=lambda name: name not in own))


def recommendation_json(recommendation: Recommendation) -> bytes:
    """The answer's bytes: the same answer always gives the same bytes."""
    return recommendation.model_dump_json().encode()


def hidden_key(situation: Situation) -> tuple[object, ...]:
    """What a ranking of hidden layers depends on besides the rules: theory, cost, preference, and what may be used."""
    return (*HIDDEN_KEY(situation), situation.prefer, situation.operators, situation.framework == "sklearn")


def _key_with_past(situation: Situation) -> tuple[object, ...]:
    """The same where past probes speak."""
    return (*hidden_key(situation), *PAST_KEY(situation))


@lru_cache(maxsize=16384)
def _theory_of(depth: int, normalization: str, residual: bool, optimizer: str) -> Floats:
    """[3, theory's candidates]: mean and sd of the effect, and the strangeness of the start."""
    told = effects(depth, normalization, residual, optimizer)
    return np.stack([told.mean, told.sd, strangeness(depth, normalization, residual)])


def _scope(report: ProbeReport | None) -> Scope:
    basis = ("documented rules", "signal-propagation theory") + (("probe training runs",) if report else ())
    return Scope(basis=basis, covers=report.scope if report and report.scope else _DESCRIPTION_ONLY)


_DESCRIPTION_ONLY = "networks like the one described; nothing was trained for this answer"
