"""Atlas, rules, sources, history and comparison in a real browser: no error, no violation, no sideways scrolling."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

FOUR = {"task": "classification", "layer_type": "conv", "depth": 8, "compute_budget": "low"}
ASKED = "task%3Dclassification%26layer_type%3Dconv%26compute_budget%3Dlow%26depth%3D"
PAGES = [
    "/activations",
    "/activations?q=nothing-like-this",
    "/activations/snake",
    "/activations/snake/signals?depth=4",
    "/docs",
    "/races",
    "/docs/rules?q=snake",
    "/docs/rules/gelu-matches-relu-in-deep-convnets",
    "/docs/sources?q=2016",
    "/docs/sources/hendrycks2016",
    "/history",
    "/history?q=nothing-like-this",
    f"/compare?a={ASKED}8&b={ASKED}30",
    "/compare",
]
COLOURFUL = ["/activations/snake", "/docs/sources/hendrycks2016", "/history", f"/compare?a={ASKED}8&b={ASKED}30"]


@pytest.fixture(scope="module")
def kept(service: str) -> list[str]:
    """Two answers that the service keeps."""
    bodies = (FOUR, {**FOUR, "depth": 30})
    return [requests.post(f"{service}/v1/recommendations", json=body, timeout=30).json()["id"] for body in bodies]


def unfolded(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("scheme", "paths"), [("light", PAGES), ("dark", COLOURFUL)])
def test_pages_are_accessible(opened: Callable[..., Page], service: str, scheme: str, paths: list[str]) -> None:
    page = opened("/compare", color_scheme=scheme)
    for path in paths:
        unfolded(page, f"{service}{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())


@pytest.mark.usefixtures("kept")
def test_nothing_is_wider_than_a_small_screen(opened: Callable[..., Page], service: str) -> None:
    page = opened("/compare", width=360)
    for path in [*PAGES, "/activations/relu", "/docs/sources", "/docs/rules"]:
        unfolded(page, f"{service}{path}")
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, path


def test_the_atlas_follows_what_is_typed_without_leaving_the_page(opened: Callable[..., Page]) -> None:
    page = opened("/activations")
    page.evaluate("window.stayed = true")
    page.get_by_label("Words").fill("swish")
    expect(page.locator(".tile")).to_have_count(3)
    page.get_by_label("smooth", exact=True).check()
    expect(page.locator(".tile")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"q=swish.*smooth=1"))
    assert page.evaluate("window.stayed")
    page.reload()
    expect(page.get_by_label("Words")).to_have_value("swish")
    expect(page.locator(".tile")).to_have_count(2)
    page.locator(".tile").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("SiLU")


def test_signals_are_measured_in_place(opened: Callable[..., Page]) -> None:
    page = opened("/activations/gelu")
    page.locator('select[name="depth"]').select_option("8")
    expect(page.locator("#signals")).to_contain_text("8 dense layers")
    page.locator('select[name="residual"]').select_option("yes")
    expect(page.locator("#signals")).to_contain_text("residual paths")
    expect(page).to_have_url(re.compile("/activations/gelu$"))


def test_code_can_be_copied(opened: Callable[..., Page]) -> None:
    page = opened("/activations/gelu", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the lines for PyTorch").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == 'torch.nn.GELU(approximate="none")'


def test_a_server_that_is_gone_is_told(opened: Callable[..., Page]) -> None:
    page = opened("/activations", expected="ERR_|htmx:|Failed")
    page.route("**/activations?*", lambda route: route.abort())
    page.get_by_label("Words").fill("swish")
    expect(page.locator("#gone")).to_contain_text("The server does not answer")


@pytest.mark.usefixtures("kept")
def test_the_forms_work_without_scripts(opened: Callable[..., Page]) -> None:
    page = opened("/activations", java_script_enabled=False)
    page.get_by_label("Words").fill("swish")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".tile")).to_have_count(3)
    page.get_by_role("link", name="History").click()
    page.get_by_label("Words").fill("depth:30")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".kept > li")).to_have_count(1)


def test_two_kept_answers_are_marked_and_compared_by_keyboard(opened: Callable[..., Page], kept: list[str]) -> None:
    page = opened("/history")
    page.locator(f'input[name="a"][value="{kept[0]}"]').focus()
    page.keyboard.press("Space")
    page.locator(f'input[name="b"][value="{kept[1]}"]').focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Compare").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Two answers side by side")
    expect(page.locator(".fields-table")).to_contain_text("depth")
    page.locator(".voices a").first.click()
    expect(page).to_have_url(re.compile("/docs/rules/"))
