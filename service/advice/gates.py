"""The gates of recurrent cells: one function for all of them, and each by itself."""

from __future__ import annotations

from math import inf

import numpy as np

from actwise.contract.answer import GateChoice, HiddenChoice
from actwise.contract.vocabulary import GATES_OF_CELL
from rules import RuleSet
from service.advice.assembly import MOST_GATE_CHOICES, Reasons, Standing, gate_choices, hidden_choices
from service.advice.case import Case
from service.advice.panel import Panel
from service.advice.ranked import Findings, levels, measured
from service.advice.restrictions import permitted_gates, refuse_if_nothing_left
from service.probing.subjects import gates_of


class Gates:
    """Ranks the functions of gates."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._panel = Panel(rules, "gate", levels(rules.candidates("gate")))

    def rankings(
        self, case: Case, index: int, found: Findings
    ) -> tuple[tuple[HiddenChoice, ...], dict[str, tuple[GateChoice, ...]]]:
        """One function for all gates of a cell, and the first choices for each gate by itself.

        A probe measures one function for all gates, so what it found says nothing of each by itself.
        """
        situation = case.own[index]
        gates = GATES_OF_CELL[situation.cell or ""]
        situations = [situation, *(situation.changed(gate=gate) for gate in gates)]
        fired = self._rules.fired(situations)
        permitted = permitted_gates(self._panel.candidates, case.request, situation)
        told = found.get(gates_of(situation.block), {})
        only_together = np.array([0.0, *(inf for _ in gates)])
        judgement = self._panel.judge(
            situations,
            self._panel.pool.patterns(fired),
            permitted,
            measured=measured(self._panel, told),
            transfer=only_together,
        )
        refuse_if_nothing_left(judgement.allowed[0], case.request, f"the gates of {situation.block}")
        most = [None, *(MOST_GATE_CHOICES for _ in gates)]
        standings = [Standing(self._panel, judgement, situation.prefer, *place) for place in enumerate(most)]
        reasons = [Reasons(self._rules, self._panel, row) for row in fired]
        further = {name: [one.evidence] for name, one in told.items()}
        together = hidden_choices(standings[0], reasons[0], situation, further)
        apart = zip(gates, standings[1:], reasons[1:], strict=True)
        return together, {gate: gate_choices(standing, reason) for gate, standing, reason in apart}
