"""A race of one's own trainer, watched in a real browser until it is decided."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from actwise.client import Client
from actwise.contract.race import RaceTask
from tests.browser.test_page import Opened, violations
from tests.service.races.simulated import DESCRIPTION, accuracy

pytestmark = pytest.mark.slow


def train(task: RaceTask, _report: object) -> float:
    return accuracy(task)


def test_a_race_is_watched_until_it_is_decided(opened: Opened, service: str) -> None:
    races = Client(service)
    state = races.races.create(
        description=DESCRIPTION,
        candidates=["relu", "gelu", "tanh"],
        budget={"length": 18, "runs": 30},
        metric="accuracy",
        direction="maximize",
    )
    page = opened("/races")
    page.get_by_role("link", name="accuracy: ").first.click()
    expect(page.get_by_text("Nobody is training")).to_be_visible()
    ended = races.race(train, race=state.id)
    expect(page.locator("#standing-title")).to_have_text(ended.summary[0])
    expect(page.locator(".rungs tbody tr")).to_have_count(3)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    assert violations(page) == []
    narrow = opened(f"/races/{state.id}", 360, color_scheme="dark")
    assert violations(narrow) == []
    assert narrow.evaluate("document.documentElement.scrollWidth <= innerWidth")
