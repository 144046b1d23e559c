"""The shipped catalogue and rules, as the pages get them."""

from __future__ import annotations

import pytest

from rules import RuleSet
from service.http.loading import load_reference
from service.http.reference import Reference


@pytest.fixture(scope="session")
def reference() -> Reference:
    return load_reference(RuleSet.load())
