"""What activations become on the way to a device."""

from __future__ import annotations

import pytest

from models.activations import catalogue
from models.activations.exports import EXPORTS, ONNX_OPSETS


def test_every_activation_of_the_catalogue_has_its_export() -> None:
    assert set(EXPORTS) == set(catalogue())


@pytest.mark.parametrize(("name", "opset"), [("relu", 1), ("gelu", 20), ("mish", 18), ("hard_swish", 14), ("silu", 24)])
def test_the_opset_is_the_first_that_has_all_operators(name: str, opset: int) -> None:
    assert EXPORTS[name].opset == opset


def test_older_operators_come_from_lower_opsets() -> None:
    for name, export in EXPORTS.items():
        if export.older:
            assert max(ONNX_OPSETS[one] for one in export.older) < export.opset, name


def test_only_the_functions_of_the_standard_cells_run_fused() -> None:
    assert {name for name, export in EXPORTS.items() if export.cudnn} == {"tanh", "sigmoid", "relu"}
