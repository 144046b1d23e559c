"""The checks of an elementwise activation."""

from __future__ import annotations

import numpy as np

from . import computed_facts
from .common import Conformance
from .expectations import close, expect, expect_close


class ActivationConformance(Conformance):
    """All claims of an elementwise activation."""

    def test_it_declares_itself_elementwise(self) -> None:
        expect(self.activation.elementwise, "elementwise", self.activation.elementwise, True)

    def test_range_and_bounds(self) -> None:
        facts, found = self.activation.facts, computed_facts.extremes(self.section())
        agree = close(facts.range[0], found[0]) and close(facts.range[1], found[1])
        expect(agree, "range", facts.range, found)

    def test_monotone(self) -> None:
        found = computed_facts.never_falls(self.section())
        expect(found == self.activation.facts.monotone, "monotone", self.activation.facts.monotone, found)

    def test_mean_and_zero_centred(self) -> None:
        facts, found = self.activation.facts, computed_facts.gaussian_mean(self.section())
        expect(close(facts.mean, found), "mean", facts.mean, found)
        expect(facts.zero_centred == (abs(found) <= 0.01), "zero centred", facts.zero_centred, found)

    def test_saturation(self) -> None:
        found = computed_facts.saturated_ends(self.section())
        expect(found == self.activation.facts.saturates, "saturates", self.activation.facts.saturates, found)

    def test_lipschitz_constant(self) -> None:
        found = computed_facts.steepest(self.section())
        expect(close(self.activation.facts.lipschitz, found), "lipschitz", self.activation.facts.lipschitz, found)

    def test_homogeneous(self) -> None:
        found = computed_facts.is_homogeneous(self.section())
        expect(found == self.activation.facts.homogeneous, "homogeneous", self.activation.facts.homogeneous, found)

    def test_odd(self) -> None:
        found = computed_facts.is_odd(self.section())
        expect(found == self.activation.facts.odd, "odd", self.activation.facts.odd, found)

    def test_periodic(self) -> None:
        found = computed_facts.is_periodic(self.section())
        expect(found == self.activation.facts.periodic, "periodic", self.activation.facts.periodic, found)

    def test_wavelength(self) -> None:
        length, x = self.activation.wavelength, np.linspace(-5, 5, 101)
        if length is None:
            expect(not self.activation.facts.periodic, "wavelength of a periodic function", None, "a period")
            return
        slope = self.activation.slope
        expect_close("slope one wavelength on", slope(x), slope(x + length), 1e-9)

    def test_piecewise_linear(self) -> None:
        found = computed_facts.is_piecewise_linear(self.section())
        claimed = self.activation.facts.piecewise_linear
        expect(found == claimed, "piecewise linear", claimed, found)
