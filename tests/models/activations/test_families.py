"""What tells one activation from its neighbours, at points that can be checked by hand."""

from __future__ import annotations

from math import erf, exp, log, sqrt, tanh

import numpy as np
import pytest

from models.activations import GatedActivation, RowWise, catalogue, get

POINTS = {
    "identity": [(-2.0, -2.0)],
    "sigmoid": [(0.0, 0.5), (log(3), 0.75)],
    "hard_sigmoid": [(-3.0, 0.0), (0.0, 0.5), (3.0, 1.0), (1.5, 0.75)],
    "log_sigmoid": [(0.0, -log(2))],
    "tanh": [(0.5, tanh(0.5))],
    "lecun_tanh": [(1.5, 1.7159 * tanh(1.0)), (-1.5, -1.7159 * tanh(1.0))],
    "penalized_tanh": [(2.0, tanh(2.0)), (-2.0, -0.25 * tanh(2.0))],
    "hard_tanh": [(-7.0, -1.0), (0.25, 0.25), (7.0, 1.0)],
    "softsign": [(3.0, 0.75), (-1.0, -0.5)],
    "relu": [(-1.0, 0.0), (2.0, 2.0)],
    "relu6": [(-1.0, 0.0), (2.0, 2.0), (9.0, 6.0)],
    "clipped_relu": [(-1.0, 0.0), (7.0, 7.0), (21.0, 20.0)],
    "leaky_relu": [(-2.0, -0.02), (2.0, 2.0)],
    "rrelu": [(-48.0, -11.0), (2.0, 2.0)],
    "prelu": [(-2.0, -0.5), (2.0, 2.0)],
    "elu": [(-1.0, exp(-1) - 1), (2.0, 2.0)],
    "celu": [(-2.0, 2 * (exp(-1) - 1)), (2.0, 2.0)],
    "selu": [(-1.0, 1.0507009873554805 * 1.6732632423543772 * (exp(-1) - 1)), (2.0, 2.101401974710961)],
    "softplus": [(0.0, log(2))],
    "shifted_softplus": [(0.0, 0.0), (log(3), log(2))],
    "squareplus": [(0.0, 1.0), (1.5, 2.0), (-1.5, 0.5)],
    "gelu": [(1.0, (1 + erf(1 / sqrt(2))) / 2), (-1.0, -(1 - erf(1 / sqrt(2))) / 2)],
    "gelu_tanh": [(1.0, 0.8411919906)],
    "quick_gelu": [(1.0, 1 / (1 + exp(-1.702)))],
    "silu": [(1.0, 1 / (1 + exp(-1))), (-1.0, -1 / (1 + exp(1)))],
    "swish": [(1.0, 1 / (1 + exp(-1)))],
    "mish": [(1.0, tanh(log(1 + exp(1))))],
    "hard_swish": [(-3.0, 0.0), (1.0, 2 / 3), (4.0, 4.0), (-1.5, -0.375)],
    "squared_relu": [(-3.0, 0.0), (3.0, 9.0)],
    "sine": [(np.pi / 2, 1.0)],
    "snake": [(np.pi / 2, np.pi / 2 + 1)],
    "exp": [(1.0, exp(1))],
}


def test_the_points_cover_every_plain_elementwise_activation() -> None:
    plain = {n for n, a in catalogue().items() if a.elementwise and not isinstance(a, GatedActivation)}
    assert set(POINTS) == plain


@pytest.mark.parametrize("name", POINTS)
def test_values_at_known_points(name: str) -> None:
    for x, expected in POINTS[name]:
        assert float(get(name).value(x)) == pytest.approx(expected, abs=1e-9)


def test_leaky_relu_has_no_slope_above_its_own_at_negative_inputs() -> None:
    assert get("leaky_relu").slope([-1.0, 1.0]).tolist() == [0.01, 1.0]


def test_celu_differs_from_elu_by_its_longer_left_side() -> None:
    assert get("celu").facts.range[0] == 2 * get("elu").facts.range[0]


def test_gelu_forms_differ_by_less_than_their_documented_distance() -> None:
    x = np.linspace(-6, 6, 2_001)
    exact = get("gelu").value(x)
    assert 1e-4 < np.abs(exact - get("gelu_tanh").value(x)).max() < 5e-4
    assert 1e-2 < np.abs(exact - get("quick_gelu").value(x)).max() < 2.1e-2


def test_swish_goes_from_linear_to_relu_with_beta() -> None:
    x = np.array([-2.0, 3.0])
    assert get("swish").value(x, [np.asarray(0.0)]).tolist() == [-1.0, 1.5]
    np.testing.assert_allclose(get("swish").value(x, [np.asarray(1e3)]), [0.0, 3.0], atol=1e-12)


def test_prelu_with_a_negative_slope_still_knows_which_side_it_is_on() -> None:
    assert get("prelu").slope([-2.0, 2.0], [np.asarray(-0.5)]).tolist() == [-0.5, 1.0]


@pytest.mark.parametrize(
    ("name", "gate"), [("glu", "sigmoid"), ("reglu", "relu"), ("geglu", "gelu"), ("swiglu", "silu")]
)
def test_a_gated_unit_multiplies_its_activated_gate_by_the_linear_branch(name: str, gate: str) -> None:
    unit = get(name)
    assert isinstance(unit, GatedActivation)
    x, linear = np.array([-1.0, 0.5, 2.0]), np.array([3.0, -2.0, 0.5])
    np.testing.assert_allclose(unit.value_gated(x, linear), get(gate).value(x) * linear)


def test_a_closed_reglu_gate_passes_no_gradient_to_either_branch() -> None:
    unit = get("reglu")
    assert isinstance(unit, GatedActivation)
    by_gate, by_linear = unit.slopes_gated([-1.0], [5.0])
    assert (by_gate.item(), by_linear.item()) == (0.0, 0.0)


def test_softmax_of_equal_logits_is_uniform_and_of_distant_logits_certain() -> None:
    value = get("softmax").value([[7.0, 7.0, 7.0, 7.0], [1e4, -1e4, 0.0, 0.0]])
    assert value.tolist() == [[0.25] * 4, [1.0, 0.0, 0.0, 0.0]]


def test_log_softmax_stays_finite_where_softmax_underflows() -> None:
    assert get("log_softmax").value(np.array([[1e4, -1e4]], dtype=np.float32)).tolist() == [[0.0, -2e4]]


def test_the_softmax_jacobian_has_rows_that_sum_to_zero() -> None:
    softmax = get("softmax")
    assert isinstance(softmax, RowWise)
    np.testing.assert_allclose(softmax.jacobian(np.array([0.1, 0.4, -2.0])).sum(axis=1), 0, atol=1e-15)
