from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from models.theory.names import CANDIDATES
from models.theory.tables import DEPTHS, FAMILIES, Tables, compute, tables

SAMPLE = ("sigmoid", "relu", "swiglu")


@pytest.fixture(scope="module")
def recomputed() -> Tables:
    return compute(SAMPLE, DEPTHS[:70])


def test_the_shipped_file_has_every_candidate_family_and_depth() -> None:
    assert tuple(tables().names) == CANDIDATES
    assert tables().gain.shape == (len(FAMILIES), len(DEPTHS), len(CANDIDATES))


def test_every_depth_up_to_64_is_kept_exactly() -> None:
    assert DEPTHS[:64].tolist() == list(range(1, 65))
    assert DEPTHS[-1] == 1000


@pytest.mark.parametrize("part", [field.name for field in fields(Tables) if field.name != "names"])
def test_the_shipped_file_equals_a_recomputation(part: str, recomputed: Tables) -> None:
    columns, shipped = [CANDIDATES.index(name) for name in SAMPLE], getattr(tables(), part)
    shipped = shipped[columns] if part == "usual_gain" else shipped[:, :70, columns]
    tolerance = 2e-3 if part.startswith("usual") else 1e-5
    assert np.allclose(shipped, getattr(recomputed, part), rtol=1e-4, atol=tolerance, equal_nan=True)
