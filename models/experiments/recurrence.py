"""Recurrent networks with random weights: how large the state grows, and how far back a gradient reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from models import activations
from models.activations.base import Array
from models.experiments.base import Experiment, Parameters, Scores, Value

_SIZE, _MOST = 64, 30.0


class StateNorm(Experiment):
    """Run a random recurrent net on noise and watch the largest root mean square of its state."""

    id = "state-norm"
    runs = "a random recurrent net (plain, or LSTM with forget bias 1) of 64 units on noise for 500 steps"
    measures = "minus log10 of the largest root mean square of the state; below 1 counts as 1"
    unit = "decades"
    negligible = 0.2
    replicates = 6
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {
        "cell": ("rnn", "lstm"),
        "gain": 1.5,
        "steps": 500,
    }

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        run = _lstm_norm if parameters["cell"] == "lstm" else _plain_norm
        sizes = [run(candidate, float(parameters["gain"]), int(parameters["steps"]), seed) for seed in seeds]
        return -np.clip(np.log10(np.maximum(sizes, 1.0)), 0.0, _MOST)


class RecurrentGradient(Experiment):
    """How much of a gradient reaches back through the steps of a plain recurrent net."""

    id = "recurrent-gradient"
    runs = "a random plain recurrent net of 64 units on noise; `start`: Gaussian weights of the gain, or the identity"
    measures = "minus the distance from 0 of log10 of the gradient after so many steps back over that before"
    unit = "decades"
    negligible = 0.2
    replicates = 6
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {
        "start": ("gaussian", "identity"),
        "gain": 1.0,
        "steps": 30,
    }

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return np.array([_reach(candidate, parameters, seed) for seed in seeds])


def _plain_norm(candidate: str, gain: float, steps: int, seed: int) -> float:
    rng = np.random.default_rng([seed, 11])
    weights = rng.standard_normal((_SIZE, _SIZE)) * gain / np.sqrt(_SIZE)
    state: Array = np.zeros(_SIZE)
    largest = 0.0
    with np.errstate(all="ignore"):
        for noise in rng.standard_normal((steps, _SIZE)):
            state = _bounded(activations.get(candidate).value(weights @ state + noise))
            largest = max(largest, _rms(state))
    return largest


def _lstm_norm(candidate: str, gain: float, steps: int, seed: int) -> float:
    """c <- sigmoid(f + 1) c + sigmoid(i) g(z), h = sigmoid(o) g(c), with g the candidate; the norm is that of h."""
    rng = np.random.default_rng([seed, 12])
    weights = rng.standard_normal((4, _SIZE, _SIZE)) * gain / np.sqrt(_SIZE)
    function, gate = activations.get(candidate), activations.get("sigmoid")
    hidden: Array = np.zeros(_SIZE)
    cell: Array = np.zeros(_SIZE)
    largest = 0.0
    with np.errstate(all="ignore"):
        for noise in rng.standard_normal((steps, 4, _SIZE)):
            forget, enter, leave, new = weights @ hidden + noise
            cell = _bounded(gate.value(forget + 1) * cell + gate.value(enter) * function.value(new))
            hidden = _bounded(gate.value(leave) * function.value(cell))
            largest = max(largest, _rms(hidden))
    return largest


def _reach(candidate: str, parameters: Parameters, seed: int) -> float:
    rng, steps = np.random.default_rng([seed, 13]), int(parameters["steps"])
    gain = float(parameters["gain"])
    weights = np.eye(_SIZE) * gain
    if parameters["start"] == "gaussian":
        weights = rng.standard_normal((_SIZE, _SIZE)) * gain / np.sqrt(_SIZE)
    state: Array = np.zeros(_SIZE)
    slopes: list[Array] = []
    with np.errstate(all="ignore"):
        for noise in rng.standard_normal((steps, _SIZE)):
            state, slope = activations.get(candidate).value_and_slope(_bounded(weights @ state + 0.5 * noise))
            slopes.append(slope)
        back = before = rng.standard_normal(_SIZE)
        for slope in reversed(slopes):
            back = weights.T @ (slope * back)
        decades = np.log10(_rms(back) / _rms(before))
    return -min(abs(float(decades)), _MOST) if np.isfinite(decades) else -_MOST


def _bounded(state: Array) -> Array:
    """The state, held where its square is still a float."""
    return np.clip(np.nan_to_num(state, nan=1e100), -1e100, 1e100)


def _rms(state: Array) -> float:
    return float(np.sqrt(np.mean(np.square(state))))
