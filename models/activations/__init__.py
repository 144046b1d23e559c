"""The activation catalogue: function, derivative, facts, framework names and sources of every activation together."""

from .base import Activation, Array, Facts, Frameworks, Parameter
from .curves import Curve, curve
from .gains import Gains, Moments, NotElementwiseError, gains, moments
from .gated import GatedActivation
from .outputs import RowWise
from .registry import UnknownActivation, catalogue, get, hidden_candidates

__all__ = [
    "Activation",
    "Array",
    "Curve",
    "Facts",
    "Frameworks",
    "Gains",
    "GatedActivation",
    "Moments",
    "NotElementwiseError",
    "Parameter",
    "RowWise",
    "UnknownActivation",
    "catalogue",
    "curve",
    "gains",
    "get",
    "hidden_candidates",
    "moments",
]
