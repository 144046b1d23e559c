"""What a formula becomes on the way to a device: one operator or several for each of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from models.activations.exports import EXPORTS, Export
from models.formulas.activation import FormulaActivation

OPERATORS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = MappingProxyType(
    {
        "add": (("Add",), ("ADD",)),
        "subtract": (("Sub",), ("SUB",)),
        "multiply": (("Mul",), ("MUL",)),
        "divide": (("Div",), ("DIV",)),
        "negate": (("Neg",), ("NEG",)),
        "power": (("Pow",), ("POW",)),
        "square": (("Mul",), ("SQUARE",)),
        "where<": (("Less", "Where"), ("LESS", "SELECT_V2")),
        "where<=": (("Greater", "Not", "Where"), ("LESS_EQUAL", "SELECT_V2")),
        "where>": (("Greater", "Where"), ("GREATER", "SELECT_V2")),
        "where>=": (("Less", "Not", "Where"), ("GREATER_EQUAL", "SELECT_V2")),
        "exp": (("Exp",), ("EXP",)),
        "expm1": (("Exp", "Sub"), ("EXP", "SUB")),
        "log": (("Log",), ("LOG",)),
        "log1p": (("Add", "Log"), ("ADD", "LOG")),
        "sqrt": (("Sqrt",), ("SQRT",)),
        "abs": (("Abs",), ("ABS",)),
        "sign": (("Sign",), ("SIGN",)),
        "sin": (("Sin",), ("SIN",)),
        "cos": (("Cos",), ("COS",)),
        "erf": (("Erf",), None),
        "arctan": (("Atan",), None),
        "arcsinh": (("Asinh",), None),
        "max": (("Max",), ("MAXIMUM",)),
        "min": (("Min",), ("MINIMUM",)),
    }
)
"""ONNX operators and TensorFlow Lite built-ins of the steps that are no functions of the catalogue; None: no built-in
computes it."""


def export_of(formula: FormulaActivation) -> Export:
    """That of the function of the catalogue that the formula is, else all operators of its steps, each named once."""
    if formula.likeness.same_as is not None:
        return EXPORTS[formula.likeness.same_as]
    onnx: list[str] = []
    tflite: list[str] | None = []
    for step in formula.graph.steps:
        whole, parts = _operators(step.operation)
        onnx += whole
        tflite = None if tflite is None or parts is None else [*tflite, *parts]
    return Export(_once(onnx), None if tflite is None else _once(tflite))


def _operators(operation: str) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    if operation in OPERATORS:
        return OPERATORS[operation]
    known = EXPORTS[operation]
    return known.onnx, known.tflite


def _once(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
