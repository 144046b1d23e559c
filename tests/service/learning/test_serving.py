"""Which model speaks: the installation's own, else the shipped one, and never one that nobody can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.prior.prior import FILE, shipped
from service.learning.serving import learned_of, own_file
from service.settings import SettingsError


def test_without_a_file_of_its_own_the_shipped_model_speaks(tmp_path: Path) -> None:
    assert learned_of(tmp_path / "nowhere") is shipped()


def test_an_own_file_speaks_instead(tmp_path: Path) -> None:
    own_file(tmp_path).write_text(FILE.read_text().replace('"general": ', '"general": 1'))
    assert learned_of(tmp_path).version != shipped().version


def test_a_file_that_cannot_be_used_is_told_with_what_to_do(tmp_path: Path) -> None:
    own_file(tmp_path).write_text("{}")
    with pytest.raises(SettingsError, match="actwise learn --forget"):
        learned_of(tmp_path)
