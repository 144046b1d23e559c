"""Adam's step by a kernel."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.optimizers import Adam
from tests.models.kernels.needed import needs_kernels

pytestmark = needs_kernels


@pytest.mark.parametrize(("members", "size"), [(1, 1), (3, 7), (2, 8), (2, 100)])
def test_many_steps_end_where_those_in_float64_end(members: int, size: int) -> None:
    rng = np.random.default_rng(0)
    start, rates = rng.standard_normal((members, size)), np.geomspace(1e-3, 1e-1, members).tolist()
    ends = []
    for dtype in (np.float64, np.float32):
        parameters = start.astype(dtype)
        gradients = np.empty_like(parameters)
        adam, draws = Adam(parameters, gradients, rates), np.random.default_rng(1)
        for step in range(50):
            gradients[...] = draws.standard_normal((members, size)) * 10.0 ** (step % 5 - 3)
            adam.step(1 - step / 60)
        ends.append(parameters)
    np.testing.assert_allclose(ends[1], ends[0], rtol=2e-5, atol=2e-6)


def test_a_diverged_member_leaves_the_others_alone() -> None:
    parameters, gradients = np.ones((3, 20), np.float32), np.ones((3, 20), np.float32)
    gradients[1] = np.nan
    Adam(parameters, gradients, [0.1, 0.1, 0.1]).step(1.0)
    assert np.isnan(parameters[1]).all()
    np.testing.assert_allclose(parameters[[0, 2]], 0.9, rtol=1e-6)
