"""What journeys share: a real Chromium, a fresh tab, and an honest report where there is none."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.find_chromium import NoChromium, find
from tests.journeys.browsing import DESKTOP, PHONE, Screen, opened

CHROMIUM_FLAGS = (
    "--no-sandbox",  # as root, in a container, there is no other way
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
HERE = Path(__file__).parent
PATIENCE_MS = 30_000
"""How long what is expected may take to be seen, also where the machine has much to do."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and keep them in one process: one browser at a time."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium. Without one a journey is skipped; in CI that is a failure."""
    try:
        return find()
    except NoChromium as reason:
        not_run = f"not run: {reason}. `make test` fetches one; CHROMIUM names another."
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(not_run, pytrace=False)
    pytest.skip(not_run)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A Chromium. One for each module and no longer: while it is open, Playwright keeps an event
    loop in this thread, and a test of another folder could not run its own."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def screen() -> Screen:
    """What `page` is shown on; a test chooses others with `parametrize("screen", …, ids=str)`."""
    return DESKTOP


@pytest.fixture
def page(browser: Browser, screen: Screen) -> Iterator[Page]:
    """A fresh tab on `screen`."""
    with opened(browser, screen) as tab:
        yield tab


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A fresh tab on a phone."""
    with opened(browser, PHONE) as tab:
        yield tab
