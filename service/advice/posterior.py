"""From pieces of evidence to one belief per candidate, for many situations at once.

Evidence about one mechanism (one cause) is pooled by precision: m_k = sum(m_i / s_i^2) / sum(1 / s_i^2),
v_k = 1 / sum(1 / s_i^2), so that a mechanism told by six sources counts once. Mechanisms act side by side, so
causes add: mean = sum_k m_k, variance = TASK_SD^2 + sum_k v_k. A measurement y with standard deviation s of the
whole network then updates this belief as a normal observation of a normal mean (Gelman et al., Bayesian Data
Analysis, section 2.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# What nobody can know from a description: by how many points a candidate's quality varies between
# tasks that fit the same description. Published tables that run one set of candidates over several networks
# (Ramachandran et al. 2017, tables 4-10) scatter by 1 to 3 points around each candidate's mean.
TASK_SD = 2.0


@dataclass(frozen=True)
class Belief:
    """Normal beliefs about quality in points: `mean` and `sd`, each [situations, candidates]."""

    mean: Floats
    sd: Floats


class Pool:
    """What the rules say about the candidates of one role, laid out so that pooling many situations is
    two matrix products over the pairs of candidate and cause that any rule speaks of.

    Args:
        precision: [rules, causes, candidates] 1 / sd^2 where a rule speaks, else 0.
        information: [rules, causes, candidates] signed mean / sd^2 likewise.
        computed: index of the cause that evidence from outside the rules, such as theory's, speaks of.
    """

    def __init__(self, precision: Floats, information: Floats, computed: int) -> None:
        heard: NDArray[np.bool_] = np.asarray(precision.any(axis=0))
        heard[computed] = True
        candidate, cause = np.nonzero(heard.T)
        self._rows = np.flatnonzero(precision.any(axis=(1, 2)))
        self._pairs = len(cause)
        self._both = np.hstack([table[self._rows][:, cause, candidate] for table in (precision, information)])
        self._computed = np.flatnonzero(cause == computed)
        self._sum = np.equal.outer(candidate, np.arange(precision.shape[2])).astype(np.float64)

    def believe(self, fired: NDArray[np.bool_], mean: Floats, sd: Floats) -> Belief:
        """Beliefs for situations in which the rules `fired` [situations, rules].

        `mean` and `sd` [situations, candidates] are one more piece of evidence on the computed cause; an infinite sd
        says nothing.
        """
        spoken = fired[:, self._rows]
        active = np.flatnonzero(spoken.any(axis=0))
        both = spoken[:, active].astype(np.float64) @ self._both[active]
        precision, information = both[:, : self._pairs], both[:, self._pairs :]
        extra = 1.0 / np.square(sd)
        precision[:, self._computed] += extra
        information[:, self._computed] += mean * extra
        # A cause of which nobody speaks has neither precision nor information: 0 / 1e-300 adds nothing.
        variance = (precision > 0) / np.maximum(precision, 1e-300)
        total = (information * variance) @ self._sum
        return Belief(total, np.sqrt(TASK_SD**2 + variance @ self._sum))


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
