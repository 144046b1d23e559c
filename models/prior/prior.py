"""What past probes suggest about a network that was never trained: the shipped numbers, evaluated by NumPy alone.

The mean is linear in the similarity to the networks of past races (see `models.prior.process`), so that all that is
needed is one row of weights per race. `learned.json` holds these and how far they are to be trusted; it is made by
`python -m benchmarks.fitting.prior`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from actwise.contract.situation import Situation
from models.prior.features import Floats, network_features, network_names
from models.prior.similarity import alike

FILE = Path(__file__).parent / "learned.json"

_MOST_KEPT = 4096
_READ = (
    "task",
    "layer_type",
    "depth",
    "width",
    "normalization",
    "residual",
    "optimizer",
    "cell",
    "classes",
    "rows",
    "features",
    "noise",
    "heavy_tailed",
)
"""What of a situation an effect depends on, besides what silences it."""


class PriorRefused(ValueError):
    """A file that holds no model of this version; the message says what is wrong."""


class Voice(NamedTuple):
    """What may be said about one layer type.

    weight   0 to 1: how much of an effect counts, from the skill on real data sets that were left out
    near_sd, far_sd   points by which an effect misses: in networks like those trained, and what is added far from them
    tasks    kinds of task that were trained; about others nothing is said
    races    how many there were
    """

    weight: float
    near_sd: float
    far_sd: float
    tasks: tuple[str, ...]
    races: int


@dataclass(frozen=True)
class Learned:
    """The content of the file.

    candidates    activations, the order of the last axis of `weights`; those that never ran have weights of 0
    voices        per layer type that was trained
    networks      [races, features]; weights [races, candidates] in points per unit of similarity
    general, length   of the similarity of networks
    skill         per layer type, what came out of leaving data sets out, for people to read
    history       fingerprint of the races
    """

    candidates: tuple[str, ...]
    voices: Mapping[str, Voice]
    networks: Floats
    weights: Floats
    general: float
    length: float
    skill: Mapping[str, Any]
    history: str
    version: str


class Prior:
    """Effects that past probes suggest, beyond what rules, theory and comparisons do; safe to share between threads.

    `candidates` says which activations, in which order, answers speak of.
    """

    def __init__(self, learned: Learned, candidates: Sequence[str]) -> None:
        self.learned, self.candidates = learned, tuple(candidates)
        place = {name: column for column, name in enumerate(learned.candidates)}
        padded = np.concatenate([learned.weights, np.zeros((len(learned.weights), 1))], axis=1)
        self._weights = padded[:, [place.get(name, -1) for name in candidates]]
        self._nothing = np.zeros(len(candidates))
        self._known: dict[tuple[Any, ...], tuple[Floats, float]] = {}

    @property
    def silent(self) -> bool:
        """Whether nothing that was learned counts."""
        return not any(voice.weight > 0.0 for voice in self.learned.voices.values())

    def speaks_of(self, situation: Situation) -> bool:
        """Whether such networks were trained, and foretold with skill: this layer type on this kind of task, in an
        ordinary role and an ordinary regime."""
        voice = self.learned.voices.get(situation.layer_type)
        return (
            voice is not None
            and voice.weight > 0.0
            and situation.task in voice.tasks
            and situation.role == "hidden"
            and not situation.adversarial
            and situation.privacy == "none"
            and situation.input_derivatives == 0
        )

    def counted(self, situations: Sequence[Situation]) -> Floats:
        """[situations, candidates] points that count: the effects times their weight, 0 where nothing is said."""
        return np.array([self._counted(one) if self.speaks_of(one) else self._nothing for one in situations])

    def _counted(self, situation: Situation) -> Floats:
        return self.learned.voices[situation.layer_type].weight * self.effects(situation)[0]

    def effects(self, situation: Situation) -> tuple[Floats, float]:
        """[candidates] points against the mean of the candidates, and their standard deviation. Raises KeyError for a
        layer type that was never trained."""
        key = tuple(getattr(situation, name) for name in _READ)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            found = self._known[key] = self._computed(situation)
        return found

    def _computed(self, situation: Situation) -> tuple[Floats, float]:
        near = alike(network_features(situation)[None], self.learned.networks, self.learned.length)[0]
        told = (self.learned.general + near) @ self._weights
        voice = self.learned.voices[situation.layer_type]
        spread = float(np.hypot(voice.near_sd, voice.far_sd * np.sqrt(1.0 - near.max() ** 2)))
        return told, spread


@cache
def shipped(path: Path = FILE) -> Learned:
    """The model that is shipped."""
    return read(json.loads(path.read_text("utf-8")))


def load(path: Path) -> Learned:
    """The model in a file. Raises PriorRefused or OSError."""
    try:
        return read(json.loads(path.read_text("utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise PriorRefused(f"{path} holds no learned model of this version: {error}") from None


def read(content: Mapping[str, Any]) -> Learned:
    """The model from the content of its file. Raises KeyError, TypeError or ValueError for anything else."""
    races = content["races"].values()
    learned = Learned(
        candidates=tuple(content["candidates"]),
        voices={name: _voice(one) for name, one in content["voices"].items()},
        networks=np.array([one["network"] for one in races], dtype=np.float64),
        weights=np.array([one["weights"] for one in races], dtype=np.float64),
        general=float(content["general"]),
        length=float(content["length"]),
        skill=content["skill"],
        history=content["history"],
        version=version_of(content),
    )
    shape = (len(races), len(network_names())), (len(races), len(learned.candidates))
    if (learned.networks.shape, learned.weights.shape) != shape:
        raise ValueError("its numbers are not laid out as this version reads them")
    if not (np.isfinite(learned.weights).all() and all(0.0 <= one.weight <= 1.0 for one in learned.voices.values())):
        raise ValueError("its numbers are out of range")
    return learned


def _voice(content: Mapping[str, Any]) -> Voice:
    weight, near_sd, far_sd = (float(content[name]) for name in ("weight", "near_sd", "far_sd"))
    return Voice(weight, near_sd, far_sd, tuple(content["tasks"]), int(content["races"]))


def version_of(content: Mapping[str, Any]) -> str:
    """Tells models apart: 16 hexadecimal digits over everything that decides an answer."""
    decides = {name: value for name, value in content.items() if name != "skill"}
    return sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]
