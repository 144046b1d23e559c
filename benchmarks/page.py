"""How fast the page is in a browser, and how much it sends.

Run: PYTHONPATH=client:. python -m benchmarks.page [--url http://127.0.0.1:8000] [--shots docs/images]

Without --url the service is started in a home of its own. Needs playwright and Debian's chromium. --shots takes the
pictures of the documentation instead.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from actwise.client import Client
from actwise.contract.vocabulary import COMPUTE_BUDGETS, LAYER_TYPES
from actwise.notebook.answers import html

ARGUMENTS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking"]
ROUNDS = 9
TYPED = [("depth", str(depth)) for depth in range(11, 11 + ROUNDS)]
CHOSEN = [
    *(("layer_type", one) for one in reversed(LAYER_TYPES)),
    *(("compute_budget", one) for one in COMPUTE_BUDGETS),
]

PROBE = (
    "/?task=classification&layer_type=dense&depth=12&compute_budget=low&probe.seconds=8&probe.data.name=digits"
    "&allow=relu,tanh,silu,selu,squared_relu,softplus"
)
"""What the picture of a race is taken of."""

# From the start of navigation until the headline of the answer is painted, in milliseconds.
FIRST_ANSWER = """() => new Promise(done => {
  const painted = performance.getEntriesByType("paint").find(one => one.name === "first-contentful-paint");
  const there = document.getElementById("headline") !== null;
  done(there && painted ? painted.startTime : NaN);
})"""

# From a change of the form until the new answer is in the document and the next frame begins.
CHANGE = """([name, value]) => new Promise(done => {
  const answer = document.getElementById("answer");
  const field = document.getElementById(`field-${name}`);
  const begun = performance.now();
  new MutationObserver((_, watcher) => {
    if (!document.getElementById("headline")) return;
    watcher.disconnect();
    requestAnimationFrame(() => done(performance.now() - begun));
  }).observe(answer, { childList: true });
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
})"""


@contextmanager
def service(url: str | None) -> Iterator[str]:
    """The address of a running service."""
    if url:
        yield url.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as home:
        log = Path(home) / "log"
        environment = {**os.environ, "ACTWISE_HOME": f"{home}/data", "PORT": "0", "ACTWISE_WORKERS": "1"}
        with log.open("wb") as written:
            command = [sys.executable, "-m", "service.processes.serve"]
            process = subprocess.Popen(command, env=environment, stdout=written, stderr=subprocess.STDOUT)
        try:
            while not (found := re.search(r"Actwise is ready on (\S+)", log.read_text())):
                time.sleep(0.2)
            yield found[1]
        finally:
            process.terminate()
            process.wait(30)


def measure(browser: Any, url: str) -> None:
    """Print the table."""
    first = [_first_answer(browser, url, warm=warm) for warm in (False, True) for _ in range(ROUNDS)]
    chosen, received = _changes(browser, url, CHOSEN)
    typed, _ = _changes(browser, url, TYPED)
    print(f"{'what':48}{'median':>10}{'worst':>10}   goal")
    _row("first answer painted, nothing cached (ms)", first[:ROUNDS], "300")
    _row("first answer painted, files cached (ms)", first[ROUNDS:], "300")
    _row("another choice in the form (ms)", chosen, "100")
    _row("a letter typed, 20 ms of waiting included (ms)", typed, "100")
    _row("transfer of the first visit (kB)", [received / 1_000], "300")


def _row(what: str, values: list[float], goal: str) -> None:
    print(f"{what:48}{statistics.median(values):>10.0f}{max(values):>10.0f}   {goal}")


def _first_answer(browser: Any, url: str, *, warm: bool) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    for _ in range(1 + warm):
        page.goto(url, wait_until="load")
    page.wait_for_timeout(100)
    found = float(page.evaluate(FIRST_ANSWER))
    context.close()
    return found


def _changes(browser: Any, url: str, changes: list[tuple[str, str]]) -> tuple[list[float], float]:
    """Milliseconds of each change, and the bytes of the first visit."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    received = sum(sizes)
    found = []
    for change in changes:
        found.append(float(page.evaluate(CHANGE, change)))
        page.wait_for_timeout(300)
    return found, received


def shots(browser: Any, url: str, folder: Path) -> None:
    """The pictures of the documentation."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path, width, height, scheme in (
        ("page-light", "/", 1100, 700, "light"),
        ("page-narrow", "/", 360, 780, "light"),
        ("page-atlas", "/activations", 1100, 700, "light"),
        ("page-race", PROBE, 1100, 720, "dark"),
    ):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        page = context.new_page()
        page.goto(url + path, wait_until="networkidle")
        if path == PROBE:
            _run_probe(page)
        page.wait_for_timeout(300)
        page.screenshot(path=str(folder / f"{name}.png"))
        context.close()


def notebook_shot(browser: Any, url: str, folder: Path) -> None:
    """An answer as a notebook shows it, on a page that is otherwise empty."""
    answer = Client(url).recommend(task="classification", layer_type="conv", depth=8, compute_budget="low")
    page = browser.new_page(viewport={"width": 900, "height": 560})
    page.set_content(f"<!doctype html><body style='font: 13px sans-serif'>{html(answer)}</body>")  # as Jupyter sets it
    page.screenshot(path=str(folder / "notebook.png"))
    page.close()


def _run_probe(page: Any) -> None:
    """Start the probe of the page, and wait for its end."""
    page.get_by_role("button", name="See the price").click()
    page.get_by_role("button", name="Start the probe").click()
    page.locator("[data-plot=learning] svg").first.wait_for(timeout=120_000)
    page.locator("#probe").evaluate("place => place.scrollIntoView()")


def main() -> int:
    """Measure, or take the pictures."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(prog="benchmarks.page")
    parser.add_argument("--url")
    parser.add_argument("--shots", type=Path)
    wanted = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("there is no chromium here: apt-get install chromium")
        return 1
    with service(wanted.url) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        if wanted.shots:
            shots(browser, url, wanted.shots)
            notebook_shot(browser, url, wanted.shots)
        else:
            measure(browser, url)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
