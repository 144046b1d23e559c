"""Groups of activations that checks speak of together, by the catalogue's facts where a fact decides."""

from __future__ import annotations

from models.activations import Activation, catalogue
from models.theory import CANDIDATES

ROW_WISE = ("softmax", "log_softmax")
RECTIFIERS = ("relu", "relu6", "leaky_relu", "rrelu", "prelu")
SQUASHERS = ("tanh", "hard_tanh", "softsign")
SIGMOIDS = ("sigmoid", "hard_sigmoid")


def _where(wanted: str) -> tuple[str, ...]:
    return tuple(name for name, one in catalogue().items() if one.elementwise and _has(one, wanted))


def _has(activation: Activation, wanted: str) -> bool:
    facts = activation.facts
    return {
        "bounded": facts.bounded,
        "zeros": facts.exact_zeros and facts.bounded_below and facts.range[0] == 0.0,
        "piecewise_linear": facts.piecewise_linear and activation.name != "identity",
        "kinked": facts.kinked,
        "rough": not facts.smooth and not facts.piecewise_linear,
        "positive": facts.range[0] >= 0 and not facts.exact_zeros,
    }[wanted]


BOUNDED = _where("bounded")
ZEROS = _where("zeros")
"""Functions that are exactly zero on half a line and never negative."""
PIECEWISE_LINEAR = _where("piecewise_linear")
KINKED = _where("kinked")
ROUGH = _where("rough")
"""Functions that curve, and whose second derivative jumps."""
POSITIVE = _where("positive")
MEASURABLE = tuple(name for name in CANDIDATES if name in catalogue() and not name.endswith("glu"))
"""Functions whose signal can be measured in a random network."""
