"""The checks of a function of whole rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from ..base import Array
from ..outputs import RowWise
from .computed_facts import Section
from .elementwise import ActivationConformance
from .expectations import expect, expect_close


class RowWiseConformance(ActivationConformance):
    """All claims of a row-wise function; its facts are those of one output along its own input, two others at zero."""

    activation: ClassVar[RowWise]

    def section(self) -> Section:
        return self.own_input

    def own_input(self, x: Array) -> tuple[Array, Array]:
        """f_0 and df_0 / dx_0 on rows (x, 0, 0)."""
        rows = self.wide(x)
        value, work = rows.copy(), self.activation.work_like(rows)
        self.activation.apply(value, work)
        slope = np.zeros_like(rows)
        slope[:, 0] = 1
        self.activation.pull(slope, value, work)
        return value[:, 0], slope[:, 0]

    def wide(self, x: Array) -> Array:
        return np.stack([x, np.zeros_like(x), np.zeros_like(x)], axis=-1)

    def expected_pull(self, x: Array, delta: Array, parameters: Sequence[Array]) -> Array:
        expect(not parameters, "learnable parameters of a row-wise function", len(parameters), 0)
        rows, incoming = x.reshape(-1, x.shape[-1]), delta.reshape(-1, x.shape[-1])
        pulled = [self.activation.jacobian(row).T @ d for row, d in zip(rows, incoming, strict=True)]
        return np.stack(pulled).reshape(x.shape)

    def test_it_declares_itself_elementwise(self) -> None:
        expect(not self.activation.elementwise, "elementwise", self.activation.elementwise, False)

    def test_mean_and_zero_centred(self) -> None:
        facts = self.activation.facts
        expect(
            np.isnan(facts.mean) and not facts.zero_centred, "no mean without a number of classes", facts.mean, "NaN"
        )

    def test_the_jacobian_is_the_matrix_of_central_differences(self) -> None:
        h = 1e-5
        for row in np.random.default_rng(3).normal(0, 3, (5, 4)):
            steps = h * np.eye(4)
            rise = (self.activation.value(row + steps) - self.activation.value(row - steps)) / (2 * h)
            expect_close("Jacobian", self.activation.jacobian(row), rise.T, 1e-6)

    def test_probabilities_sum_to_one(self) -> None:
        rows = np.random.default_rng(4).normal(0, 30, (50, 6)).astype(np.float32)
        total = self.activation.probabilities(self.activation.value(rows)).sum(axis=-1)
        expect_close("sum of probabilities", np.ones_like(total), total, 1e-5)

    def test_adding_a_constant_to_a_row_changes_nothing(self) -> None:
        rows = np.random.default_rng(5).normal(size=(20, 3))
        expect_close("shifted row", self.activation.value(rows), self.activation.value(rows + 1e4), 1e-9)

    def test_one_class_is_certain_and_gradient_free(self) -> None:
        value, slope = self.activation.value_and_slope(np.array([[2.5]]))
        expect(self.activation.probabilities(value)[0, 0] == 1, "probability of the only class", 1, value[0, 0])
        expect(slope[0, 0] == 0, "slope with one class", 0, slope[0, 0])
