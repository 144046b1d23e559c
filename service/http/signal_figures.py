"""Signal passports of any family, as HTTP shows them: layers, the time steps of recurrent ones, and theory's word."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from actwise.contract.answer import Initialization
from models.networks.parts import WeightStart
from models.networks.shapes import Network, RecurrentShape
from models.passports.recurrent import step_passport
from models.passports.signal import family_passport
from models.theory import CANDIDATES, Start, assess
from service.http.passport_views import Figure, SignalFigures, SignalLayer, SignalStep, TheoryFigures
from service.probing.starts import start_for

SEEDS = (0, 1, 2)
_FIGURES = 4
_LAYERED = ("dense", "conv")
"""Families whose layers mean-field theory describes."""


def signal_figures(name: str, network: Network) -> SignalFigures:
    """What untrained networks do to signals and gradients, from the start that a probe would give them."""
    start = start_for(name, network)
    found = family_passport(name, network, start, SEEDS)
    steps = _steps(name, network, start) if isinstance(network, RecurrentShape) else [()] * network.depth
    return SignalFigures(
        initialization=Initialization(scheme=start.scheme, gain=rounded(start.gain), note=start.note or None),
        seeds=len(SEEDS),
        gradient_decades=_figure(found.gradient_decades),
        layers=tuple(
            SignalLayer(
                layer=layer + 1,
                variance=_figure(found.variance[:, layer]),
                gradient=_figure(found.gradient[:, layer]),
                dead_share=_figure(found.dead_share[:, layer]),
                saturated_share=_figure(found.saturated_share[:, layer]),
                steps=steps[layer],
            )
            for layer in range(network.depth)
        ),
        theory=_theory(name, network),
    )


def rounded(value: float | None) -> float | None:
    """Four significant figures; JSON has neither infinity nor NaN."""
    if value is None or not isfinite(value):
        return None
    return float(f"{value:.{_FIGURES}g}") + 0.0


def _steps(name: str, network: RecurrentShape, start: Start) -> list[tuple[SignalStep, ...]]:
    """Of every layer, its time steps."""
    found = step_passport(name, network, WeightStart(start.gain, start.input_gain, start.centred), SEEDS)
    return [
        tuple(
            SignalStep(
                step=step + 1,
                state=_figure(found.state[:, layer, step]),
                gradient=_figure(found.gradient[:, layer, step]),
                dead_share=_figure(found.dead_share[:, layer, step]),
                saturated_share=_figure(found.saturated_share[:, layer, step]),
            )
            for step in range(found.state.shape[2])
        )
        for layer in range(network.depth)
    ]


def _theory(name: str, network: Network) -> TheoryFigures | None:
    if name not in CANDIDATES or network.family not in _LAYERED:
        return None
    found, place = assess(network.depth, network.normalization, network.residual), CANDIDATES.index(name)
    return TheoryFigures(
        chi=float(found.chi[place]),
        depth_scale=rounded(float(found.depth_scale[place])),
        gradient_decades=float(found.gradient_decades[place]),
        related=float(found.related[place]),
        unrelated=float(found.unrelated[place]),
    )


def _figure(across_seeds: NDArray[np.float64]) -> Figure:
    mean, low, high = (rounded(float(part(across_seeds))) for part in (np.mean, np.min, np.max))
    return Figure(mean=mean, low=low, high=high)
