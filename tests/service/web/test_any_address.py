"""Whatever stands in the address, the page answers or says what is wrong with it."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.http import Services, create_app
from service.pages.fields import block_fields, form_fields

NAMES = st.one_of(
    st.sampled_from(sorted(form_fields())),
    st.sampled_from([f"layers.{row}.{field.name}" for row in (0, 1, 31, 32, 999) for field in block_fields()]),
    st.sampled_from(["layers", "layers.", "layers.0", "layers.0.", "target", "probe.", ".", "empty_blocks", "place"]),
    st.text(max_size=12),
)
WORDS = sorted({value for field in form_fields().values() for value, _ in field.options})
VALUES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(
        ["", "0", "1", "2", "-1", "0.5", "1e400", "nan", "true", "false", "relu", "relu, gelu", "x * x", ";;,"]
    ),
    st.integers(-(10**20), 10**20).map(str),
    st.text(max_size=30),
)
FOUR = {"task": "classification", "layer_type": "dense", "depth": "3", "compute_budget": "low"}


@pytest.fixture(scope="module")
def shared(services: Services) -> Flask:
    return create_app(services)


@given(st.dictionaries(NAMES, VALUES, max_size=5), st.sampled_from(["/", "/advice", "/choice", "/signal"]))
@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_no_address_breaks_the_page(shared: Flask, sent: dict[str, str], path: str) -> None:
    answer = shared.test_client().get(path, query_string=FOUR | sent)
    assert answer.status_code in (200, 303, 404, 422), sent
    assert "text/html" in answer.content_type or path in ("/choice", "/signal")
