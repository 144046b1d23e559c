"""The gradient through untrained layers: drawn from first to last, told in a sentence, and listed."""

from __future__ import annotations

from math import inf, nan

import pytest

from actwise.contract.answer import Initialization
from service.http.reference import Reference
from service.http.views import PassportLayer, PassportRequest, SignalPassport, Spread
from service.pages.signals import signal_view

ONE = Spread(mean=1.0, low=0.5, high=2.0)


def spread(value: float) -> Spread:
    return Spread(mean=value, low=value - 0.1, high=value + 0.1)


def passport(*gradients: float, normalization: str = "none", residual: bool = False) -> SignalPassport:
    return SignalPassport(
        depth=len(gradients),
        width=128,
        normalization=normalization,
        residual=residual,
        initialization=Initialization(scheme="he_normal", gain=1.4),
        seeds=3,
        gradient_decades=spread(gradients[0]),
        layers=tuple(
            PassportLayer(layer=place, gradient=spread(one), variance=ONE, dead_share=ONE, saturated_share=ONE)
            for place, one in enumerate(gradients, start=1)
        ),
    )


@pytest.mark.parametrize(
    ("decades", "words"),
    [
        (0.0, "about as large"),
        (-0.5, "about as large"),
        (0.75, "grows about 6-fold"),
        (-2.6, "shrinks about 400-fold"),
        (3.0, "grows about 1,000-fold"),
        (-11.6, "shrinks by 12 powers of ten"),
        (-inf, "no gradient arrives"),
        (nan, "no gradient arrives"),
    ],
)
def test_the_way_of_the_gradient_is_told_in_a_sentence(decades: float, words: str) -> None:
    assert words in signal_view(passport(decades, 0.0)).sentence


def test_a_level_gradient_is_drawn_level_and_in_the_middle() -> None:
    view = signal_view(passport(0.0, 0.0, 0.0))
    assert view.mean == f"M0 {view.height / 2:g}L{view.width:g} {view.height / 2:g}"
    assert view.zero == view.height / 2


def test_layers_run_from_left_to_right_and_growth_upwards() -> None:
    view = signal_view(passport(2.0, 1.0, 0.0))
    start, end = (tuple(map(float, one.split())) for one in view.mean.removeprefix("M").split("L"))
    assert (start[0], end[0]) == (0.0, view.width)
    assert start[1] < end[1]


def test_what_vanishes_is_left_out_of_the_line() -> None:
    view = signal_view(passport(-inf, -1.0, 0.0))
    assert view.mean.startswith(f"M{view.width / 2:g} ")
    assert "inf" not in view.mean
    assert view.rows[0][1].startswith("−inf")


def test_every_layer_is_a_row() -> None:
    rows = signal_view(passport(1.0, 0.5, 0.0)).rows
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[0][1:] == ("1 (0.9 to 1.1)", "1 (0.5 to 2)", "1 (0.5 to 2)")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "2 dense layers of 128 units, without normalisation, started with he normal; 3 draws"),
        ({"normalization": "batch", "residual": True}, "batch normalised, residual paths, started"),
    ],
)
def test_the_network_is_told(changes: dict[str, object], words: str) -> None:
    assert words in signal_view(passport(0.0, 0.0, **changes)).network  # type: ignore[arg-type]


@pytest.mark.parametrize("depth", [2, 7, 64])
def test_marks_are_whole_layers_inside_of_the_drawing(reference: Reference, depth: int) -> None:
    found = reference.passport("gelu", PassportRequest(depth, 16, "none", False))
    assert found is not None
    view = signal_view(found)
    assert len(view.rows) == depth
    assert view.across
    assert all(0 <= tick.place <= view.width and "." not in tick.words for tick in view.across)
    assert all(0 <= tick.place <= view.height for tick in view.down)
    assert "0" in [tick.words for tick in view.down]
