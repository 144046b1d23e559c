"""A curve drawn with characters: braille dots where the terminal knows them, stars elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BLANK = 0x2800
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bits of the dots of a braille cell (Unicode block "Braille Patterns"), by column and row."""

_LABEL = 7


@dataclass(frozen=True, slots=True)
class _Grid:
    """Fine places per character, and the range of the values."""

    across: int
    down: int
    columns: int
    rows: int
    x_low: float
    x_high: float
    low: float
    high: float

    def column(self, x: float) -> int:
        last = self.columns * self.across - 1
        return round((x - self.x_low) / (self.x_high - self.x_low) * last)

    def row(self, y: float) -> int:
        last = self.rows * self.down - 1
        return round((self.high - y) / (self.high - self.low) * last)


def plot(
    title: str, xs: Sequence[float], ys: Sequence[float], columns: int = 40, rows: int = 10, *, unicode: bool = True
) -> list[str]:
    """The curve through the points (xs, ys), xs rising, as lines of equal length: title, drawing, range of xs.

    `columns` and `rows`: size of the drawing in characters, at least 12 and 2; labels take 8 columns more. Axes stand
    where zero is. Steep parts are joined by vertical strokes.
    """
    low, high = min(*ys, 0.0), max(*ys, 0.0)
    high = high if high > low else low + 1.0
    across, down = (2, 4) if unicode else (1, 1)
    grid = _Grid(across, down, columns, rows, xs[0], xs[-1], low, high)
    drawn = set(_places(grid, xs, ys))
    lines = [_line(grid, drawn, row, unicode) for row in range(rows)]
    labels = {0: f"{high:.3g}", rows - 1: f"{low:.3g}"}
    body = [f"{labels.get(row, ''):>{_LABEL}} {line}" for row, line in enumerate(lines)]
    ends = f"{xs[0]:g}{xs[-1]:>{columns - len(f'{xs[0]:g}')}g}"
    return [f"{'':{_LABEL}} {title[:columns]:<{columns}}", *body, f"{'':{_LABEL}} {ends}"]


def side_by_side(left: list[str], right: list[str]) -> list[str]:
    """Two drawings of one height in one row."""
    return [f"{one}  {other}" for one, other in zip(left, right, strict=True)]


def _places(grid: _Grid, xs: Sequence[float], ys: Sequence[float]) -> Iterator[tuple[int, int]]:
    """(column, row) of every fine place on the curve."""
    before: int | None = None
    for column in range(grid.columns * grid.across):
        x = grid.x_low + (grid.x_high - grid.x_low) * column / (grid.columns * grid.across - 1)
        row = grid.row(_between(xs, ys, x))
        nearest = row if before is None else before + (1 if row > before else -1 if row < before else 0)
        yield from ((column, place) for place in range(min(row, nearest), max(row, nearest) + 1))
        before = row


def _between(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """The height at x, straight between the points."""
    right = next((place for place, known in enumerate(xs) if known >= x), len(xs) - 1)
    left = max(0, right - 1)
    width = xs[right] - xs[left]
    return ys[left] + (ys[right] - ys[left]) * ((x - xs[left]) / width) if width else ys[right]


def _line(grid: _Grid, drawn: set[tuple[int, int]], row: int, unicode: bool) -> str:
    level = grid.row(0.0) // grid.down
    upright = grid.column(0.0) // grid.across if grid.x_low <= 0 <= grid.x_high else -1
    across, up, cross = ("─", "│", "┼") if unicode else ("-", "|", "+")
    letters = []
    for column in range(grid.columns):
        bits = sum(
            _DOTS[x][y] if unicode else 1
            for x in range(grid.across)
            for y in range(grid.down)
            if (column * grid.across + x, row * grid.down + y) in drawn
        )
        if bits:
            letters.append(chr(_BLANK + bits) if unicode else "*")
        else:
            axes = {(True, True): cross, (True, False): across, (False, True): up}
            letters.append(axes.get((row == level, column == upright), " "))
    return "".join(letters)
