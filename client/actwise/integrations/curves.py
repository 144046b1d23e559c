"""The curves of a race as an SVG picture, for where no plotting library is installed."""

from __future__ import annotations

from html import escape
from math import isfinite

from actwise.contract.answer import MemberCurve, Race

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _EDGE = 640, 360, 64, 160, 32
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999")
"""Colours that people with any colour vision tell apart (Okabe and Ito 2008), and grey."""


def svg_of(race: Race) -> str:
    """Validation scores over steps, one line for each candidate; scores that are not finite are left out."""
    points = [point for curve in race.curves for point in _points(curve)]
    low, high = min((y for _, y in points), default=0.0), max((y for _, y in points), default=1.0)
    last = max((x for x, _ in points), default=1) or 1
    lines = [
        _line(place, curve, last, low, (high - low) or 1.0) for place, curve in enumerate(race.curves) if _points(curve)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        'font-size="12">'
        f"<title>{escape(race.metric)} in the race of {escape(race.subject)}</title>"
        f'<text x="{_LEFT}" y="18">{escape(race.metric)}, race of {escape(race.subject)}</text>'
        f'<text x="4" y="{_EDGE + 4}">{high:.4g}</text><text x="4" y="{_HEIGHT - _EDGE}">{low:.4g}</text>'
        f'<text x="{_WIDTH - _RIGHT - 64}" y="{_HEIGHT - 8}">{last} steps</text>{"".join(lines)}</svg>'
    )


def _points(curve: MemberCurve) -> list[tuple[int, float]]:
    return [(x, y) for x, y in zip(curve.steps, curve.score, strict=True) if isfinite(y)]


def _line(place: int, curve: MemberCurve, last: int, low: float, span: float) -> str:
    colour = _COLOURS[place % len(_COLOURS)]
    across, down = _WIDTH - _LEFT - _RIGHT, _HEIGHT - 2 * _EDGE
    drawn = " ".join(
        f"{_LEFT + across * x / last:.1f},{_EDGE + down * (1 - (y - low) / span):.1f}" for x, y in _points(curve)
    )
    label = (
        f'<text x="{_WIDTH - _RIGHT + 8}" y="{_EDGE + 16 * place + 8}" fill="{colour}">{escape(curve.candidate)}</text>'
    )
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>{label}'
