"""A formula as an activation: it passes the catalogue's conformance suite, and is found by its text."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from models.activations import UnknownActivation, gains, get
from models.activations.conformance import ActivationConformance
from models.formulas import FormulaRefused, formula_activation, resolve

WRITTEN_OUT = {
    "silu": "x / (1 + exp(-x))",
    "mish": "x * tanh(log(1 + exp(x)))",
    "gelu": "0.5 * x * (1 + erf(x / sqrt(2)))",
    "gelu_tanh": "0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))",
    "quick_gelu": "x * sigmoid(1.702 * x)",
    "sigmoid": "1 / (1 + exp(-x))",
    "tanh": "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
    "softplus": "log(1 + exp(x))",
    "relu": "max(x, 0)",
    "leaky_relu": "where(x > 0, x, 0.01 * x)",
    "hard_tanh": "clip(x, -1, 1)",
    "hard_swish": "x * clip(x + 3, 0, 6) / 6",
    "elu": "where(x > 0, x, expm1(min(x, 0)))",
    "softsign": "x / (1 + abs(x))",
    "squareplus": "(x + sqrt(x**2 + 4)) / 2",
    "squared_relu": "relu(x) ** 2",
    "snake": "x + sin(x)**2",
    "penalized_tanh": "where(x > 0, tanh(x), 0.25 * tanh(x))",
}


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_a_function_of_the_catalogue_written_out_is_recognised(name: str) -> None:
    assert formula_activation(WRITTEN_OUT[name]).likeness.same_as == name


def suite_for(text: str) -> type[ActivationConformance]:
    return type("Suite", (ActivationConformance,), {"activation": formula_activation(text)})


class TestSiluWrittenOut(suite_for(WRITTEN_OUT["silu"])):  # type: ignore[misc]  # the base is made by a function
    """The naive form, whose exponential overflows at |x| = 1e4."""


class TestMishWrittenOut(suite_for(WRITTEN_OUT["mish"])):  # type: ignore[misc]
    """A composition of three."""


class TestLeakyReluWrittenOut(suite_for(WRITTEN_OUT["leaky_relu"])):  # type: ignore[misc]
    """A choice between pieces, with a kink."""


class TestHardSwishByName(suite_for("hard_swish(x)")):  # type: ignore[misc]
    """A function of the catalogue by its name."""


class TestSquaredReluWrittenOut(suite_for(WRITTEN_OUT["squared_relu"])):  # type: ignore[misc]
    """A slope without bound."""


class TestSnakeWrittenOut(suite_for(WRITTEN_OUT["snake"])):  # type: ignore[misc]
    """A function whose slope is periodic."""


@pytest.mark.parametrize("name", ["silu", "gelu", "relu", "tanh", "squared_relu"])
def test_gains_are_those_of_the_catalogue(name: str) -> None:
    np.testing.assert_allclose(gains(formula_activation(WRITTEN_OUT[name])), gains(get(name)), rtol=1e-7)


def test_the_slope_of_a_new_function_is_its_derivative() -> None:
    activation = formula_activation("x * arctan(exp(x)) - 0.1 * cos(2 * x) / (1 + x**2)")
    x, h = np.linspace(-6, 6, 241), 1e-6
    rise = (activation.value(x + h) - activation.value(x - h)) / (2 * h)
    np.testing.assert_allclose(activation.slope(x), rise, atol=1e-8)


def test_work_beyond_one_block_and_in_any_layout_is_the_same() -> None:
    activation = formula_activation("x * tanh(softplus(x)) + 0.1 * sin(x)")
    wide = np.random.default_rng(0).normal(size=(3, 70, 90)).astype(np.float32)
    inner = np.array(wide)[:, 1:, ::2]
    work = activation.work_like(inner)
    activation.apply(inner, work)
    np.testing.assert_array_equal(inner, activation.value(wide[:, 1:, ::2]))
    np.testing.assert_array_equal(work, activation.slope(wide[:, 1:, ::2]))


def test_constants_inside_are_worked_out_once() -> None:
    assert len(formula_activation("x * (2 + 3 * 4) * sqrt(2)").graph.steps) == 2


def test_equal_parts_are_computed_once() -> None:
    assert len(formula_activation("tanh(x) * tanh(x)").graph.steps) == 2


def test_a_number_and_a_part_of_equal_place_are_told_apart() -> None:
    # The first part stands at place 1, which must not be taken for the number 1.
    activation = formula_activation("(tanh(x) + x) - (x + 1)")
    np.testing.assert_allclose(activation.value(np.array([0.5])), np.tanh(0.5) - 1)


def test_one_text_gives_one_object_and_survives_pickling() -> None:
    made = formula_activation("x * sigmoid(2 * x)")
    assert formula_activation("x * sigmoid(2 * x)") is made
    assert pickle.loads(pickle.dumps(made)) is made


def test_names_and_formulas_are_resolved() -> None:
    assert resolve("SiLU") is get("silu")
    assert resolve("= x * sigmoid(2 * x)") is resolve("formula:x * sigmoid(2 * x)")


def test_what_cannot_be_resolved_is_refused() -> None:
    with pytest.raises(UnknownActivation):
        resolve("siluu")
    with pytest.raises(FormulaRefused):
        resolve("=siluu(x)")


def test_a_scaled_function_is_told_as_such() -> None:
    assert formula_activation("0.5 * silu(x) + 1").likeness.relation == "0.5 silu(x) + 1"
    assert formula_activation("2 * sigmoid(2 * x) - 1").likeness.same_as == "tanh"
    assert formula_activation("sin(3 * x)").likeness.relation == "sine(3 x)"


def test_a_new_function_is_told_with_what_it_is_nearest_to() -> None:
    likeness = formula_activation("x * sigmoid(1.69 * x)").likeness
    assert (likeness.same_as, likeness.nearest[0].activation) == (None, "quick_gelu")
    assert likeness.nearest[0].distance < 0.01


def test_framework_expressions_hold_the_whole_formula() -> None:
    names = formula_activation("max(x, -1) * where(x <= 0, erf(x), silu(x))").frameworks
    assert names.pytorch == (
        "lambda x: (torch.clamp(x, min=-1.0) * torch.where(x <= 0.0, torch.erf(x), (torch.nn.SiLU())(x)))"
    )
    assert "keras.ops.maximum(x, -1.0)" in str(names.keras)
    assert "jax.scipy.special.erf(x)" in str(names.jax)


def test_bounded_functions_start_by_glorot_and_others_by_their_shape() -> None:
    schemes = [formula_activation(text).scheme for text in ("x / sqrt(1 + x*x)", "arcsinh(x)", "x * arctan(exp(x))")]
    assert schemes == ["glorot", "lecun", "he"]
