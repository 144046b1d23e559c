"""The page of checks is the one that the code would write."""

from __future__ import annotations

from service.doctor.checks import CHECKS
from service.doctor.reference import PAGE, page


def test_the_page_of_checks_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_names_every_check_once() -> None:
    assert all(page().count(f"| `{check.id}` |") == 1 for check in CHECKS)
