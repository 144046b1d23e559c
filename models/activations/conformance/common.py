"""The checks that activations of every kind share."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from math import inf
from typing import Any, ClassVar

import numpy as np

from ..base import Activation, Array
from . import computed_facts
from .computed_facts import Section
from .expectations import expect, expect_close, strict

SCHEMES = frozenset({"he", "glorot", "lecun", "orthogonal", "siren"})
ROLES = frozenset({"hidden", "gate", "output", "gated_unit"})
DTYPES: tuple[type[np.floating[Any]], ...] = (np.float32, np.float64)


def random_parameters(activation: Activation, members: int, units: int, generator: np.random.Generator) -> list[Array]:
    """Learnable parameters near their initial values, one array of shape (members, 1, units or 1) each."""
    return [
        p.initial * (1 + 0.3 * generator.uniform(-1, 1, (members, 1, units if p.per == "channel" else 1)))
        for p in activation.parameters
    ]


class Conformance:
    """What every activation must satisfy, whatever its kind."""

    activation: ClassVar[Activation]

    def section(self) -> Section:
        """The function of one number whose facts are computed."""
        return self.activation.value_and_slope

    def derivative_points(self) -> Array:
        """Points in [-12, 12] at least 1e-3 away from every joint."""
        x = np.linspace(-12, 12, 4_801) + 1e-4
        joints = np.asarray(self.activation.facts.joints)
        near = np.abs(x[:, None] - joints).min(axis=1, initial=inf) if joints.size else np.full(len(x), inf)
        return x[near > 1e-3]

    def test_the_description_is_complete(self) -> None:
        a = self.activation
        expect(re.fullmatch(r"[a-z][a-z0-9_]*", a.name), "name in lower snake case", a.name, "no match")
        expect(a.title and a.formula and a.derivative, "title, formula and derivative", a.title, "something is empty")
        expect(a.scheme in SCHEMES, "initialisation scheme", a.scheme, sorted(SCHEMES))
        expect(a.roles and a.roles <= ROLES, "roles", sorted(a.roles), sorted(ROLES))
        expect(a.cost_class in ("A", "B", "C", "D"), "cost class", a.cost_class, "A to D")
        expect(0 <= a.relative_cost < 100, "relative cost", a.relative_cost, "0 to 100")

    def test_sources_are_bibliography_keys(self) -> None:
        sources = self.activation.sources
        expect(sources, "at least one source", sources, "none")
        for key in sources:
            expect(re.fullmatch(r"[a-z]+[0-9]{4}[a-z]?", key), "source key like he2015", key, "no match")

    def test_framework_expressions_parse(self) -> None:
        names = self.activation.frameworks
        for expression in (names.pytorch, names.keras, names.jax, names.sklearn):
            if expression is not None:
                ast.parse(expression, mode="eval")

    def test_learnable_parameters_start_within_their_bounds(self) -> None:
        for parameter in self.activation.parameters:
            inside = parameter.low <= parameter.initial <= parameter.high
            expect(inside, f"{parameter.name} within bounds", (parameter.low, parameter.high), parameter.initial)

    def test_the_derivative_is_the_slope_of_the_value(self) -> None:
        x, h = self.derivative_points(), 1e-5
        section = self.section()
        rise = (section(x + h)[0] - section(x - h)[0]) / (2 * h)
        expect_close("derivative", section(x)[1], rise, 1e-6)

    def test_results_are_finite_for_large_float32_inputs(self) -> None:
        tail = np.geomspace(1e-30, 1e4, 400)
        x = np.concatenate([-tail[::-1], [0.0], tail]).astype(np.float32)
        with strict():
            value, slope = self.activation.value_and_slope(self.wide(x))
        expect(value.dtype == np.float32 and slope.dtype == np.float32, "dtype", np.float32, (value.dtype, slope.dtype))
        expect(np.isfinite(value).all(), "finite value", True, x[~np.isfinite(value).reshape(len(x), -1).all(axis=1)])
        expect(np.isfinite(slope).all(), "finite slope", True, x[~np.isfinite(slope).reshape(len(x), -1).all(axis=1)])

    def wide(self, x: Array) -> Array:
        """The inputs in the shape that the activation takes."""
        return x

    def test_float32_agrees_with_float64(self) -> None:
        x = self.wide(np.linspace(-20, 20, 8_001).astype(np.float32))
        for single, double in zip(
            self.activation.value_and_slope(x), self.activation.value_and_slope(x.astype(np.float64)), strict=True
        ):
            expect_close("float32 against float64", double, single.astype(np.float64), 3e-6)

    def test_nan_stays_where_it_is(self) -> None:
        rows = np.array([[0.3, -0.7, 1.1], [0.3, np.nan, 1.1]])
        with strict():
            value, slope = self.activation.value_and_slope(rows)
        expect(np.isfinite(value[0]).all() and np.isfinite(slope[0]).all(), "clean row", "finite", value[0])
        expect(np.isnan(value[1, 1]), "value at NaN", "NaN", value[1, 1])

    def test_any_shape_is_taken_and_kept(self) -> None:
        for shape in ((1,), (0, 4), (2, 3), (2, 3, 4)):
            value, slope = self.activation.value_and_slope(np.full(shape, 0.5))
            expect(value.shape == shape and slope.shape == shape, "shape", shape, (value.shape, slope.shape))

    def test_work_in_place_equals_value_and_slope(self) -> None:
        generator = np.random.default_rng(7)
        for dtype in DTYPES:
            contiguous = generator.normal(0, 2, (3, 5, 4)).astype(dtype)
            strided = generator.normal(0, 2, (3, 5, 8)).astype(dtype)[:, :, ::2]
            for x in (contiguous, strided):
                self.check_in_place(x, generator)

    def check_in_place(self, x: Array, generator: np.random.Generator) -> None:
        """Run apply and pull on copies of x and compare them with the value and slope made out of place."""
        a = self.activation
        parameters = [p.astype(x.dtype) for p in random_parameters(a, x.shape[0], x.shape[2], generator)]
        z, work = x.copy(order="K"), a.work_like(x)
        a.apply(z, work, parameters)
        expect_close("apply in place", a.value(x, parameters), z, 0.0)
        held, incoming = z.copy(), generator.normal(size=x.shape).astype(x.dtype)
        delta = incoming.copy()
        a.pull(delta, z, work, parameters)
        expect(np.array_equal(held, z), "value is only read by pull", "unchanged", "changed")
        expect_close(
            "pull in place",
            self.expected_pull(x, incoming, parameters),
            delta,
            1e-5 if x.dtype == np.float32 else 1e-12,
        )

    def expected_pull(self, x: Array, delta: Array, parameters: Sequence[Array]) -> Array:
        """What pull must make of delta, computed out of place."""
        result: Array = delta * self.activation.slope(x, parameters)
        return result

    def test_parameter_gradients_are_central_differences(self) -> None:
        a, generator, h = self.activation, np.random.default_rng(11), 1e-6
        x, delta = generator.normal(0, 2, (3, 5, 4)), generator.normal(size=(3, 5, 4))
        parameters = random_parameters(a, 3, 4, generator)
        gradients = self.parameter_gradients(x, delta, parameters)
        for index, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            raised, lowered = list(parameters), list(parameters)
            raised[index], lowered[index] = parameter + h, parameter - h
            change = delta * (a.value(x, raised) - a.value(x, lowered)) / (2 * h)
            axes = (1,) if parameter.shape[2] > 1 else (1, 2)
            expect_close(a.parameters[index].name, 1 + change.sum(axis=axes, keepdims=True), gradient, 1e-6)

    def parameter_gradients(self, x: Array, delta: Array, parameters: Sequence[Array]) -> list[Array]:
        """Gradients that pull added to ones: starting from one shows that it adds and does not overwrite."""
        value, work = x.copy(), self.activation.work_like(x)
        gradients: list[Array] = [np.ones(p.shape) for p in parameters]
        self.activation.apply(value, work, parameters)
        self.activation.pull(delta.copy(), value, work, parameters, gradients)
        return gradients

    def test_smoothness(self) -> None:
        facts = self.activation.facts
        found = computed_facts.smoothness(self.section())
        expect((facts.smoothness, inf)[facts.smoothness >= 2] == found, "smoothness", facts.smoothness, found)

    def test_joints(self) -> None:
        facts = self.activation.facts
        search = {0: computed_facts.slope_jumps, 1: computed_facts.bend_jumps}.get(int(min(facts.smoothness, 9)))
        found = search(self.section()) if search else []
        joints = facts.joints
        agree = len(found) == len(joints) and np.allclose(found, joints, atol=2e-3)
        expect(agree, "joints", joints, found)

    def test_exact_zeros(self) -> None:
        found = computed_facts.has_exact_zeros(self.section())
        expect(found == self.activation.facts.exact_zeros, "exact zeros", self.activation.facts.exact_zeros, found)

    def test_zero_gradient(self) -> None:
        facts = self.activation.facts
        within = max(computed_facts.FLAT_WITHIN, *(abs(joint) + 1 for joint in facts.joints), 0)
        claimed, found = facts.zero_gradient, computed_facts.flat_hull(self.section(), within)
        if claimed is None or found is None:
            expect(claimed is found, "zero gradient", claimed, found)
        else:
            expect(np.allclose(claimed, found, atol=2e-3), "zero gradient", claimed, found)
