"""Every activation of the catalogue passes the conformance suite, and the suite refuses false claims."""

# ruff: noqa: ARG001 - the broken replacements keep the signature that they replace

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np
import pytest

from models.activations import Activation, Array, Facts, Frameworks, GatedActivation, RowWise, catalogue, get
from models.activations.conformance import (
    ActivationConformance,
    Conformance,
    ConformanceError,
    GatedConformance,
    RowWiseConformance,
)


def suite_for(activation: Activation) -> type[Conformance]:
    kind: type[Conformance] = ActivationConformance
    if isinstance(activation, GatedActivation):
        kind = GatedConformance
    elif isinstance(activation, RowWise):
        kind = RowWiseConformance
    return type("Suite", (kind,), {"activation": activation})


def refuted(activation: Activation) -> set[str]:
    """The names of the checks that refuse this activation."""
    suite = suite_for(activation)()
    failures = set()
    for check in (name for name in dir(suite) if name.startswith("test_")):
        try:
            getattr(suite, check)()
        except ConformanceError:
            failures.add(check)
    return failures


def variant(name: str, /, **changed: Any) -> Activation:
    """The catalogue's activation with some class attributes replaced."""
    result: Activation = type("Variant", (type(get(name)),), changed)()
    return result


def with_facts(name: str, **false: Any) -> Activation:
    return variant(name, facts=dataclasses.replace(get(name).facts, **false))


class TestMishAsAnyNewActivationWouldBe(ActivationConformance):
    activation = get("mish")


@pytest.mark.parametrize("name", catalogue())
def test_every_claim_of_the_catalogue_holds(name: str) -> None:
    assert refuted(catalogue()[name]) == set()


FALSE_FACTS: list[tuple[str, dict[str, Any], str]] = [
    ("sigmoid", {"range": (0.0, 0.99)}, "test_range_and_bounds"),
    ("sigmoid", {"range": (0.0, inf)}, "test_range_and_bounds"),
    ("softplus", {"range": (0.0, 1e4)}, "test_range_and_bounds"),
    ("silu", {"range": (-0.279, inf)}, "test_range_and_bounds"),
    ("elu", {"smoothness": 0}, "test_smoothness"),
    ("elu", {"smoothness": inf}, "test_smoothness"),
    ("relu", {"smoothness": 1}, "test_smoothness"),
    ("softsign", {"smoothness": 2}, "test_smoothness"),
    ("tanh", {"smoothness": 1}, "test_smoothness"),
    ("relu6", {"joints": (0.0,)}, "test_joints"),
    ("hard_swish", {"joints": (-3.0, 2.9)}, "test_joints"),
    ("tanh", {"joints": (0.0,)}, "test_joints"),
    ("gelu", {"monotone": True}, "test_monotone"),
    ("snake", {"monotone": False}, "test_monotone"),
    ("relu", {"zero_centred": True}, "test_mean_and_zero_centred"),
    ("elu", {"mean": 0.16}, "test_mean_and_zero_centred"),
    ("relu", {"saturates": "no"}, "test_saturation"),
    ("log_sigmoid", {"saturates": "left"}, "test_saturation"),
    ("sine", {"saturates": "both"}, "test_saturation"),
    ("leaky_relu", {"exact_zeros": True}, "test_exact_zeros"),
    ("relu", {"exact_zeros": False}, "test_exact_zeros"),
    ("gelu", {"zero_gradient": (-inf, -5.0)}, "test_zero_gradient"),
    ("relu", {"zero_gradient": (-inf, -0.1)}, "test_zero_gradient"),
    ("relu", {"zero_gradient": None}, "test_zero_gradient"),
    ("selu", {"lipschitz": 1.0507}, "test_lipschitz_constant"),
    ("squared_relu", {"lipschitz": 2.0}, "test_lipschitz_constant"),
    ("elu", {"homogeneous": True}, "test_homogeneous"),
    ("relu", {"homogeneous": False}, "test_homogeneous"),
    ("sigmoid", {"odd": True}, "test_odd"),
    ("tanh", {"odd": False}, "test_odd"),
    ("sine", {"periodic": False}, "test_periodic"),
    ("snake", {"periodic": True}, "test_periodic"),
    ("hard_swish", {"piecewise_linear": True}, "test_piecewise_linear"),
    ("prelu", {"piecewise_linear": False}, "test_piecewise_linear"),
    ("softmax", {"lipschitz": 1.0}, "test_lipschitz_constant"),
    ("log_softmax", {"range": (-inf, 1.0)}, "test_range_and_bounds"),
    ("reglu", {"smoothness": inf, "joints": ()}, "test_smoothness"),
    ("reglu", {"zero_gradient": None}, "test_zero_gradient"),
    ("glu", {"lipschitz": 0.25}, "test_facts_of_the_product"),
    ("swiglu", {"mean": 0.2}, "test_mean_and_signs_of_the_product"),
    ("glu", {"homogeneous": True}, "test_mean_and_signs_of_the_product"),
]


@pytest.mark.parametrize(("name", "false", "check"), FALSE_FACTS)
def test_a_false_fact_is_refuted_by_its_own_check_alone(name: str, false: dict[str, Any], check: str) -> None:
    allowed = {check, "test_joints"} if "smoothness" in false else {check}
    assert check in refuted(with_facts(name, **false)) <= allowed


def test_a_false_wavelength_is_refuted() -> None:
    assert refuted(variant("snake", wavelength=3.0)) == {"test_wavelength"}


def test_an_incomplete_description_is_refuted() -> None:
    broken = variant("relu", name="ReLU", sources=("He 2015",))
    assert refuted(broken) == {"test_the_description_is_complete", "test_sources_are_bibliography_keys"}


def test_a_framework_expression_that_does_not_parse_is_refuted() -> None:
    suite = suite_for(variant("relu", frameworks=Frameworks(pytorch="torch.nn.ReLU(")))()
    with pytest.raises(SyntaxError):
        suite.test_framework_expressions_parse()


def test_a_parameter_outside_its_bounds_is_refuted() -> None:
    outside = dataclasses.replace(get("prelu").parameters[0], low=0.5)
    assert refuted(variant("prelu", parameters=(outside,))) == {"test_learnable_parameters_start_within_their_bounds"}


def doubled_pull(
    self: Activation,
    delta: Array,
    value: Array,
    work: Array,
    parameters: Sequence[Array] = (),
    gradients: Sequence[Array] = (),
) -> None:
    delta *= 2 * (1 - value * value)


def test_a_wrong_derivative_is_refuted() -> None:
    assert "test_the_derivative_is_the_slope_of_the_value" in refuted(variant("tanh", pull=doubled_pull))


def writing_pull(
    self: Activation,
    delta: Array,
    value: Array,
    work: Array,
    parameters: Sequence[Array] = (),
    gradients: Sequence[Array] = (),
) -> None:
    np.multiply(value, value, out=value)
    delta *= 1 - value


def test_a_pull_that_writes_on_the_value_is_refuted() -> None:
    assert "test_work_in_place_equals_value_and_slope" in refuted(variant("tanh", pull=writing_pull))


def forgetful_pull(
    self: Activation,
    delta: Array,
    value: Array,
    work: Array,
    parameters: Sequence[Array] = (),
    gradients: Sequence[Array] = (),
) -> None:
    for gradient in gradients:
        gradient[...] = (delta * work).sum(axis=1, keepdims=True)
    delta *= np.where(work < 0, parameters[0], 1)


def test_a_parameter_gradient_that_overwrites_instead_of_adding_is_refuted() -> None:
    assert refuted(variant("prelu", pull=forgetful_pull)) == {"test_parameter_gradients_are_central_differences"}


def overflowing_apply(self: Activation, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
    z[...] = np.log(1 + np.exp(z))


def test_an_overflow_at_large_inputs_raises_in_the_suite() -> None:
    suite = suite_for(variant("softplus", apply=overflowing_apply))()
    with pytest.raises(FloatingPointError):
        suite.test_results_are_finite_for_large_float32_inputs()


def broken_gate(
    self: GatedActivation, delta: Array, gate_value: Array, linear: Array, gate_delta: Array, work: Array
) -> None:
    np.multiply(delta, gate_value, out=delta)
    np.multiply(delta, linear, out=gate_delta)


def test_a_wrong_partial_derivative_of_a_gated_unit_is_refuted() -> None:
    assert refuted(variant("glu", pull_gated=broken_gate)) == {"test_the_product_in_place_equals_value_and_slopes"}


def test_a_new_activation_only_names_itself() -> None:
    class Cube(Activation):
        name = "cube"
        title = "Cube"
        formula = "x^3"
        derivative = "3 x^2"
        facts = Facts(
            range=(-inf, inf),
            smoothness=inf,
            monotone=True,
            zero_centred=True,
            mean=0.0,
            saturates="no",
            lipschitz=inf,
            odd=True,
        )
        frameworks = Frameworks()
        scheme = "lecun"
        sources = ("nobody2000",)
        cost_class = "A"
        relative_cost = 1.0
        roles = frozenset({"hidden"})

        def apply(self, z: Array, work: Array, parameters: Sequence[Array] = ()) -> None:
            np.multiply(z, z, out=work)
            np.multiply(z, work, out=z)

        def pull(
            self,
            delta: Array,
            value: Array,
            work: Array,
            parameters: Sequence[Array] = (),
            gradients: Sequence[Array] = (),
        ) -> None:
            np.multiply(delta, 3 * work, out=delta)

    assert refuted(Cube()) == set()
