"""Pictures of curves."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks.curves.drawing import Band, picture

ONE = Band("relu <1>", (10, 20, 30), (0.2, 0.5, 0.6), (0.1, 0.4, 0.5), (0.3, 0.6, 0.7))
FLAT = Band("flat", (30,), (0.5,), (0.5,), (0.5,))


def elements(bands: list[Band], kind: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(picture("a < b", "accuracy", bands))
    return root.findall(f"{{http://www.w3.org/2000/svg}}{kind}")


def test_every_band_has_its_area_its_line_and_its_name() -> None:
    assert len(elements([ONE, FLAT], "polygon")) == len(elements([ONE, FLAT], "polyline")) == 2
    assert {"relu <1>", "flat"} <= {text.text for text in elements([ONE, FLAT], "text")}


def test_higher_scores_stand_higher_and_later_steps_further_right() -> None:
    (line,) = elements([ONE], "polyline")
    places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
    assert places == sorted(places)
    assert [y for _, y in places] == sorted((y for _, y in places), reverse=True)


def test_one_flat_point_can_be_drawn() -> None:
    assert elements([FLAT], "polyline")


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e5])
def test_the_axes_carry_a_handful_of_round_numbers(scale: float) -> None:
    band = Band("b", (10, 900), (0.0, scale), (0.0, scale), (0.0, scale))
    numbers = [text.text or "" for text in elements([band], "text") if (text.text or "").replace(".", "").isdigit()]
    assert 5 <= len(numbers) <= 16
    assert all(len(number.strip("0.")) <= 2 for number in numbers)
