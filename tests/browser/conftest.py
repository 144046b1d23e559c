"""One browser and one whole service for all tests here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.service.jobs.workers import ROOT, eventually

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 20_000
"""Milliseconds for which an expectation may come true: other tests share the cores."""
ARGUMENTS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `actwise serve` with one worker, in a home of its own."""
    home = tmp_path_factory.mktemp("browser")
    log = home / "log"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}:{ROOT / 'client'}",
        "ACTWISE_HOME": str(home / "data"),
        "ACTWISE_WORKERS": "1",
        "ACTWISE_WEB_WORKERS": "1",
        "PORT": "0",
    }
    with log.open("wb") as written:
        command = [sys.executable, "-m", "service.processes.serve"]
        process = subprocess.Popen(command, env=environment, stdout=written, stderr=subprocess.STDOUT)
    try:
        yield eventually(lambda: re.search(r"Actwise is ready on (\S+)", log.read_text()))[1]
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium here: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser, service: str) -> Iterator[Callable[..., Page]]:
    """Opens a path in a fresh context; afterwards no page may have logged an error or asked another host.

    `expected`: pattern of the errors that a test brings about itself.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(path: str, width: int = 1280, expected: str | None = None, **options: Any) -> Page:
        def hear(kind: str, text: str) -> None:
            if kind in ("error", "warning") and not (expected and re.search(expected, text)):
                wrong.append(text)

        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: hear(message.type, message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda sent: None if sent.url.startswith(f"{service}/") else wrong.append(sent.url))
        page.goto(f"{service}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []
