"""Reading a formula: precedence climbing over tokens into a graph. Nothing is ever executed.

    sum      = product { (+ | -) product }
    product  = factor { (* | /) factor }
    factor   = (+ | -) factor | atom [ ** factor ]
    atom     = number | x | constant | function ( argument, ... ) | ( sum )

`where` takes a comparison (sum < sum, and so on) as its first argument. After a fault reading goes on wherever it can,
so that one refusal tells all of them.
"""

from __future__ import annotations

from actwise.contract.names import canonical_name, nearest_name
from models.formulas.faults import FormulaFault, FormulaRefused
from models.formulas.graph import CONSTANTS, Graph, GraphBuilder, Reference, X
from models.formulas.operations import FUNCTIONS, OPERATIONS, evaluate_numbers
from models.formulas.tokens import Token, tokens

DEEPEST = 24
"""Brackets, calls, signs and powers inside each other."""

NAMES = ("x", *CONSTANTS)
ALIASES = {
    "maximum": "max",
    "minimum": "min",
    "ln": "log",
    "atan": "arctan",
    "asinh": "arcsinh",
    "pow": "power",
    "logistic": "sigmoid",
    "clamp": "clip",
    "absolute": "abs",
    "fabs": "abs",
}
_COMPARISONS = ("<", "<=", ">", ">=")
_COUNTS = {"clip": 3, "where": 3}
_BINARY = {"+": ("add", 1), "-": ("subtract", 1), "*": ("multiply", 2), "/": ("divide", 2)}


class _Ended(Exception):
    """The rest cannot be read; the fault is noted."""


def read_graph(text: str) -> Graph:
    """The graph of a formula. Raises FormulaRefused with every fault found in the text."""
    reader = _Reader(text)
    result = reader.read()
    if reader.faults:
        order = sorted(reader.faults, key=lambda fault: -1 if fault.position is None else fault.position)
        raise FormulaRefused(text, tuple(dict.fromkeys(order)))
    return reader.builder.finish(result)


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self._tokens, self._faults = tokens(text)
        self._place = self._depth = 0
        self.builder = GraphBuilder(evaluate_numbers)

    @property
    def faults(self) -> list[FormulaFault]:
        return [*self._faults, *self.builder.faults]

    def read(self) -> Reference:
        if len(self._tokens) == 1:
            if not self._faults:
                self._fault("empty", "the formula is empty; write one such as x * sigmoid(x)", self._token)
            return X
        try:
            result = self._sum()
            if self._token.kind != "end":
                self._unexpected("an operator such as + or *")
        except _Ended:
            self._scan_rest()
            return X
        return result

    @property
    def _token(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._token
        self._place += token.kind != "end"
        return token

    def _taken(self, *operators: str) -> Token | None:
        token = self._token
        return self._next() if token.kind == "operator" and token.text in operators else None

    def _sum(self, lowest: int = 1) -> Reference:
        left = self._factor()
        while (token := self._token).kind == "operator" and token.text in _BINARY:
            operation, strength = _BINARY[token.text]
            if strength < lowest:
                break
            self._next()
            left = self.builder.step(operation, (left, self._sum(strength + 1)), token.position)
        return left

    def _factor(self) -> Reference:
        self._deeper()
        try:
            if sign := self._taken("+", "-"):
                inner = self._factor()
                return self.builder.step("negate", (inner,), sign.position) if sign.text == "-" else inner
            base = self._atom()
            if power := self._taken("**"):
                return self.builder.step("power", (base, self._factor()), power.position)
            return base
        finally:
            self._depth -= 1

    def _atom(self) -> Reference:
        token = self._next()
        if token.kind == "number":
            return float(token.text)
        if token.kind == "name":
            return self._call(token) if self._taken("(") else self._name(token)
        if token.kind == "operator" and token.text == "(":
            inner = self._sum()
            self._close("(", token)
            return inner
        self._place -= token.kind != "end"
        self._unexpected("x, a number, a function or an opening bracket")
        raise _Ended

    def _name(self, token: Token) -> Reference:
        if token.text == "x":
            return X
        if token.text in CONSTANTS:
            return CONSTANTS[token.text]
        self._fault(*self._unknown_name(token.text), token, (*NAMES, *FUNCTIONS), _near(token.text))
        return X

    def _unknown_name(self, name: str) -> tuple[str, str]:
        function = _function(name)
        if function:
            return "unknown_name", f"{name} is a function: write {name}(x)"
        near = _near(name)
        return "unknown_name", f"{name[:30]!r} is not known{f': did you mean {near}?' if near else '; the input is x'}"

    def _call(self, token: Token) -> Reference:
        function = _function(token.text)
        if function is None:
            self._unknown_function(token)
        arguments, comparison = self._arguments(token)
        if function is None:
            return X
        wanted = _COUNTS.get(function) or OPERATIONS[function].arguments
        if len(arguments) != wanted:
            message = f"{function} takes {wanted} argument{'s' if wanted > 1 else ''}, not {len(arguments)}"
            self._fault("wrong_arguments", message, token)
            return X
        return (
            self._where(token, arguments, comparison)
            if function == "where"
            else self._apply(token, function, arguments)
        )

    def _apply(self, token: Token, function: str, arguments: list[tuple[Reference, ...]]) -> Reference:
        if any(len(one) == 2 for one in arguments):
            self._fault("comparison", "comparisons stand only first in where(condition, then, else)", token)
            return X
        return self.builder.step(function, tuple(one[0] for one in arguments), token.position)

    def _where(self, token: Token, arguments: list[tuple[Reference, ...]], comparisons: list[str]) -> Reference:
        sizes = [len(one) for one in arguments]
        if sizes != [2, 1, 1]:
            self._fault("comparison", "where takes a comparison, then two values: where(x > 0, x, 0)", token)
            return X
        flat = tuple(part for one in arguments for part in one)
        return self.builder.step(f"where{comparisons[0]}", flat, token.position)

    def _arguments(self, opened: Token) -> tuple[list[tuple[Reference, ...]], list[str]]:
        """Each argument as one value, or as the two sides of a comparison; and the comparisons' signs."""
        found: list[tuple[Reference, ...]] = []
        signs: list[str] = []
        if self._taken(")"):
            return found, signs
        while True:
            left = self._sum()
            if compared := self._taken(*_COMPARISONS):
                signs.append(compared.text)
                found.append((left, self._sum()))
            else:
                found.append((left,))
            if not self._taken(","):
                break
        self._close(f"{opened.text}(", opened)
        return found, signs

    def _close(self, what: str, opened: Token) -> None:
        if self._taken(")"):
            return
        if self._token.kind == "end":
            self._fault("unclosed", f"the bracket of {what} is never closed: add )", opened)
        else:
            self._unexpected("an operator or a closing bracket")
        raise _Ended

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            message = f"more than {DEEPEST} brackets, calls, signs and powers inside each other"
            self._fault("too_deep", message, self._token)
            raise _Ended

    def _unexpected(self, wanted: str) -> None:
        token = self._token
        if token.kind == "end":
            self._fault("ends_early", f"the formula ends where {wanted} should follow", token)
        elif any(fault.code == "unexpected_character" for fault in self._faults):
            return
        elif token.kind in ("name", "number") or token.text == "(":
            self._fault("missing_operator", f"{token.text[:30]!r} follows without an operator: write * between", token)
        elif token.text in _COMPARISONS:
            self._fault("comparison", "comparisons stand only first in where(condition, then, else)", token)
        else:
            self._fault("unexpected", f"{token.text!r} stands where {wanted} should", token)

    def _unknown_function(self, token: Token) -> None:
        canonical = canonical_name(token.text)
        near = None if canonical else _near(token.text, functions=True)
        if canonical is not None:
            message = f"{canonical} is not a function of one number, so a formula cannot hold it"
        else:
            message = f"there is no function {token.text[:30]!r}" + (f": did you mean {near}?" if near else "")
        self._fault("unknown_function", message, token, FUNCTIONS, near)

    def _scan_rest(self) -> None:
        """Names after the place where reading ended are still looked at."""
        while (token := self._next()).kind != "end":
            called = self._token.kind == "operator" and self._token.text == "("
            if token.kind == "name" and called and _function(token.text) is None:
                self._unknown_function(token)
            elif token.kind == "name" and not called:
                self._name(token)

    def _fault(
        self, code: str, message: str, token: Token, allowed: tuple[str, ...] | None = None, near: str | None = None
    ) -> None:
        self._faults.append(FormulaFault(code, message, token.position, token.text[:30] or None, allowed, near))


def _function(name: str) -> str | None:
    """What a formula means by a function's name; None when there is no such function."""
    word = name.lower()
    known = ALIASES.get(word, word)
    if known in FUNCTIONS:
        return known
    canonical = canonical_name(name)
    return canonical if canonical in FUNCTIONS else None


def _near(name: str, functions: bool = False) -> str | None:
    return nearest_name(name, (*FUNCTIONS, *ALIASES) if functions else (*NAMES, *FUNCTIONS))
