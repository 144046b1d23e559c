"""Limits of number formats: what NumPy's arithmetic does just inside and just outside of them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from scipy.special import i0

from models.heads import HEADS
from models.heads.limits import FORMATS, LIMITS, FloatFormat, limit_text, limits_for

BY_NAME = {one.name: one for one in FORMATS}
IN_NUMPY = [BY_NAME[name] for name in ("float16", "float32", "float64")]


@pytest.mark.parametrize("one", IN_NUMPY, ids=lambda one: one.name)
def test_range_and_steps_are_those_of_the_format(one: FloatFormat) -> None:
    facts = np.finfo(one.name)
    assert one.largest == float(facts.max)
    assert one.epsilon == float(facts.eps)
    assert one.smallest_normal == float(facts.smallest_normal)
    assert one.smallest == float(facts.smallest_subnormal)


def test_bfloat16_has_the_range_of_float32_and_the_steps_of_eight_bits() -> None:
    assert BY_NAME["bfloat16"].largest == pytest.approx(3.3895e38, rel=1e-4)
    assert BY_NAME["bfloat16"].epsilon == 2**-7
    assert BY_NAME["bfloat16"].whole_numbers == 256


@pytest.mark.parametrize("one", IN_NUMPY, ids=lambda one: one.name)
def test_exp_is_finite_and_positive_inside_its_limits_only(one: FloatFormat) -> None:
    kind: Any = np.dtype(one.name).type
    with np.errstate(over="ignore"):
        assert np.isfinite(np.exp(kind(one.log_largest * 0.999)))
        assert np.isinf(np.exp(kind(one.log_largest * 1.001)))
        assert np.isinf(kind(one.square_overflows * 1.001) ** 2)
    assert np.isfinite(kind(one.square_overflows * 0.999) ** 2)
    assert np.exp(kind(one.log_smallest * 0.999)) > 0
    assert np.exp(kind(one.log_smallest * 1.001)) == 0


@pytest.mark.parametrize("one", IN_NUMPY, ids=lambda one: one.name)
def test_saturating_functions_reach_one_at_their_limits(one: FloatFormat) -> None:
    kind: Any = np.dtype(one.name).type
    for shift, is_one in ((-0.01, False), (0.01, True)):
        sigmoid = np.longdouble(1) / (1 + np.exp(-np.longdouble(one.sigmoid_is_one + shift)))
        assert bool(kind(sigmoid) == 1) is is_one
        assert bool(kind(np.tanh(np.longdouble(one.tanh_is_one + shift))) == 1) is is_one


@pytest.mark.parametrize("one", IN_NUMPY, ids=lambda one: one.name)
def test_counts_above_the_limit_are_rounded(one: FloatFormat) -> None:
    kind: Any = np.dtype(one.name).type
    assert int(kind(one.whole_numbers)) == one.whole_numbers
    assert int(kind(one.whole_numbers + 1)) != one.whole_numbers + 1


@pytest.mark.parametrize("name", ["float16", "float32"])
def test_the_bessel_function_overflows_at_its_limit(name: str) -> None:
    one = BY_NAME[name]
    assert i0(one.bessel_overflows - 0.05) < one.largest < i0(one.bessel_overflows + 0.05)


def test_a_gap_of_logits_beyond_the_limit_gives_a_probability_of_zero() -> None:
    one = BY_NAME["float16"]
    for gap, expected in ((one.log_smallest + 0.1, True), (one.log_smallest - 0.1, False)):
        powers = np.exp(np.array([0, gap], dtype=np.float16))
        assert bool((powers / powers.sum())[1] > 0) is expected


@pytest.mark.parametrize("head_id", HEADS)
def test_numbers_of_overflow_in_cautions_are_the_computed_ones(head_id: str) -> None:
    head = HEADS[head_id]
    for caution in head.cautions:
        for name, sign, number in re.findall(r"(float16|float32) (?:above|below) (-?)([\d.]*\d)", caution):
            limit = BY_NAME[name].bessel_overflows if "I_0" in caution else BY_NAME[name].log_largest
            if "rounds to zero" not in caution and "-inf" not in caution:
                assert float(number) == pytest.approx(limit, abs=0.06), (sign, caution)


def test_every_limit_is_said_in_words_and_of_some_head() -> None:
    used = {name for head in HEADS.values() for name in limits_for(head.activation, head.loss)}
    assert used <= set(LIMITS)
    assert "11.09 (float16)" in limit_text("log_largest")
