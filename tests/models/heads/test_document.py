"""The page about heads says what the catalogue says, and all 35 kinds of target are carried."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from models.heads import HEADS
from models.heads.catalogue.carries import CARRIES, KINDS
from models.heads.document import document

PAGE = Path(__file__).parents[3] / "docs" / "heads.md"


def test_the_page_is_the_one_made_from_the_catalogue() -> None:
    assert PAGE.read_text() == document(), "make it anew: python -m models.heads.document > docs/heads.md"


def test_all_kinds_of_target_are_carried_by_heads_that_exist() -> None:
    assert list(CARRIES) == list(KINDS) == [f"O{number:02}" for number in range(1, 36)]
    assert all(heads and set(heads) <= set(HEADS) for heads in CARRIES.values())


def test_no_head_is_without_a_kind_of_target() -> None:
    carried = {head for heads in CARRIES.values() for head in heads}
    assert set(HEADS) == carried


@pytest.mark.parametrize("head_id", HEADS)
def test_every_head_has_its_whole_bundle_on_the_page(head_id: str) -> None:
    section = PAGE.read_text().split(f"### {head_id}\n")[1].split("\n### ")[0]
    head = HEADS[head_id]
    for text in (head.loss, head.target_transform, head.bias_initialization, head.at_inference, *head.cautions):
        assert text in section
    assert "lines to paste: " in section
    assert "- limit: " in section


COMPUTED = {
    r"softplus\^-1\(1\) = ([\d.]+)": math.log(math.expm1(1)),
    r"p = 0\.01 gives (-[\d.]+)": math.log(0.01 / 0.99),
    r"-ln\(\(1 - 0\.01\) / 0\.01\) = (-[\d.]+)": -math.log(0.99 / 0.01),
    r"which is ([\d.]+) for K = 10": math.log(math.e + 9) - 1,
    r"ln\(1000 / 16\) = ([\d.]+)": math.log(1000 / 16),
    r"right value is (-[\d.]+)": 2 * (math.log(2) - 10 - math.log1p(math.exp(-20))),
    r"best top probability is ([\d.]+)": 0.9 + 0.1 / 10,
    r"divided by 0\.07 reach ([\d.]+)": 1 / 0.07,
    r"slope is below ([\d.]+) beyond \|z\| = 3": 1 - math.tanh(3) ** 2,
    r"below ([\d.]+) beyond \|z\| = 5": math.exp(-5) / (1 + math.exp(-5)) ** 2,
    r"here ([\d.e-]+) to 2981": math.exp(-8),
}
"""What stands in the catalogue's words, and what it must be to the digits shown (bounds are rounded up)."""


@pytest.mark.parametrize("pattern", COMPUTED)
def test_numbers_in_the_catalogues_words_are_computed_ones(pattern: str) -> None:
    shown = re.findall(pattern, PAGE.read_text())
    assert shown
    for text in shown:
        digits = text.lstrip("-").replace(".", "").lstrip("0")
        step = abs(float(text)) / int(re.sub("e.*", "", digits))
        assert float(text) == pytest.approx(COMPUTED[pattern], abs=step)
