"""The output: its heads ranked as whole bundles."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from actwise.contract.answer import OutputRanking
from models.heads import get_head
from rules import RuleSet
from service.advice.assembly import Reasons, Standing, output_choices
from service.advice.case import OUTPUT_KEY, Case
from service.advice.panel import Panel
from service.advice.practice import OutputPractice
from service.advice.ranked import Findings, Ranked, judged, measured
from service.advice.restrictions import permitted_heads, refuse_if_nothing_left

_MOST_RANKINGS = 512


class Outputs:
    """Judges and ranks the heads of a network."""

    def __init__(self, rules: RuleSet, practice: OutputPractice) -> None:
        self._rules, self._practice = rules, practice
        self._panel = Panel(rules, "output", np.zeros(len(rules.candidates("output"))), practice)
        self._made_of: dict[str, list[str]] = {}
        for head in self._panel.candidates:
            self._made_of.setdefault(get_head(head).activation, []).append(head)
        self._known: dict[Hashable, OutputRanking] = {}

    def judge(self, case: Case, found: Findings) -> Ranked:
        panel = self._panel
        view = case.view(panel, -1, OUTPUT_KEY)
        permitted = permitted_heads(panel.candidates, case.request, [one.task for one in view.situations])
        ranked = judged(panel, view, permitted, None, measured(panel, found.get("output")))
        refuse_if_nothing_left(ranked.judgement.allowed[0], case.request, "the output")
        return ranked

    def ranking(self, case: Case, ranked: Ranked, found: Findings) -> OutputRanking:
        """The ranking of heads. Few fields bear on it, and many descriptions share one: without a probe it is kept."""
        _, view, judgement, _ = ranked
        situation, probed = case.own[-1], found.get("output", {})
        classes = 2 if situation.task == "binary_classification" else case.request.classes
        key = (view.patterns[0], OUTPUT_KEY(situation), classes, situation.outputs, judgement.allowed[0].tobytes())
        if not probed and key in self._known:
            return self._known[key]
        standing = Standing(self._panel, judgement, situation.prefer)
        reasons = Reasons(self._rules, self._panel, case.fired(-1))
        further = {name: [one.evidence] for name, one in probed.items()}
        for activation, told in self._practice.evidence(situation).items():
            for head in self._made_of.get(activation, ()):
                further[head] = [*further.get(head, ()), told]
        ranking = OutputRanking(ranking=output_choices(standing, reasons, situation, classes, further))
        if not probed:
            self._keep(key, ranking)
        return ranking

    def _keep(self, key: Hashable, ranking: OutputRanking) -> None:
        if len(self._known) >= _MOST_RANKINGS:
            self._known.clear()
        self._known[key] = ranking
