"""The conformance suite: every claim of an activation is computed and checked, not believed.

A new activation needs one class in a test file:

    class TestMyActivation(ActivationConformance):
        activation = MyActivation()

Gated units subclass GatedConformance and row-wise functions RowWiseConformance. A refuted claim raises
ConformanceError, an AssertionError that says what was claimed and what was computed.
"""

from .common import Conformance
from .elementwise import ActivationConformance
from .expectations import ConformanceError
from .gated import GatedConformance
from .row_wise import RowWiseConformance

__all__ = ["ActivationConformance", "Conformance", "ConformanceError", "GatedConformance", "RowWiseConformance"]
