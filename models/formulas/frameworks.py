"""A formula as an expression to paste, in each framework."""

from __future__ import annotations

from collections.abc import Mapping

from models.activations import catalogue
from models.activations.base import Frameworks
from models.formulas.graph import Graph, Reference, Step, Value, X

_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**"}
_LIBRARIES = ("pytorch", "keras", "jax")
_PREFIX = {"pytorch": "torch", "keras": "keras.ops", "jax": "jax.numpy"}
_SAME = ("exp", "expm1", "log", "log1p", "sqrt", "abs", "sign", "sin", "cos", "arctan", "arcsinh", "erf", "square")
_BOUND = {"max": "min", "min": "max"}
MOST_CHARACTERS = 2_000


def frameworks_of(graph: Graph) -> Frameworks:
    """Lambdas of x that compute the formula; None where a framework lacks a function that it holds."""
    found = {library: _lambda(graph, library) for library in _LIBRARIES}
    return Frameworks(found["pytorch"], found["keras"], found["jax"])


def _lambda(graph: Graph, library: str) -> str | None:
    texts: dict[Value, str] = {X: "x"}
    for place, step in enumerate(graph.steps, start=1):
        text = _written(step, [_operand(one, texts) for one in step.arguments], library)
        if text is None or len(text) > MOST_CHARACTERS:
            return None
        texts[Value(place)] = text
    return f"lambda x: {_operand(graph.result, texts)}"


def _operand(reference: Reference, texts: Mapping[Value, str]) -> str:
    return texts[reference] if isinstance(reference, Value) else repr(reference)


def _written(step: Step, operands: list[str], library: str) -> str | None:
    operation, prefix = step.operation, _PREFIX[library]
    if operation in _INFIX:
        return f"({operands[0]} {_INFIX[operation]} {operands[1]})"
    if operation == "negate":
        return f"(-{operands[0]})"
    if operation.startswith("where"):
        left, right, yes, no = operands
        return f"{prefix}.where({left} {operation.removeprefix('where')} {right}, {yes}, {no})"
    if operation in ("max", "min"):
        return _extreme(operation, operands, library)
    if operation in _SAME:
        place = "jax.scipy.special" if (library, operation) == ("jax", "erf") else prefix
        return f"{place}.{operation}({operands[0]})"
    return _of_catalogue(operation, operands[0], library)


def _extreme(operation: str, operands: list[str], library: str) -> str:
    """torch.maximum takes no plain numbers, so clamp does it."""
    numbers = [one for one in operands if _is_number(one)]
    if library == "pytorch" and numbers:
        tensor = next(one for one in operands if not _is_number(one))
        return f"torch.clamp({tensor}, {_BOUND[operation]}={numbers[0]})"
    return f"{_PREFIX[library]}.{operation}imum({', '.join(operands)})"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _of_catalogue(name: str, operand: str, library: str) -> str | None:
    expression = getattr(catalogue()[name].frameworks, library)
    if expression is None or catalogue()[name].parameters:
        return None
    if library == "keras":
        return f"keras.activations.get({expression})({operand})"
    return f"({expression})({operand})"
