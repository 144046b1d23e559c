"""A formula's text cut into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from models.formulas.faults import FormulaFault

MOST_CHARACTERS = 300
LARGEST_NUMBER = 1e30
"""Numbers above this leave no room for products in float32."""

Kind = Literal["number", "name", "operator", "end"]

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<operator>\*\*|<=|>=|[-+*/(),<>])"
    r"|(?P<space>[ \t\r\n]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_KINDS: dict[str, Kind] = {"number": "number", "name": "name", "operator": "operator"}
"""What becomes a token, by the name of its group."""
_OPERATORS = ("+", "-", "*", "/", "**", "(", ")", ",", "<", "<=", ">", ">=")
_MEANT = {
    "^": "**",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{SUPERSCRIPT TWO}": "**2",
    "\N{GREEK SMALL LETTER PI}": "pi",
    "|": "abs()",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
    ";": ",",
    "=": ">=",
}


@dataclass(frozen=True)
class Token:
    """A piece of text and where it begins."""

    kind: Kind
    text: str
    position: int


def tokens(text: str) -> tuple[list[Token], list[FormulaFault]]:
    """All tokens of a formula, an end token last, and a fault for every character that has no place in one."""
    found: list[Token] = []
    faults: list[FormulaFault] = []
    if len(text) > MOST_CHARACTERS:
        message = f"a formula has at most {MOST_CHARACTERS} characters, this one {len(text)}"
        return [Token("end", "", 0)], [FormulaFault("too_long", message)]
    for match in _TOKEN.finditer(text):
        kind, piece, position = str(match.lastgroup), match.group(), match.start()
        if kind == "other":
            faults.append(_stranger(piece, position))
            if _MEANT.get(piece) in _OPERATORS:
                found.append(Token("operator", _MEANT[piece], position))
        elif kind == "number" and float(piece) > LARGEST_NUMBER:
            message = f"{piece[:30]} is too large: numbers go up to {LARGEST_NUMBER:g}"
            faults.append(FormulaFault("too_large", message, position, piece[:30]))
        elif kind in _KINDS:
            found.append(Token(_KINDS[kind], piece, position))
    return [*found, Token("end", "", len(text))], faults


def _stranger(character: str, position: int) -> FormulaFault:
    near = _MEANT.get(character)
    hint = f": write {near}" if near else f"; allowed are names, numbers and {' '.join(_OPERATORS)}"
    if character == ".":
        hint = ": functions are written without the library's name, as in tanh(x)"
    message = f"{character!r} has no place in a formula{hint}"
    return FormulaFault("unexpected_character", message, position, character, _OPERATORS, near)
