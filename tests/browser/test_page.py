"""The page in a real browser, against the whole service: form, flips, probes, permalinks, accessibility."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

Opened = Callable[..., Page]
DENSE = "/?task=classification&layer_type=dense&depth=2&compute_budget=low&width=16"
MIXED = (
    "/?task=classification&layer_type=mixed&depth=8&compute_budget=medium"
    "&layers.0.layer_type=conv&layers.1.layer_type=recurrent&layers.1.cell=lstm"
)
LIMIT = 300_000


def first_choice(page: Page) -> str:
    return page.locator(".choice .name").first.inner_text()


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]


def test_the_answer_follows_every_change_of_the_form(opened: Opened) -> None:
    page = opened("/")
    assert first_choice(page) == "relu"
    page.get_by_role("radio", name="Keras").check()
    page.get_by_label("Layer type").first.select_option("recurrent")
    page.wait_for_url("**layer_type=recurrent**")
    assert first_choice(page) == "tanh"
    expect(page.locator("#told")).to_contain_text("tanh in the hidden layers")
    expect(page).to_have_title(re.compile("Use tanh"))
    expect(page.locator(".code[data-framework=keras]").first).to_be_visible()
    expect(page.locator(".code[data-framework=pytorch]").first).to_be_hidden()
    page.go_back()
    expect(page.locator("#headline")).to_contain_text("relu")
    expect(page.get_by_label("Layer type").first).to_have_value("conv")


def test_a_flip_is_applied_and_shown_in_the_form(opened: Opened) -> None:
    page = opened("/")
    flip = page.locator(".flips a", has_not_text="for the output").first
    promised = flip.locator(".then").inner_text().removeprefix("→ ").split()[0]
    flip.click()
    page.wait_for_url(re.compile(r"\?task=.*"))
    assert first_choice(page) == promised
    page.locator("#stated a").first.click()
    expect(page.locator("#stated li")).to_have_count(0)
    assert first_choice(page) == "relu"


def test_what_is_behind_more_counts_too_and_the_link_brings_it_back(opened: Opened) -> None:
    page = opened("/")
    page.get_by_text("More about the task and the network").click()
    page.get_by_label("Normalization").select_option("none")
    page.get_by_label("Only these").fill("tanh, silu")
    page.wait_for_url("**allow=tanh%2C+silu**")
    expect(page.locator(".choice")).to_have_count(2)
    again = opened(page.url[page.url.index("/?") :])
    assert again.locator("#headline").inner_text() == page.locator("#headline").inner_text()
    expect(again.get_by_label("Only these", exact=True)).to_have_value("tanh, silu")


def test_a_probe_of_five_seconds_is_priced_started_and_finished_in_place(opened: Opened) -> None:
    page = opened(DENSE)
    page.get_by_label("Seconds", exact=True).fill("5")
    page.get_by_role("button", name="See the price").click()
    page.get_by_role("button", name="Start the probe").click()
    page.wait_for_url("**/recommendations/rec_*")
    expect(page.locator("#probe-title")).to_have_text("What the probe measured", timeout=60_000)
    expect(page.locator(".rungs tbody tr").first).to_contain_text("the leader")
    expect(page.locator("[data-plot=learning] svg").first).to_be_visible()
    assert violations(page) == []
    expect(opened(page.url[page.url.index("/rec") :]).locator("#probe-title")).to_have_text("What the probe measured")


def test_another_probe_is_cancelled(opened: Opened) -> None:
    page = opened(DENSE + "&residual=true&probe.seconds=120")
    page.get_by_role("button", name="See the price").click()
    page.get_by_role("button", name="Start the probe").click()
    expect(page.locator("progress")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#probe-title")).to_have_text("The probe was cancelled")
    expect(page.get_by_role("button", name="See the price")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_everybody_can_read_it_at_every_width_by_day_and_by_night(opened: Opened, scheme: str, width: int) -> None:
    page = opened(MIXED, width, color_scheme=scheme, reduced_motion="reduce")
    page.locator("details:not(.choice)").evaluate_all("all => all.forEach(one => { one.open = true; })")
    page.locator(".choice summary").nth(1).click()
    expect(page.locator(".choice .body .facts").nth(1)).to_be_visible()
    expect(page.locator("[data-plot=gradient] svg").first).to_be_visible(timeout=30_000)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_works_without_scripts(opened: Opened) -> None:
    page = opened("/", java_script_enabled=False)
    page.get_by_label("Layer type").first.select_option("attention")
    page.get_by_role("button", name="Advise").click()
    expect(page.locator("#headline")).to_contain_text("gelu")
    assert page.url.endswith("/?task=classification&layer_type=attention&depth=8&compute_budget=low")
    page.locator(".flips a").first.click()
    expect(page.locator("#headline")).to_contain_text("Use ")
    page.get_by_role("button", name="Keep this answer").click()
    expect(page.locator(".kept")).to_contain_text("Kept as rec_")


def test_the_page_stays_small_on_the_wire(opened: Opened) -> None:
    page = opened("/docs")
    received: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(page.url.replace("/docs", "/"), wait_until="networkidle")
    assert len(received) >= 8
    assert sum(received) < LIMIT


def test_faults_are_told_at_their_fields_while_the_form_is_typed(opened: Opened) -> None:
    page = opened("/", expected="422")
    page.get_by_label("Depth").first.fill("many")
    expect(page.locator("#say-depth")).to_contain_text("a number is wanted")
    expect(page.get_by_label("Depth").first).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("heading", name="cannot be answered yet")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Depth").first.fill("3")
    expect(page.locator("#headline")).to_be_visible()
    expect(page.locator("#say-depth")).to_be_hidden()
    expect(page.get_by_label("Depth").first).not_to_have_attribute("aria-invalid", "true")


def test_a_server_that_is_gone_is_told_until_it_is_back(opened: Opened) -> None:
    page = opened("/", expected="net::ERR|htmx:")
    page.route("**/*", lambda route: route.abort())
    page.get_by_label("Depth").first.fill("3")
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    expect(page.locator("#headline")).to_be_visible()
    assert violations(page) == []
    page.unroute_all()
    expect(page.get_by_role("alert")).to_be_hidden(timeout=15_000)
    page.wait_for_url("**depth=3**")
