"""What rules and theory say about the networks of the comparisons, laid out for fitting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

import numpy as np

from actwise.contract.situation import Situation
from benchmarks.fitting.regression import GROUPS, Entries, Floats, Process
from models.theory import CANDIDATES, assess
from rules import CAUSES, RuleSet
from rules.comparisons.similarity import key
from rules.comparisons.store import Comparison
from rules.loading import Loaded
from service.advice.panel import SIGNAL_PROPAGATION
from service.advice.posterior import Pool, believe


def without(rules: RuleSet, source: str) -> RuleSet:
    """The rules that do not rest on a source; practice has no effect on quality and stays."""
    kept = tuple(
        one
        for one in rules.compiled
        if one.rule.kind == "practice" or all(reference.key != source for reference in one.rule.sources)
    )
    return RuleSet(Loaded(kept, rules.sources, rules.verdicts, rules.house))


def features_of(rules: RuleSet, situations: Sequence[Situation]) -> Floats:
    """[situations, candidates, groups] points: what each group of causes says, before any multiplier.

    Causes in no group are added to the last axis as one more column, which counts in full.
    """
    return np.stack([_told(rules, situations, causes) for causes in (*GROUPS.values(), _others())], axis=-1)


def _others() -> tuple[str, ...]:
    grouped = {cause for causes in GROUPS.values() for cause in causes}
    return tuple(cause for cause in CAUSES if cause not in grouped)


def _told(rules: RuleSet, situations: Sequence[Situation], causes: Sequence[str]) -> Floats:
    only = {cause: float(cause in causes) for cause in CAUSES}
    pool = Pool(rules.matrix("hidden"), SIGNAL_PROPAGATION, only)
    pooled = pool.pooled(pool.patterns(rules.fired(situations)))
    return believe(pooled, *theory(rules, situations), weight=pool.computed_weight).mean


def theory(rules: RuleSet, situations: Sequence[Situation]) -> tuple[Floats, Floats]:
    """Mean and sd [situations, candidates] of what signal theory says; silent about recurrent layers."""
    columns = [CANDIDATES.index(name) for name in rules.candidates("hidden")]
    mean, sd = np.zeros((len(situations), len(columns))), np.full((len(situations), len(columns)), np.inf)
    for row, one in enumerate(situations):
        if one.layer_type != "recurrent":
            told = assess(one.depth, one.normalization, one.residual, one.optimizer)
            mean[row], sd[row] = told.effect_mean[columns], told.effect_sd[columns]
    return mean, sd


def left_out(
    rules: RuleSet, tables: Sequence[Comparison], parameters: Callable[[Entries], Floats]
) -> Iterator[tuple[Comparison, Floats]]:
    """Every table with the effects [candidates] that are expected without its source.

    Left out are all tables of the source and all rules that cite it; `parameters` gives those of the process for the
    entries that remain.
    """
    candidates = rules.candidates("hidden")
    keys = [key(one.situation) for one in tables]
    for source in sorted({one.source for one in tables}):
        known = without(rules, "actwise-measurements" if source == "own-digits" else source)
        features = features_of(known, [one.situation for one in tables])
        seen = [place for place, one in enumerate(tables) if one.source != source]
        entries = entries_of([tables[place] for place in seen], candidates, features[seen])
        process = Process(parameters(entries), entries, candidates)
        transfer = np.array([tables[place].transfer for place in seen])
        for place, one in enumerate(tables):
            if one.source == source:
                told = process.predict([keys[place]], entries.keys, transfer, features[place : place + 1, :, :-1])[0]
                yield one, told + features[place, :, -1]


def entries_of(tables: Sequence[Comparison], candidates: Sequence[str], features: Floats) -> Entries:
    """All values of the tables; activations that are no hidden candidates are left out.

    The identity is left out of our own runs: it is what a linear model scores, not a choice for hidden layers.
    """
    found = [
        (place, candidates.index(name), points, one.noise_in_points())
        for place, one in enumerate(tables)
        for name, points in one.points().items()
        if name in candidates and not (one.own and name == "identity")
    ]
    table, column = (np.array([row[axis] for row in found], dtype=np.int64) for axis in (0, 1))
    points, noise = (np.array([row[axis] for row in found], dtype=np.float64) for axis in (2, 3))
    told = features[table, column]
    return Entries(
        keys=tuple(key(one.situation) for one in tables),
        table=table,
        column=column,
        points=points - told[:, -1],
        noise=noise,
        own=np.array([tables[place].own for place in table.tolist()]),
        features=told[:, :-1],
    )


def fingerprint(tables: Sequence[Comparison], candidates: Sequence[str]) -> str:
    """Tells whether weights belong to these tables and candidates."""
    content = json.dumps([[one._asdict() for one in tables], list(candidates)], sort_keys=True)
    return sha256(content.encode()).hexdigest()[:16]
