"""The tree of modules in what PyTorch prints for a model.

A module is `(name): Type(arguments)`; one with children opens a bracket at the end of its line and closes it on a line
of its own. `(0-5): 6 x Type(...)` stands for six alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from service.doctor.reading.text import refusal

DEEPEST = 100
_LONGEST_ARGUMENTS = 2_000
_CHILD = re.compile(r"\(([^()\n]{1,200})\): ?(.*)")
_MODULE = re.compile(r"(?:(\d{1,9}) x )?([A-Za-z_]\w*)\((.*)")


@dataclass
class Module:
    """One printed module; `count` alike stand under names from `name` on."""

    name: str
    type: str
    arguments: str = ""
    count: int = 1
    children: list[Module] = field(default_factory=list)

    @property
    def names(self) -> Iterable[str]:
        """The names of all that this entry stands for."""
        first, _, last = self.name.partition("-")
        if self.count > 1 and first.isdecimal() and last.isdecimal():
            return (str(int(first) + step) for step in range(self.count))
        return (f"{self.name}.{step}" if step else self.name for step in range(self.count))


@dataclass
class Print:
    """What was read: the outermost modules, lines that fit nowhere, and how many brackets were left open."""

    modules: list[Module]
    unread: list[str]
    unclosed: int


def read_print(text: str) -> Print:
    """The modules in a text. Raises ContractError when more than 100 stand inside each other."""
    top = Module("", "")
    open_modules = [top]
    unread: list[str] = []
    for line in text.splitlines():
        _take(line.strip(), open_modules, unread)
        if len(open_modules) > DEEPEST + 1:
            raise refusal(f"more than {DEEPEST} modules stand inside each other", "too_deep")
    return Print(top.children, unread, len(open_modules) - 1)


def _take(line: str, open_modules: list[Module], unread: list[str]) -> None:
    if set(line) == {")"}:
        unread.extend(_close(open_modules, len(line)))
        return
    module = _module(line)
    parent = open_modules[-1]
    if module is not None:
        parent.children.append(module)
        left_open = line.count("(") - line.count(")")
        open_modules.extend([module] * min(left_open, DEEPEST))
        _close(open_modules, -left_open)
    elif len(open_modules) > 1 and not parent.children and len(parent.arguments) < _LONGEST_ARGUMENTS:
        parent.arguments += line
    else:
        unread.append(line)


def _close(open_modules: list[Module], brackets: int) -> Iterable[str]:
    """Close so many modules; the brackets that close nothing come back."""
    closed = max(0, min(brackets, len(open_modules) - 1))
    del open_modules[len(open_modules) - closed :]
    return [")"] * (brackets - closed)


def _module(line: str) -> Module | None:
    """The module that a line begins."""
    child = _CHILD.fullmatch(line)
    match = _MODULE.fullmatch(child[2] if child else line)
    if match is None or (line.count("(") <= line.count(")") and not line.endswith(")")):
        return None
    return Module(
        name=child[1] if child else "",
        type=match[2][:100],
        arguments=match[3].removesuffix(")"),
        count=max(1, int(match[1] or 1)),
    )
