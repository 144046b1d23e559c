"""Learning curves with bands as an SVG picture, without a plotting library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 56, 120, 34, 40
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Told apart by people who do not see all colours [Okabe and Ito 2008]."""


@dataclass(frozen=True)
class Band:
    """One curve: at each of `steps` its middle, and the low and high end of its band."""

    name: str
    steps: tuple[int, ...]
    middle: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def picture(title: str, metric: str, bands: Sequence[Band]) -> str:
    """The picture as SVG text; all bands share their steps' range, and there are at most six."""
    scale = _Scale.of(bands)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="#444">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="13" fill="#222">{escape(title)}</text>',
        *_axes(scale, metric),
        *(line for band, colour in zip(bands, COLOURS, strict=False) for line in _band(band, colour, scale)),
        *_legend(bands),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


@dataclass(frozen=True)
class _Scale:
    """From steps and scores to places in the picture."""

    last: int
    low: float
    high: float

    @classmethod
    def of(cls, bands: Sequence[Band]) -> _Scale:
        low, high = min(min(band.low) for band in bands), max(max(band.high) for band in bands)
        room = 0.05 * max(high - low, 1e-9)
        return cls(max(band.steps[-1] for band in bands), low - room, high + room)

    def x(self, step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * step / self.last

    def y(self, score: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - score) / (self.high - self.low)

    def place(self, step: float, score: float) -> str:
        return f"{self.x(step):.1f},{self.y(score):.1f}"


def _axes(scale: _Scale, metric: str) -> Iterator[str]:
    for score in _ticks(scale.low, scale.high):
        y = scale.y(score)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e4e4e4"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{score:g}</text>'
    for step in _ticks(0, scale.last):
        yield f'<text x="{scale.x(step):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{step:g}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle:.0f}" y="{HEIGHT - 8}" text-anchor="middle">steps; height: {escape(metric)}</text>'


def _ticks(low: float, high: float) -> list[float]:
    """Three to seven round numbers within a range."""
    tenth = 10.0 ** floor(log10((high - low) / 3))
    step = next(size * tenth for size in (5, 2, 1) if (high - low) / (size * tenth) >= 3)
    return [round(step * place, 10) for place in range(ceil(low / step), floor(high / step) + 1)]


def _band(band: Band, colour: str, scale: _Scale) -> Iterator[str]:
    upper = [scale.place(step, score) for step, score in zip(band.steps, band.high, strict=True)]
    lower = [scale.place(step, score) for step, score in zip(band.steps, band.low, strict=True)]
    yield f'<polygon points="{" ".join([*upper, *reversed(lower)])}" fill="{colour}" opacity="0.15"/>'
    line = " ".join(scale.place(step, score) for step, score in zip(band.steps, band.middle, strict=True))
    yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _legend(bands: Sequence[Band]) -> Iterator[str]:
    for place, (band, colour) in enumerate(zip(bands, COLOURS, strict=False)):
        x, y = WIDTH - RIGHT + 10, TOP + 14 + 18 * place
        yield f'<line x1="{x}" x2="{x + 18}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="3"/>'
        yield f'<text x="{x + 24}" y="{y + 4}">{escape(band.name)}</text>'
