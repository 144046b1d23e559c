"""The strictest mode: NumPy's floating errors are failures, except underflow to zero."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _floating_errors_raise() -> Iterator[None]:
    with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
        yield
