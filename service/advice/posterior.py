"""From pieces of evidence to one belief per candidate, for many situations at once.

Evidence about one mechanism (one cause) is pooled by precision: m_k = sum(m_i / s_i^2) / sum(1 / s_i^2),
v_k = 1 / sum(1 / s_i^2), so that a mechanism told by six sources counts once. Mechanisms act side by side, so
causes add, each with a multiplier b_k that was fitted to measured comparisons (docs/weights.md), to what the
comparisons say beyond the rules: mean = learned + sum_k b_k m_k, variance = task_sd^2 + sum_k b_k^2 v_k. A measurement
y with standard deviation s of the whole network then updates this belief as a normal observation of a normal mean
(Gelman et al., Bayesian Data Analysis, section 2.5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules import RoleMatrix

Floats = NDArray[np.float64]

TASK_SD = 2.0
"""What nobody can know from a description: by how many points a candidate's quality varies between tasks that fit the
same description. For heads and gates, of which there are no tables; hidden candidates have a fitted value."""

NEUTRAL: Mapping[str, float] = MappingProxyType({})

_MOST_PATTERNS = 4096


@dataclass(frozen=True)
class Belief:
    """Normal beliefs about quality in points: `mean` and `sd`, each [situations, candidates]."""

    mean: Floats
    sd: Floats

    @property
    def parts(self) -> tuple[Floats, Floats]:
        """Mean and sd."""
        return self.mean, self.sd


class Pooled(NamedTuple):
    """What one set of firing rules says, each array over the candidates.

    `mean` and `variance` sum over all causes but the computed one, of which `precision` and `information` (precision
    times mean) are kept apart so that more evidence can join them. `support` is the share of published practice,
    `heard` the total weight of the rules that tell it.
    """

    mean: Floats
    variance: Floats
    precision: Floats
    information: Floats
    support: Floats
    heard: Floats
    excluded: NDArray[np.bool_]


class Pool:
    """Pools what the rules say about the candidates of one role.

    Args:
        matrix: the rules of the role.
        computed: index of the cause that evidence from outside the rules, such as theory's, speaks of.
        multipliers: how much each cause counts, by its name; 1 for those not named.

    Few sets of rules fire in practice, and every neighbour of every description fires one of them: what each says is
    kept.
    """

    def __init__(self, matrix: RoleMatrix, computed: int, multipliers: Mapping[str, float] = NEUTRAL) -> None:
        heard: NDArray[np.bool_] = np.asarray(matrix.precision.any(axis=0))
        heard[computed] = True
        candidate, cause = np.nonzero(heard.T)
        spoken = matrix.sign.any(axis=1) | matrix.support.any(axis=1) | matrix.excludes.any(axis=1)
        self._rows = np.flatnonzero(spoken)
        tables = (
            matrix.precision[self._rows][:, cause, candidate],
            matrix.information[self._rows][:, cause, candidate],
            (matrix.weight[:, None] * matrix.support)[self._rows],
            matrix.weight[self._rows, None],
            matrix.excludes[self._rows],
        )
        # One product serves all: float32 is exact enough for what rules tell, and halves the time.
        self._told = np.concatenate(tables, axis=1).astype(np.float32)
        self._told_parts = _slices([table.shape[1] for table in tables])
        self._computed = np.flatnonzero(cause == computed)
        # Pairs are sorted by candidate, and every candidate has one: that of the computed cause.
        self._starts = np.flatnonzero(np.diff(candidate, prepend=-1))
        weight = np.array([multipliers.get(matrix.causes[index], 1.0) for index in cause])
        self._weight = np.where(cause == computed, 0.0, weight)
        self.computed_weight = multipliers.get(matrix.causes[computed], 1.0)
        count = len(matrix.candidates)
        self._parts = _slices([count] * 5 + [1, count])
        self._known: dict[bytes, Floats] = {}

    def patterns(self, fired: NDArray[np.bool_]) -> list[bytes]:
        """For each row of `fired` [situations, rules], which rules of this role fire, as a key."""
        found: list[bytes] = fired.take(self._rows, axis=1).view(f"V{len(self._rows)}")[:, 0].tolist()
        return found

    def pooled(self, patterns: Sequence[bytes]) -> Pooled:
        """What the rules say in each situation: arrays [situations, candidates]."""
        missing = [pattern for pattern in dict.fromkeys(patterns) if pattern not in self._known]
        if missing:
            if len(self._known) + len(missing) > _MOST_PATTERNS:
                self._known.clear()
                missing = list(dict.fromkeys(patterns))
            self._known.update(zip(missing, self._pool(missing), strict=True))
        rows = np.array([self._known[pattern] for pattern in patterns])
        mean, variance, precision, information, support, heard, excluded = (rows[:, part] for part in self._parts)
        return Pooled(mean, variance, precision, information, support, heard[:, 0], excluded > 0)

    def _pool(self, patterns: Sequence[bytes]) -> Floats:
        """[patterns, ...]: the parts of `Pooled` beside each other."""
        spoken = np.frombuffer(b"".join(patterns), dtype=np.bool_).reshape(len(patterns), -1)
        used = np.flatnonzero(spoken.any(axis=0))
        told = (spoken[:, used].astype(np.float32) @ self._told[used]).astype(np.float64)
        precision, information, practice, heard, excluded = (told[:, part] for part in self._told_parts)
        variance = np.divide(1.0, precision, out=np.zeros_like(precision), where=precision > 0)
        columns = (
            np.add.reduceat(self._weight * information * variance, self._starts, axis=1),
            np.add.reduceat(np.square(self._weight) * variance, self._starts, axis=1),
            precision[:, self._computed],
            information[:, self._computed],
            practice / np.where(heard > 0, heard, 1.0),
            heard,
            excluded,
        )
        return np.concatenate(columns, axis=1)


def _slices(widths: Sequence[int]) -> list[slice]:
    """The columns of parts that stand beside each other."""
    ends = np.cumsum(widths).tolist()
    return [slice(end - width, end) for end, width in zip(ends, widths, strict=True)]


def believe(
    pooled: Pooled,
    mean: Floats,
    sd: Floats,
    weight: float = 1.0,
    learned: Floats | float = 0.0,
    task_sd: Floats | float = TASK_SD,
) -> Belief:
    """Beliefs [situations, candidates] from the rules and from more evidence.

    `mean` and `sd` are [situations, candidates], one more piece of evidence on the computed cause, which counts
    `weight` times; an infinite sd says nothing. `learned` is what the comparisons add, in points; `task_sd` what nobody
    can know from a description.
    """
    extra = 1.0 / np.square(sd)
    precision = pooled.precision + extra
    variance = np.divide(1.0, precision, out=np.zeros_like(precision), where=precision > 0)
    total = learned + pooled.mean + weight * (pooled.information + mean * extra) * variance
    return Belief(total, np.sqrt(np.square(task_sd) + pooled.variance + weight**2 * variance))


def observe(belief: Belief, mean: Floats, sd: Floats) -> Belief:
    """The belief after measuring `mean` with standard deviation `sd`; an infinite sd measured nothing.

    All arrays are [situations, candidates] or broadcast to it. Measurements are differences to a common
    reference, so both sides are first put on the same origin: the precision-weighted mean over what was measured.
    """
    seen = np.isfinite(sd)
    if not seen.any():
        return belief
    precision = np.where(seen, 1.0 / np.square(np.where(seen, sd, 1.0)), 0.0)
    prior = 1.0 / np.square(belief.sd)
    weight = precision * prior / (precision + prior)
    shift = (weight * (belief.mean - np.where(seen, mean, 0.0))).sum(axis=-1, keepdims=True)
    shift = shift / weight.sum(axis=-1, keepdims=True)
    together = prior + precision
    updated = (prior * belief.mean + precision * (np.where(seen, mean, 0.0) + shift)) / together
    return Belief(updated, 1.0 / np.sqrt(together))
