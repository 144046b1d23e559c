"""The compiled test of all conditions against the plain one."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from actwise.contract import vocabulary
from actwise.contract.situation import Situation
from rules.conditions import read_condition
from rules.masks import Masks
from tests.rules.situations import situation

_layer_types = st.sampled_from(vocabulary.LAYER_TYPES)
_conditions = st.fixed_dictionaries(
    {},
    optional={
        "layer_type": st.one_of(_layer_types, st.lists(_layer_types, min_size=1, max_size=3)),
        "depth": st.one_of(
            st.integers(1, 9),
            st.fixed_dictionaries({}, optional={"at_least": st.integers(1, 9), "below": st.integers(1, 9)}).filter(
                bool
            ),
            st.fixed_dictionaries({"not": st.lists(st.integers(1, 9), min_size=1)}),
        ),
        "residual": st.booleans(),
        "rows": st.fixed_dictionaries({"below": st.integers(1, 9)}),
        "domain": st.fixed_dictionaries({"contains": st.sampled_from(["ctr", "ads"])}),
    },
)
_situations = st.builds(
    lambda **fields: situation().changed(**fields),
    layer_type=_layer_types,
    depth=st.integers(1, 9),
    residual=st.booleans(),
    rows=st.none() | st.integers(1, 9),
    domain=st.none() | st.sampled_from(["ctr", "ads and ctr", "weather"]),
)


@given(raw=st.lists(_conditions, max_size=20), situations=st.lists(_situations, max_size=5))
def test_masks_agree_with_testing_every_condition(raw: list[dict[str, Any]], situations: list[Situation]) -> None:
    rules = [{field: read_condition(value) for field, value in when.items()} for when in raw]
    masks = Masks(rules)
    expected = [
        [all(test.holds(getattr(one, field)) for field, test in when.items()) for when in rules] for one in situations
    ]
    assert masks.fired(situations).tolist() == expected
    bits = [[masks.bitmask(one) >> bit & 1 == 1 for bit in range(len(rules))] for one in situations]
    assert bits == expected


def test_no_situations_give_an_empty_table() -> None:
    fired = Masks([{}] * 9).fired([])
    assert fired.shape == (0, 9)
    assert fired.dtype == np.bool_


def test_a_store_that_is_full_starts_again_and_still_answers() -> None:
    masks = Masks([{"rows": read_condition({"at_least": 5000})}])
    base = situation()
    for rows in range(4990, 9100):
        assert masks.bitmask(base.changed(rows=rows)) == int(rows >= 5000)
