"""The rows of the table that Keras prints as model.summary(): the box of Keras 3, or underlined columns before it."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEADER = re.compile(r"Layer \(type\)")
_RULE = re.compile(r"(?:[^\w()]|_)*")
_BORDER = re.compile(r"[│┃|]")
_NESTED = re.compile(r"^\s*[|¦│└>]+\s*")
_SHAPE_AND_PARAMS = re.compile(r"\s(\[?\((?:None|\d)[^()]*\)(?:, ?\([^()]*\))*\]?|\?|multiple)\s+([\d,]{1,30})(?!\S)")
_FOOTER = re.compile(r"\s*(Model:|Total params|Trainable params|Non-trainable params|Optimizer params)")
_LONGEST = 500


@dataclass
class Row:
    """One layer: "name (Type)" as printed, its output shape and its number of parameters as texts."""

    layer: str
    shape: str
    params: str
    nested: bool = False

    @property
    def open(self) -> bool:
        """Whether the type goes on in the next line."""
        return self.layer.count("(") > self.layer.count(")")


@dataclass
class Table:
    """What was read: rows, lines not understood, and whether the table ends with its totals."""

    rows: list[Row]
    unread: list[str]
    complete: bool


def read_table(text: str) -> Table:
    """The rows of the first summary in a text; what stands before its header is unread."""
    lines = text.splitlines()
    start = next(place for place, line in enumerate(lines) if HEADER.search(line))
    boxed = bool(_BORDER.search(lines[start]))
    unread = [line for line in lines[:start] if not _is_frame(line)]
    body = lines[start + 1 :]
    rows = _boxed(body, unread) if boxed else _plain(body, unread)
    return Table(rows, unread, any(_FOOTER.match(line) for line in body))


def _is_frame(line: str) -> bool:
    return _RULE.fullmatch(line) is not None or _FOOTER.match(line) is not None


def _boxed(lines: list[str], unread: list[str]) -> list[Row]:
    """A row may go over several lines; rules stand between rows."""
    rows: list[Row] = []
    cells: list[str] = []
    for line in (*lines, ""):
        parts = [part.strip() for part in _BORDER.split(line)[1:-1]]
        if len(parts) >= 3 and any(parts):
            cells = [f"{old} {new}".strip() for old, new in zip(cells or [""] * len(parts), parts, strict=False)]
        elif cells:
            rows.append(_row(cells[0], cells[1], cells[2]))
            cells = []
        if len(parts) < 3 and not _is_frame(line):
            unread.append(line)
    return rows


def _plain(lines: list[str], unread: list[str]) -> list[Row]:
    """One line for each row; a long type goes on in the first column of the next."""
    rows: list[Row] = []
    for line in lines:
        match = _SHAPE_AND_PARAMS.search(line) if len(line) <= _LONGEST else None
        if match and line[: match.start()].strip():
            rows.append(_row(line[: match.start()].strip(), match[1], match[2]))
        elif rows and rows[-1].open and re.match(r"\s*\w[\w ]*\)", line[:_LONGEST]):
            rows[-1].layer += line.strip().split("  ")[0]
        elif not _is_frame(line) and "[0]" not in line:
            unread.append(line)
    return rows


def _row(layer: str, shape: str, params: str) -> Row:
    plain = _NESTED.sub("", layer)
    return Row(plain, shape, params, nested=plain != layer.strip())
