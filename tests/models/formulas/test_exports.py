"""What formulas become on the way to a device."""

from __future__ import annotations

from models.activations.exports import EXPORTS, ONNX_OPSETS
from models.formulas import formula_activation
from models.formulas.exports import OPERATORS, export_of
from models.formulas.operations import OPERATIONS


def test_every_operation_has_operators_of_a_known_opset() -> None:
    for operation in OPERATIONS:
        assert operation in OPERATORS or operation in EXPORTS, operation
    named = {name for onnx, _ in OPERATORS.values() for name in onnx}
    assert named <= set(ONNX_OPSETS)


def test_a_new_function_takes_the_operators_of_its_steps_once_each() -> None:
    export = export_of(formula_activation("x * x / (1 + abs(x))"))
    assert export.onnx == ("Mul", "Abs", "Add", "Div")
    assert export.opset == 7


def test_the_latest_operator_decides_the_opset() -> None:
    assert export_of(formula_activation("gelu(x) + 0.1 * sin(x)")).opset == 20


def test_what_a_device_lacks_is_told() -> None:
    assert export_of(formula_activation("x * arctan(exp(x))")).tflite is None


def test_a_function_of_the_catalogue_is_exported_as_that() -> None:
    assert export_of(formula_activation("log(1 + exp(x))")) is EXPORTS["softplus"]
