"""Proofs about recurrence, devices, precision and training: growth of states, rounding, variants of a function."""

from __future__ import annotations

from math import sqrt

import numpy as np

from actwise.contract.diagnosis import Proof
from models.activations import gains, get
from service.doctor.proofs.toy import function, normal, proof, value

_STEPS, _CEILING = 100, 1e12


def state_growth(name: str, units: int) -> Proof:
    """Size of a recurrent state after 100 steps, against tanh, with orthogonal weights 10 % above the exact gain."""
    count = min(max(units, 2), 64)
    gain = gains(get(name)).forward
    kernel = 1.1 * gain * np.linalg.qr(normal(count, count))[0]
    feed = normal(_STEPS, count, seed=1)

    def size(chosen: str) -> float:
        state = np.zeros(count)
        for row in feed:
            state = np.clip(value(chosen, state @ kernel + row), -_CEILING, _CEILING)
        return float(np.sqrt((state**2).mean()))

    found, bounded = size(name), size("tanh")
    return proof(
        f"after {_STEPS} steps the state has size {found:.3g} with {name} and {bounded:.2f} with tanh",
        f"{count} units, orthogonal recurrent weights 10 % above the gain {gain:.3f} that keeps a signal's size, "
        "standard normal inputs, seeds 0 and 1",
        state=found,
        state_tanh=bounded,
    )


def open_gate(name: str) -> Proof:
    """What a forget gate of a value above one, or below zero, does to a memory in 100 steps."""
    gates = value(name, normal(4096))
    wrong = float(((gates < 0) | (gates > 1)).mean())
    memory = float(min(1.1**_STEPS, _CEILING))
    return proof(
        f"{wrong:.0%} of the gates at the start lie outside [0, 1]; a forget gate of 1.1 multiplies the memory by "
        f"{memory:,.0f} in {_STEPS} steps",
        "4096 standard normal pre-activations, seed 0; one gate held at 1.1",
        outside=wrong,
        memory=memory,
    )


def largest_difference(first: str, second: str) -> Proof:
    """The largest difference between two functions on [-8, 8]."""
    x = np.linspace(-8, 8, 16_001)
    gap = np.abs(get(first).value(x) - get(second).value(x))
    return proof(
        f"the two differ by up to {gap.max():.2g}, at {abs(x[int(gap.argmax())]):.2f}",
        "16001 points from -8 to 8",
        largest_difference=float(gap.max()),
        at=float(abs(x[int(gap.argmax())])),
    )


def different_slopes(slopes: tuple[float, ...]) -> Proof:
    """What the default slopes of frameworks make of the same negative input."""
    low, high = min(slopes), max(slopes)
    seconds = [(1 + slope**2) / 2 for slope in (low, high)]
    return proof(
        f"a negative input comes out {high / low:.0f} times larger with slope {high:g} than with {low:g}, and the "
        "exact "
        f"gain is {1 / sqrt(seconds[0]):.3f} or {1 / sqrt(seconds[1]):.3f}",
        "second moments of both functions for standard normal inputs",
        ratio=high / low,
        gain_low=1 / sqrt(seconds[0]),
        gain_high=1 / sqrt(seconds[1]),
    )


def shrunken_slope(decay: float, rate: float) -> Proof:
    """A slope of 0.25 under weight decay alone for 10000 steps."""
    left = 0.25 * (1 - min(decay * rate, 1.0)) ** 10_000
    return proof(
        f"weight decay alone takes the slope from 0.25 to {left:.3g} in 10000 steps: towards ReLU",
        f"slope times (1 - rate * decay) per step, learning rate {rate:g}, decay {decay:g}",
        slope=left,
    )


def eight_bits(name: str) -> Proof:
    """How few of 255 levels are left for the negative part of an activation when its range is set by the extremes."""
    reach = 20.0
    outputs = value(name, np.concatenate([normal(65_536), [-reach, reach]]))
    step = float(np.ptp(outputs)) / 255
    dip = float(-outputs.min())
    error = float(np.sqrt(((np.round(outputs / step) * step - outputs) ** 2).mean()))
    clamped = value("relu6", np.concatenate([normal(65_536), [-reach, reach]]))
    clamped_error = float(np.sqrt(((np.round(clamped * 255 / 6) * 6 / 255 - clamped) ** 2).mean()))
    return proof(
        f"with one input at {reach:.0f} the 255 levels are {step:.3f} apart: {dip / step:.1f} of them hold the whole "
        f"negative part, and the rounding error is {error / clamped_error:.1f} times that of ReLU6",
        "65536 standard normal pre-activations and one outlier on either side, seed 0",
        levels_below_zero=dip / step,
        rounding_error=error,
        rounding_error_relu6=clamped_error,
        ratio=error / clamped_error,
    )


def handed_over(missing: int, layers: int) -> Proof:
    """How often data leave a device for functions that it lacks."""
    return proof(
        f"{missing} of {layers} activations are not on the device: data leave it and return {missing} times in every "
        "inference, or the model is refused",
        "count over the layers of this network",
        missing=missing,
        activations=layers,
        transfers=2 * missing,
    )


def clipped_gradients(name: str, width: int) -> Proof:
    """Norms of the gradients of single examples by the weights of a layer, against tanh: what clipping cuts."""
    count = min(max(width, 8), 64)
    inputs = 2 * normal(256, count)
    kernel = normal(count, count, seed=1) / sqrt(count)

    def norms(chosen: str) -> tuple[float, float]:
        hidden = value(chosen, value(chosen, inputs @ kernel) @ kernel)
        sizes = np.sqrt((hidden**2).sum(axis=1))
        return float(sizes.mean()), float(sizes.max())

    (mean, most), (mean_tanh, most_tanh) = norms(name), norms("tanh")
    return proof(
        f"gradients by the output weights reach a norm of {most:.1f} (mean {mean:.1f}), with tanh {most_tanh:.1f} "
        f"(mean {mean_tanh:.1f}): the clipping bound cuts more, or the noise must be larger",
        f"256 inputs of standard deviation 2, two layers of {count} units, seeds 0 and 1",
        largest_norm=most,
        mean_norm=mean,
        largest_norm_tanh=most_tanh,
    )


def gradient_jump(name: str) -> Proof:
    """How much an input gradient changes over a step of 0.01, at most: one for a kink, little for a smooth function."""
    x = np.linspace(-3, 3, 601)
    kinked, smooth = (float(np.abs(np.diff(function(chosen).slope(x))).max()) for chosen in (name, "silu"))
    return proof(
        f"over a step of 0.01 the slope changes by up to {kinked:.2f}, with SiLU by {smooth:.3f}: the attack's "
        "gradient "
        "is less reliable",
        "601 points from -3 to 3",
        largest_change=kinked,
        largest_change_silu=smooth,
    )
