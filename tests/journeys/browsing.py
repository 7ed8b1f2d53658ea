"""A tab as a user has it: its size and colours, when it has settled, and what went wrong in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page

SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


@dataclass(frozen=True, slots=True)
class Screen:
    """What a user looks at: CSS pixels, and the colours the system asks for."""

    width: int
    height: int
    colors: Literal["light", "dark"] = "light"

    def __str__(self) -> str:
        return f"{self.width}x{self.height}-{self.colors}"


DESKTOP = Screen(1280, 900)
DESKTOP_DARK = Screen(1280, 900, "dark")
PHONE = Screen(390, 844)
PHONE_DARK = Screen(390, 844, "dark")
EVERY_SCREEN = (DESKTOP, DESKTOP_DARK, PHONE, PHONE_DARK)


@contextmanager
def opened(browser: Browser, screen: Screen) -> Iterator[Page]:
    """A tab without a past; at the end it must not have reported a problem."""
    with new_context(browser, screen) as context:
        page = context.new_page()
        yield page
        see_no_problem(page)


@contextmanager
def new_context(browser: Browser, screen: Screen) -> Iterator[BrowserContext]:
    """A browser profile of its own: no cookies, no cache, and no animation to wait for."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.colors,
        reduced_motion="reduce",
    )
    try:
        yield context
    finally:
        context.close()


def settled(page: Page, limit_ms: float = 30_000) -> Page:
    """Wait until the page's script has run to its end; a problem in the tab fails the test."""
    page.wait_for_selector(SETTLED, state="attached", timeout=limit_ms)
    see_no_problem(page)
    return page


def see_no_problem(page: Page) -> None:
    """Fail the test that looks at a tab with a problem."""
    found = problems(page)
    assert not found, "\n".join(found)


def problems(page: Page) -> list[str]:
    """The errors that the tab has logged or thrown so far."""
    logged = [message for message in page.console_messages(filter="all") if message.type == "error"]
    thrown = page.page_errors(filter="all")
    return [
        *(f"console: {message.text} ({message.location.get('url')})" for message in logged),
        *(f"thrown: {error.message}" for error in thrown),
    ]


def forget_problems(page: Page) -> None:
    """Take what went wrong so far as the test's own doing, as when it killed the server."""
    page.clear_console_messages()
    page.clear_page_errors()
