"""Proofs about depth: what the caller's depth, width and start do to the gradient before training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi, sqrt

import numpy as np

from actwise.contract.diagnosis import Proof
from models.activations import get
from models.theory import Start, default_start, recommended_start, signal_passport
from service.doctor.proofs.toy import normal, proof, value

_MOST_LAYERS, _MOST_UNITS, _SEEDS = 24, 64, (0,)
_FLOOR = -300.0
DECADES = 2.0
"""A gradient that changes by more than this many powers of ten over the network is a fault."""


@dataclass(frozen=True)
class Signals:
    """Gradient at the first over that at the last hidden layer, in powers of ten, with a start and with a better."""

    decades: float
    better: float
    start: Start
    better_start: Start
    layers: int
    width: int

    @property
    def harmful(self) -> bool:
        """Whether the gradient is lost or explodes, and a better start helps by at least a power of ten."""
        return abs(self.decades) > DECADES and abs(self.decades) - abs(self.better) > 1

    def proof(self) -> Proof:
        """The two numbers in words."""
        word = "shrinks" if self.decades < 0 else "grows"
        return proof(
            f"over {self.layers} layers of {self.width} units the gradient {word} by 10^{abs(self.decades):.1f} from "
            f"{self.start.scheme}; from {self.better_start.scheme} with gain {self.better_start.gain:.3f} it changes "
            f"by 10^{abs(self.better):.1f}",
            "one backward pass through a random plain network, 128 standardised inputs, seed 0, at most "
            f"{_MOST_LAYERS} "
            f"layers of {_MOST_UNITS} units",
            gradient_decades=self.decades,
            decades_with_better_start=self.better,
            layers=self.layers,
            width=self.width,
            gain=self.start.gain,
            better_gain=self.better_start.gain,
        )


@lru_cache(maxsize=256)
def signals(name: str, depth: int, width: int, start: Start) -> Signals:
    """Measure a plain network with a start, and with the start that theory recommends for its depth."""
    layers, units = min(depth, _MOST_LAYERS), min(max(width, 2), _MOST_UNITS)
    better = recommended_start(name, layers)
    found, helped = (_decades(name, layers, units, each) for each in (start, better))
    return Signals(found, helped, start, better, layers, units)


def _decades(name: str, layers: int, units: int, start: Start) -> float:
    measured = signal_passport(name, layers, units, start=start, seeds=_SEEDS).gradient_decades
    return max(float(measured.mean()), _FLOOR)


_SCHEMES = {
    "orthogonal": Start("lecun_normal", 1.0),
    "lecun": Start("lecun_normal", 1.0),
    "glorot": Start("glorot_normal", 1.0),
    "xavier": Start("glorot_normal", 1.0),
}
_HE = ("he", "kaiming")


def start_of(scheme: str, name: str) -> Start | None:
    """The start that a scheme's name stands for: a framework's default, or a published scheme; None when unknown."""
    word = scheme.lower().replace("-", "_")
    if word.removesuffix("_default") in ("pytorch", "keras", "jax", "sklearn"):
        return default_start(name, word.removesuffix("_default"))
    if word.startswith(_HE):
        return Start("he_normal", sqrt(2))
    return next((start for key, start in _SCHEMES.items() if word.startswith(key)), None)


@lru_cache(maxsize=256)
def dead_networks(name: str, depth: int, width: int) -> float:
    """The share of random networks (He, zero biases) whose last hidden layer is the same for all of 32 inputs."""
    networks, rows = 200, 32
    draw = np.random.default_rng(0)
    signal = np.broadcast_to(draw.standard_normal((rows, width)), (networks, rows, width))
    for _ in range(min(depth, 64)):
        kernels = draw.standard_normal((networks, width, width)) * sqrt(2 / width)
        signal = value(name, signal @ kernels)
        signal = signal / np.maximum(np.sqrt((signal**2).mean(axis=(1, 2), keepdims=True)), 1e-12)
    return float((np.ptp(signal, axis=1) < 1e-9).all(axis=1).mean())


def dead_bound(depth: int, width: int) -> float:
    """Upper bound 1 - (1 - 2^-width)^depth of the share of dead networks [Lu et al. 2019]."""
    return float(-np.expm1(depth * np.log1p(-(2.0**-width))))


def dead_proof(name: str, depth: int, width: int) -> Proof:
    """The share that was simulated, and the bound of theory."""
    share, bound = dead_networks(name, depth, width), dead_bound(min(depth, 64), width)
    return proof(
        f"{share:.0%} of random networks with {min(depth, 64)} layers of {width} units give the same output for every "
        f"input, and cannot learn (theory: at most {bound:.0%})",
        "200 random networks from He normal, 32 standard normal inputs, seed 0",
        dead_share=share,
        bound=bound,
    )


def sine_without_start(scheme: str, omega: float, width: int) -> Proof:
    """What a sine of frequency omega sees from a start that does not divide by it."""
    gain = 1 / sqrt(3) if scheme.startswith("pytorch") else sqrt(2) if scheme.startswith(_HE) else 1.0
    count = min(max(width, 8), 128)
    rows = np.sin(normal(64, count))
    kernel = normal(count, count, seed=1) / sqrt(count)
    phases, siren = (float((omega * scale * (rows @ kernel)).std()) for scale in (gain, sqrt(2) / omega))
    return proof(
        f"the phase of the second layer has a standard deviation of {phases / (2 * pi):.2f} periods "
        f"({phases:.1f}), with "
        f"the published start {siren:.2f}: neighbouring inputs get unrelated outputs",
        f"64 inputs, {count} units, frequency {omega:g}, seeds 0 and 1",
        phase_deviation=phases,
        phase_deviation_siren=siren,
        omega=omega,
    )


def second_derivative(name: str, width: int) -> Proof:
    """Second derivative by the input of a one-layer network, by differences of exact slopes, against tanh."""
    count = min(max(width, 4), 64)
    kernel, bias, output = normal(count), normal(count, seed=1), normal(count, seed=2)
    points = np.linspace(-2, 2, 101)[:, None]
    step = 1e-7

    def size(chosen: str) -> float:
        ahead, behind = (get(chosen).slope((points + shift) * kernel + bias) for shift in (step, -step))
        curvature = (ahead - behind) / (2 * step) * kernel
        return float(np.median(np.abs(curvature @ output)))

    found, smooth = size(name), size("tanh")
    return proof(
        f"the second derivative of the network by its input is {found:.2g} at half of the points or more; with tanh it "
        f"is {smooth:.2g}. A loss that contains it cannot see such a network's curvature",
        f"one hidden layer of {count} units, 101 inputs from -2 to 2, seeds 0 to 2; median of absolute values",
        second_derivative=found,
        second_derivative_tanh=smooth,
    )


def jump(name: str, order: int) -> Proof:
    """The largest jump of the first or second derivative at the joints of a function."""
    joints = get(name).facts.joints
    near = 1e-6 if order == 1 else 1e-4
    jumps = [abs(_side(name, place, near, order) - _side(name, place, -near, order)) for place in joints]
    largest = max(jumps, default=0.0)
    word = "first" if order == 1 else "second"
    return proof(
        f"the {word} derivative of {name} jumps by {largest:.2f} at {joints[int(np.argmax(jumps))]:g}",
        f"one-sided derivatives {near:g} from each joint",
        jump=largest,
    )


def _side(name: str, place: float, near: float, order: int) -> float:
    activation = get(name)
    if order == 1:
        return float(activation.slope(place + near))
    one, two = (float(activation.slope(place + factor * near)) for factor in (1, 2))
    return (two - one) / near


@lru_cache(maxsize=256)
def merging_inputs(name: str, depth: int, width: int) -> Proof:
    """The mean cosine of what unrelated inputs give in the last layer, against tanh, both from LeCun normal."""
    layers, units = min(depth, _MOST_LAYERS), min(max(width, 8), _MOST_UNITS)
    found, other = (_similarity(chosen, layers, units) for chosen in (name, "tanh"))
    return proof(
        f"behind {layers} layers of {units} units unrelated inputs have a cosine of {found:.3f} with {name} and "
        f"{other:z.2f} with tanh: the network can hardly tell them apart",
        f"32 standard normal inputs, LeCun normal weights, zero biases, seed 0; at most {_MOST_LAYERS} layers",
        similarity=found,
        similarity_tanh=other,
        layers=layers,
    )


def _similarity(name: str, layers: int, units: int) -> float:
    draw = np.random.default_rng(0)
    signal = draw.standard_normal((32, units))
    for _ in range(layers):
        signal = value(name, signal @ draw.standard_normal((units, units)) / sqrt(units))
        signal = np.clip(signal, -1e12, 1e12)
    rows = signal / np.maximum(np.sqrt((signal**2).sum(axis=1, keepdims=True)), 1e-12)
    return float((rows @ rows.T)[np.triu_indices(32, 1)].mean())
