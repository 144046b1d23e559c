"""Signal passports, as HTTP shows them."""

from __future__ import annotations

import numpy as np

from actwise.contract.answer import Initialization
from models.theory import CANDIDATES
from models.theory.names import GATES
from models.theory.passport import Measure, Passport, signal_passport
from service.http.views import PassportLayer, PassportRequest, SignalPassport, Spread

SEEDS = (0, 1, 2)
_FIGURES = 4


def passport_of(name: str, wanted: PassportRequest) -> SignalPassport | None:
    """Measure a network with this activation; None for what does not stand between hidden layers alone."""
    if name not in CANDIDATES or name in GATES:
        return None
    found = signal_passport(name, wanted.depth, wanted.width, wanted.normalization, wanted.residual, seeds=SEEDS)
    start = found.start
    return SignalPassport(
        depth=wanted.depth,
        width=wanted.width,
        normalization=wanted.normalization,
        residual=wanted.residual,
        initialization=Initialization(scheme=start.scheme, gain=_figures(start.gain), note=start.note or None),
        seeds=len(SEEDS),
        gradient_decades=_spread(found.gradient_decades),
        layers=tuple(_layer(found, index) for index in range(wanted.depth)),
    )


def _layer(found: Passport, index: int) -> PassportLayer:
    return PassportLayer(
        layer=index + 1,
        variance=_spread(found.variance[:, index]),
        gradient=_spread(found.gradient[:, index]),
        dead_share=_spread(found.dead_share[:, index]),
        saturated_share=_spread(found.saturated_share[:, index]),
    )


def _spread(across_seeds: Measure) -> Spread:
    mean, low, high = (float(part(across_seeds)) for part in (np.mean, np.min, np.max))
    return Spread(mean=_figures(mean), low=_figures(low), high=_figures(high))


def _figures(value: float) -> float:
    """Cut to four significant figures: the seeds differ in the second."""
    return float(f"{value:.{_FIGURES}g}")
