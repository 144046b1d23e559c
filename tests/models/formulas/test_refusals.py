"""Formulas that cannot be used are refused with every reason, whatever they hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.formulas import FUNCTIONS, FormulaRefused, formula_activation
from models.formulas.acceptance import refusals
from models.formulas.graph import Graph
from models.formulas.parser import DEEPEST, read_graph
from models.formulas.programme import Programme
from models.formulas.sampling import section_of
from models.formulas.tokens import MOST_CHARACTERS


def faults_of(text: str) -> FormulaRefused:
    with pytest.raises(FormulaRefused) as refused:
        formula_activation(text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "empty", 0),
        ("   ", "empty", 3),
        ("x *", "ends_early", 3),
        ("2x", "missing_operator", 1),
        ("sin(x", "unclosed", 0),
        ("x + )", "unexpected", 4),
        ("x > 0", "comparison", 2),
        ("where(x, 1, 2)", "comparison", 0),
        ("max(x > 0, 1)", "comparison", 0),
        ("clip(x)", "wrong_arguments", 0),
        ("tanh()", "wrong_arguments", 0),
        ("sofplus(x)", "unknown_function", 0),
        ("softmax(x)", "unknown_function", 0),
        ("tanh", "unknown_name", 0),
        ("y + x", "unknown_name", 0),
        ("x ^ 2", "unexpected_character", 2),
        ("x @ x", "unexpected_character", 2),
        ("1e31 * x", "too_large", 0),
        ("x / 0 * (1 / 0)", "impossible_number", 11),
        ("sqrt(-1) * x", "impossible_number", 0),
        ("9**9**9**9 * x", "impossible_number", 4),
        ("(-2) ** x", "impossible_power", 5),
    ],
)
def test_faults_of_the_text_say_what_and_where(text: str, code: str, position: int) -> None:
    found = faults_of(text).faults
    assert (code, position) in [(fault.code, fault.position) for fault in found]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("log(x)", "not_finite", "x = 0"),
        ("1 / x", "not_finite", "x = 0"),
        ("sin(x) / x", "not_finite", "not a real number at x = 0"),
        ("sqrt(x * x)", "not_finite", "derivative"),
        ("x ** 0.5", "not_finite", "not a real number"),
        ("x ** 10", "not_finite", "float32"),
        ("exp(x)", "lost_in_float32", "instead of"),
        ("sin(1000 * x)", "lost_in_float32", "derivative"),
        ("3", "constant", "depend on x"),
        ("x - x", "constant", "depend on x"),
        ("sign(x)", "no_slope", "step"),
        ("where(x > 0, 1, 0)", "no_slope", "step"),
    ],
)
def test_faults_of_the_function_say_where_it_fails(text: str, code: str, words: str) -> None:
    (fault,) = faults_of(text).faults
    assert fault.code == code
    assert words in fault.message


def test_all_faults_are_told_at_once_each_with_its_repair() -> None:
    found = faults_of("sofplus(x) + tanhh(x) * z").faults
    assert [(fault.position, fault.nearest) for fault in found] == [(0, "softplus"), (13, "tanh"), (24, None)]
    assert found[0].allowed == FUNCTIONS


def test_text_after_a_broken_place_is_still_looked_at() -> None:
    assert [fault.code for fault in faults_of("x + * siluu(x)").faults] == ["unexpected", "unknown_function"]


@pytest.mark.parametrize("text", ["(" * 200 + "x" + ")" * 200, "-" * 290 + "x", "tanh(" * 50 + "x" + ")" * 50])
def test_deep_nesting_is_refused(text: str) -> None:
    assert {fault.code for fault in faults_of(text).faults} <= {"too_deep", "too_long"}


def test_nesting_up_to_the_limit_is_taken() -> None:
    inside = DEEPEST - 1
    assert isinstance(read_graph("(" * inside + "x" + ")" * inside), Graph)


def test_long_and_wide_formulas_are_refused() -> None:
    assert faults_of("x + " * MOST_CHARACTERS + "x").faults[0].code == "too_long"
    assert "too_complex" in [fault.code for fault in faults_of("x" + "+x" * 149).faults]


def test_a_jump_is_a_caution() -> None:
    (caution,) = formula_activation("where(x > 1, x, 0)").cautions
    assert "jumps at x = 1" in caution


def test_a_steep_slope_is_a_caution() -> None:
    assert "slope reaches" in formula_activation("x ** 3").cautions[0]


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_or_refused_cleanly(text: str) -> None:
    _read_or_refused(text)


WORDS = st.lists(
    st.sampled_from(
        ["x", "x", "+", "-", "*", "/", "**", "(", ")", ",", "<", ">=", "2", "0", ".5", "1e9", "pi", *FUNCTIONS]
    ),
    max_size=24,
)


@given(WORDS)
@settings(max_examples=150, deadline=None)
def test_any_words_are_read_or_refused_cleanly(words: list[str]) -> None:
    _read_or_refused(" ".join(words))


def _read_or_refused(text: str) -> None:
    try:
        graph = read_graph(text)
    except FormulaRefused as refused:
        assert refused.faults
        return
    if graph.steps:
        refusals(section_of(Programme(graph)))


NUMBERS = st.sampled_from(["0.5", "1", "2", "-0.3", "pi"])
SMOOTH = st.recursive(
    st.just("x"),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["tanh", "sigmoid", "softplus", "sin", "gelu", "silu", "arctan", "erf"]), inner).map(
            lambda pair: f"{pair[0]}({pair[1]})"
        ),
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(NUMBERS, inner).map(lambda pair: f"({pair[0]} * {pair[1]})"),
        inner.map(lambda part: f"({part}) / (1 + ({part})**2)"),
    ),
    max_leaves=5,
)


@given(SMOOTH)
@settings(max_examples=40, deadline=None)
def test_the_derivative_of_a_smooth_composition_is_exact(text: str) -> None:
    section = section_of(Programme(read_graph(text)))
    x, h = np.linspace(-2, 2, 41) + 0.01, 1e-5
    rise = (section(x + h)[0] - section(x - h)[0]) / (2 * h)
    slope = section(x)[1]
    np.testing.assert_allclose(slope, rise, rtol=1e-5, atol=1e-6 * max(1.0, np.abs(slope).max()))
