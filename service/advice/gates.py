"""The gates of recurrent cells: one function for all of them, and each by itself."""

from __future__ import annotations

from actwise.contract.answer import GateChoice, HiddenChoice
from actwise.contract.vocabulary import GATES_OF_CELL
from rules import RuleSet
from service.advice.assembly import Reasons, Standing, gate_choices, hidden_choices
from service.advice.case import Case
from service.advice.panel import Panel
from service.advice.ranked import levels
from service.advice.restrictions import permitted_gates, refuse_if_nothing_left


class Gates:
    """Ranks the functions of gates."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._panel = Panel(rules, "gate", levels(rules.candidates("gate")))

    def rankings(self, case: Case, index: int) -> tuple[tuple[HiddenChoice, ...], dict[str, tuple[GateChoice, ...]]]:
        """One function for all gates of a cell, and the first choices for each gate by itself."""
        situation = case.own[index]
        gates = GATES_OF_CELL[situation.cell or ""]
        situations = [situation, *(situation.changed(gate=gate) for gate in gates)]
        fired = self._rules.fired(situations)
        permitted = permitted_gates(self._panel.candidates, case.request, situation)
        judgement = self._panel.judge(situations, self._panel.pool.patterns(fired), permitted)
        refuse_if_nothing_left(judgement.allowed[0], case.request, f"the gates of {situation.block}")
        standings = [Standing(self._panel, judgement, situation.prefer, row) for row in range(len(situations))]
        reasons = [Reasons(self._rules, self._panel, row) for row in fired]
        together = hidden_choices(standings[0], reasons[0], situation, {})
        apart = zip(gates, standings[1:], reasons[1:], strict=True)
        return together, {gate: gate_choices(standing, told) for gate, standing, told in apart}
