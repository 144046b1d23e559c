"""The strictest mode: NumPy's floating errors are failures, except underflow to zero. And the order of shared runs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _floating_errors_raise() -> Iterator[None]:
    with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the tests, those that wait for servers come first, the longest of them before the
    others: the quick ones fill the time."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        slow = [item for item in items if item.get_closest_marker("slow")]
        items[:] = [*reversed(slow), *(item for item in items if not item.get_closest_marker("slow"))]
