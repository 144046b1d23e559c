"""Do the answers with `prefer: convention` agree with what the authors of published networks chose?

    python -m benchmarks.practice [--folds 5] [--misses]

The cases are the networks of `rules/precedents/networks/survey.csv`, chosen for variety; their authors' choices are
facts about practice, no truth. A case is foreseen by precedents of other families only, with numbers fitted to other
families only (in folds of families). A hit: the author's choice is the first, or among the first three, of the ranking;
functions of one group count as one. Fixed policies stand beside it. The exit code is 1 when hidden layers fall below
0.65 and 0.88, or heads below 0.87.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from benchmarks.fitting.habits import activations_of_heads, cases_of, fit, request_of
from rules import RuleSet
from rules.precedents.habits import hidden_habits, output_habits
from rules.precedents.store import FOLDER, Precedent, precedents, read_file
from service.advice.advisor import Advisor
from service.advice.practice import HiddenPractice, OutputPractice, Practices

HIDDEN_GOALS, HEAD_GOAL = (0.65, 0.88), 0.87
GROUPS = (
    ("gelu", "gelu_tanh", "quick_gelu"),
    ("silu", "swish"),
    ("swiglu", "geglu", "reglu", "glu", "glu_tanh"),
    ("softplus", "shifted_softplus"),
    ("identity", "linear"),
    ("softmax", "log_softmax"),
)
_GROUP = {name: group[0] for group in GROUPS for name in group}
_GENERAL = {"attention": "gelu", "recurrent": "tanh"}
_HEADS = {
    "regression": "identity",
    "quantile_regression": "identity",
    "count_regression": "softplus",
    "positive_regression": "relu",
    "bounded_regression": "sigmoid",
    "binary_classification": "sigmoid",
    "multilabel_classification": "sigmoid",
    "embedding": "identity",
    "density": "identity",
    "generation": "identity",
    "reinforcement_learning": "identity",
    "detection": "identity",
}


class Hit(NamedTuple):
    """What was chosen, and the first choices of our ranking and of each fixed policy."""

    case: Precedent
    chosen: str
    ours: tuple[str, ...]
    fixed: dict[str, tuple[str, ...]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Foresee every case and print the hits; 0 when the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=5, help="groups of families left out together when fitting")
    parser.add_argument("--misses", action="store_true", help="list the cases that were not foreseen")
    options = parser.parse_args(arguments)
    rules = RuleSet.load()
    hidden, heads = zip(*_foreseen(rules, read_file(FOLDER / "survey.csv"), options.folds), strict=True)
    hidden_shares = _table("hidden layers", list(hidden), options.misses)
    head_shares = _table("output heads", [hit for hit in heads if hit.case.output_activation], options.misses)
    good = hidden_shares[0] >= HIDDEN_GOALS[0] and hidden_shares[1] >= HIDDEN_GOALS[1] and head_shares[0] >= HEAD_GOAL
    return 0 if good else 1


def _foreseen(rules: RuleSet, cases: Sequence[Precedent], folds: int) -> Iterator[tuple[Hit, Hit]]:
    families = sorted({one.family for one in precedents()})
    fold_of = dict(zip(families, (np.random.default_rng(0).permutation(len(families)) % folds).tolist(), strict=True))
    known = {role: cases_of(rules, role) for role in ("hidden", "output")}
    for fold in range(folds):
        out = {family for family in families if fold_of[family] == fold}
        numbers = {role: fit(found, out) for role, found in known.items()}
        for family in sorted(out & {one.family for one in cases}):
            others = [one for one in precedents() if one.family != family]
            names, heads = rules.candidates("hidden"), rules.candidates("output")
            practice = Practices(
                HiddenPractice(names, hidden_habits(names, others, numbers["hidden"])),
                OutputPractice(heads, output_habits(activations_of_heads(rules), others, numbers["output"])),
            )
            advisor = Advisor(rules, practice)
            for case in cases:
                if case.family == family:
                    yield _answered(advisor, case)


def _answered(advisor: Advisor, case: Precedent) -> tuple[Hit, Hit]:
    answer = advisor.recommend(request_of(case, prefer="convention"))
    layers = tuple(choice.activation for choice in answer.hidden[0].ranking[:3])
    outputs = tuple(choice.activation for choice in answer.output.ranking[:3])
    return (
        Hit(case, case.hidden_activation, layers, _fixed_hidden(case)),
        Hit(case, case.output_activation, outputs, _fixed_head(case)),
    )


def _fixed_hidden(case: Precedent) -> dict[str, tuple[str, ...]]:
    first = _GENERAL.get(case.layer_type, "relu")
    by_type = (first, *(name for name in ("relu", "gelu", "silu") if name != first))
    return {
        "always relu": ("relu", "gelu", "silu"),
        "always gelu": ("gelu", "relu", "silu"),
        "by layer type": by_type[:3],
        "by layer type and gate": (("swiglu", *by_type) if case.gated_ffn else by_type)[:3],
    }


def _fixed_head(case: Precedent) -> dict[str, tuple[str, ...]]:
    first = _HEADS.get(case.task, "softmax")
    others = tuple(name for name in ("softmax", "sigmoid", "identity") if name != first)
    return {"always softmax": ("softmax", "sigmoid", "identity"), "one table by task": (first, *others)[:3]}


def _table(title: str, hits: Sequence[Hit], misses: bool) -> tuple[float, float]:
    print(f"\n{title}: {len(hits)} networks{'top-1':>12}{'top-3':>8}")
    ours = _shares([(hit.chosen, hit.ours) for hit in hits])
    for policy in hits[0].fixed:
        first, three = _shares([(hit.chosen, hit.fixed[policy]) for hit in hits])
        print(f"  {policy:30}{first:8.3f}{three:8.3f}")
    print(f"  {'ours, prefer: convention':30}{ours[0]:8.3f}{ours[1]:8.3f}")
    kinds = sorted({hit.case.layer_type for hit in hits})
    parts = {kind: _shares([(h.chosen, h.ours) for h in hits if h.case.layer_type == kind]) for kind in kinds}
    print("  " + ", ".join(f"{kind} {first:.2f} / {three:.2f}" for kind, (first, three) in parts.items()))
    for hit in hits if misses else ():
        if not _same(hit.chosen, hit.ours[0]):
            print(f"    {hit.case.id:22}{hit.case.domain:40}{hit.chosen:18}{', '.join(hit.ours)}")
    return ours


def _shares(pairs: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[float, float]:
    return (
        fmean(_same(chosen, ranking[0]) for chosen, ranking in pairs),
        fmean(any(_same(chosen, name) for name in ranking[:3]) for chosen, ranking in pairs),
    )


def _same(first: str, second: str) -> bool:
    return _GROUP.get(first, first) == _GROUP.get(second, second)


if __name__ == "__main__":
    raise SystemExit(main())
