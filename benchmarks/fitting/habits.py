"""Fits how much each field of a description, and each source of habit, counts; writes `rules/precedents/habits.json`.

    python -m benchmarks.fitting.habits [--check]

Maximised is the likelihood of every precedent's choice given all precedents but those of its own family, and given the
rules of practice, times a prior. `--check` says whether the shipped file is what comes out, without writing it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from actwise.contract.request import TaskDescription
from actwise.contract.situation import Situation, situations_of
from models.heads import get_head
from rules import RuleSet
from rules.precedents.habits import (
    FILE,
    HIDDEN_NAMES,
    OUTPUT_NAMES,
    Fitted,
    hidden_kind,
    output_kind,
)
from rules.precedents.similarity import RATES, Described, Similarity
from rules.precedents.store import Precedent, precedents

Floats = NDArray[np.float64]

PRIOR = dict(zip(RATES, (0.7, 1.0, -0.7, -0.3, -0.3, -1.0, -0.7, -0.3, -0.7, -1.5, 1.0), strict=True))
"""Prior means of the logarithms of the rates; their standard deviation is SPREAD."""

STRENGTHS = {"prior": -0.5, "broad": 1.0, "rules": 2.0, "power": -0.7}
"""The same for the strengths of the shrinkage."""

OF_OUTPUTS = ("task", "task_kind", "modality", "domain")
"""Fields that bear on the output; how deep the network is does not."""

SPREAD = 1.0


class Cases(NamedTuple):
    """Precedents to foresee: their choices, and what rules of practice tell [cases, names], how loud [cases]."""

    networks: tuple[Precedent, ...]
    names: tuple[str, ...]
    choices: NDArray[np.int64]
    told: Floats
    weight: Floats
    kind: Callable[[Described], object]
    fields: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and write, or compare with what is shipped: 1 when that differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the shipped file instead of writing it")
    options = parser.parse_args(arguments)
    rules = RuleSet.load()
    content = {role: fit(cases_of(rules, role)) for role in ("hidden", "output")}
    text = json.dumps({role: _plain(found) for role, found in content.items()}, indent=1) + "\n"
    if options.check:
        same = text == FILE.read_text("utf-8")
        print("the shipped file is what comes out" if same else "the shipped file differs")
        return int(not same)
    FILE.write_text(text, encoding="utf-8")
    print(text)
    return 0


def _plain(found: Fitted) -> dict[str, Any]:
    numbers = {name: getattr(found, name) for name in STRENGTHS}
    return {"rates": {name: round(rate, 2) for name, rate in found.rates.items()}} | {
        name: round(number, 2) for name, number in numbers.items()
    }


def request_of(one: Precedent, **further: Any) -> TaskDescription:
    """What a user would have asked about this network."""
    target = {"target": {"low": 0, "high": 1}} if one.task == "bounded_regression" else {}
    return TaskDescription.model_validate(
        {
            "task": one.task,
            "layer_type": one.layer_type,
            "depth": one.depth,
            "compute_budget": one.compute_budget,
            "normalization": one.normalization,
            "residual": one.residual,
            "modality": one.modality,
            "domain": one.domain or None,
            "gated_ffn": one.gated_ffn,
        }
        | target
        | further
    )


def cases_of(rules: RuleSet, role: str, networks: Sequence[Precedent] | None = None) -> Cases:
    """All precedents whose choice of a role is known and is a candidate."""
    found = precedents() if networks is None else networks
    hidden = role == "hidden"
    names = rules.candidates("hidden") if hidden else activations_of_heads(rules)
    spelled = HIDDEN_NAMES if hidden else OUTPUT_NAMES
    words = [one.hidden_activation if hidden else one.output_activation for one in found]
    chosen = [(one, spelled.get(word, word)) for one, word in zip(found, words, strict=True)]
    kept = [(one, word) for one, word in chosen if word in names]
    situations = [situations_of(request_of(one))[0] for one, _ in kept]
    return Cases(
        tuple(one for one, _ in kept),
        names,
        np.array([names.index(word) for _, word in kept]),
        _told(rules, role, situations, names),
        rules.matrix("hidden" if hidden else "output").heard(rules.fired(situations)),
        hidden_kind if hidden else output_kind,
        RATES if hidden else OF_OUTPUTS,
    )


def activations_of_heads(rules: RuleSet) -> tuple[str, ...]:
    """The activations of all output heads, each once."""
    return tuple(dict.fromkeys(get_head(head).activation for head in rules.candidates("output")))


def _told(rules: RuleSet, role: str, situations: Sequence[Situation], names: Sequence[str]) -> Floats:
    matrix = rules.matrix("hidden" if role == "hidden" else "output")
    told = matrix.practice(rules.fired(situations)) * ~matrix.excluded(rules.fired(situations))
    if role == "hidden":
        return np.asarray(told)
    spread = np.array([[get_head(head).activation == name for name in names] for head in matrix.candidates])
    return np.asarray(told @ spread)


def fit(cases: Cases, without: Collection[str] = (), steps: int = 40) -> Fitted:
    """The numbers under which the precedents outside the families `without` are foreseen best."""
    kept = np.array([one.family not in without for one in cases.networks])
    families = np.array([one.family for one in cases.networks])[kept]
    seen = Cases(
        tuple(one for one, keep in zip(cases.networks, kept, strict=True) if keep),
        cases.names,
        cases.choices[kept],
        cases.told[kept],
        cases.weight[kept],
        cases.kind,
        cases.fields,
    )
    likeness = _likeness(seen)
    strangers = families[:, None] != families[None]
    mean = np.array([*(PRIOR[name] for name in cases.fields), *STRENGTHS.values()])

    def cost(logs: Floats) -> float:
        shares = foreseen(seen, likeness, strangers, _fitted(logs, cases.fields))
        chance = shares[np.arange(len(shares)), seen.choices]
        return -float(np.log(chance + 1e-4).sum()) + 0.5 * float(np.square((logs - mean) / SPREAD).sum())

    most = steps * (len(mean) + 1)
    found = minimize(cost, mean.ravel(), method="L-BFGS-B", options={"maxiter": steps, "maxfun": most})
    return _fitted(np.asarray(found.x), cases.fields)


def _fitted(logs: Floats, fields: Sequence[str]) -> Fitted:
    values = dict(zip((*fields, *STRENGTHS), np.exp(logs).tolist(), strict=True))
    return Fitted({name: values[name] for name in fields}, **{name: values[name] for name in STRENGTHS})


def _likeness(cases: Cases) -> Floats:
    """[fields, networks, networks]: what each rate is multiplied with."""
    planes = []
    for name in cases.fields:
        only = Similarity(cases.networks, {name: 1.0})
        planes.append(np.log(only.of([only.key(one) for one in cases.networks])))
    return np.array(planes)


def foreseen(cases: Cases, likeness: Floats, strangers: NDArray[np.bool_], fitted: Fitted) -> Floats:
    """[cases, names]: the shares for every precedent, from `strangers` to it only."""
    chosen = np.eye(len(cases.names))[cases.choices]
    families = [one.family for one in cases.networks]
    copies = np.array([families.count(family) ** -0.5 for family in families])
    kinds = [cases.kind(one) for one in cases.networks]
    alike = np.array([[kind == other for other in kinds] for kind in kinds])
    rates = np.array([fitted.rates[name] for name in cases.fields])
    weights = np.exp(np.tensordot(rates, likeness, 1)) * strangers * copies
    broad = (strangers * copies) @ chosen + 0.1
    own = (strangers * alike * copies) @ chosen + fitted.broad * broad / broad.sum(axis=1, keepdims=True)
    usual = own / own.sum(axis=1, keepdims=True)
    heard = (fitted.heard(cases.weight) * (cases.told.sum(axis=1) > 0))[:, None]
    counts = weights @ chosen + fitted.prior * usual + heard * cases.told
    return np.asarray(counts / (weights.sum(axis=1, keepdims=True) + fitted.prior + heard))


if __name__ == "__main__":
    raise SystemExit(main())
