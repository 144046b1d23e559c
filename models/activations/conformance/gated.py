"""The checks of a gated unit."""

from __future__ import annotations

from math import inf
from typing import ClassVar

import numpy as np

from ..base import Array
from ..gated import GatedActivation
from .common import DTYPES, Conformance
from .expectations import close, expect, expect_close


class GatedConformance(Conformance):
    """All claims of a gated unit. Smoothness, joints, zeros and flat pieces are those of the gate branch."""

    activation: ClassVar[GatedActivation]

    def plane(self) -> tuple[Array, Array]:
        """Pairs of gate and linear inputs, no gate near a joint."""
        gate = self.derivative_points()[::37]
        return gate[:, None] + np.zeros(7), np.linspace(-3, 3, 7) + np.zeros((len(gate), 1))

    def test_it_declares_itself_a_gated_unit(self) -> None:
        expect(self.activation.roles == {"gated_unit"}, "roles", sorted(self.activation.roles), ["gated_unit"])

    def test_both_partial_derivatives(self) -> None:
        gate, linear = self.plane()
        f, h = self.activation.value_gated, 1e-5
        by_gate, by_linear = self.activation.slopes_gated(gate, linear)
        expect_close("d/dgate", by_gate, (f(gate + h, linear) - f(gate - h, linear)) / (2 * h), 1e-6)
        expect_close("d/dlinear", by_linear, (f(gate, linear + h) - f(gate, linear - h)) / (2 * h), 1e-6)

    def test_the_product_in_place_equals_value_and_slopes(self) -> None:
        for dtype in DTYPES:
            gate, linear = (branch.astype(dtype) for branch in self.plane())
            held, product, work = gate.copy(), np.empty_like(gate), self.activation.work_like(gate)
            self.activation.apply_gated(held, linear, product, work)
            expect_close("product", self.activation.value_gated(gate, linear), product, 0.0)
            delta, gate_delta = np.full_like(gate, 2), np.empty_like(gate)
            self.activation.pull_gated(delta, held, linear, gate_delta, work)
            by_gate, by_linear = self.activation.slopes_gated(gate, linear)
            expect_close("gate gradient", 2 * by_gate, gate_delta, 1e-5)
            expect_close("linear gradient", 2 * by_linear, delta, 1e-5)

    def test_facts_of_the_product(self) -> None:
        facts, far = self.activation.facts, 1e6
        reach = self.activation.value_gated(np.array([far, far]), np.array([-far, far]))
        found = (-inf if reach[0] < -1e3 else reach[0], inf if reach[1] > 1e3 else reach[1])
        expect(facts.range == found, "range", facts.range, found)
        steepness = np.abs(self.activation.slopes_gated(np.array([0.5]), np.array([far]))[0]).max()
        expect(facts.lipschitz == (inf if steepness > 1e3 else steepness), "lipschitz", facts.lipschitz, steepness)
        expect(facts.saturates == "no", "saturates along the linear branch", facts.saturates, "no")

    def test_mean_and_signs_of_the_product(self) -> None:
        gate, linear = self.plane()
        facts, value = self.activation.facts, self.activation.value_gated
        mean = float(value(gate, linear).mean())
        expect(facts.zero_centred and close(facts.mean, mean), "mean over a symmetric linear branch", facts.mean, mean)
        by_gate, by_linear = self.activation.slopes_gated(gate, linear)
        rises = bool(np.all(by_gate >= 0) and np.all(by_linear >= 0))
        expect(facts.monotone == rises, "monotone in both branches", facts.monotone, rises)
        odd = np.allclose(value(-gate, -linear), -value(gate, linear))
        expect(facts.odd == odd, "odd", facts.odd, odd)
        homogeneous = np.allclose(value(2 * gate, 2 * linear), 2 * value(gate, linear))
        expect(facts.homogeneous == homogeneous, "homogeneous", facts.homogeneous, homogeneous)
