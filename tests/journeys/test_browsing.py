"""The tools of the journeys themselves, on an app of three lines: they see what a user would."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.browsing import EVERY_SCREEN, Screen, forget_problems, opened, problems, settled
from tests.plantain_server import PlantainServer

SCRIPT = """
import streamlit as st
st.title("Ripe")
st.button("Peel", on_click=lambda: st.session_state.update(peeled=True))
st.write("Peeled" if "peeled" in st.session_state else "Whole")
"""


@pytest.fixture(scope="module")
def small_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlantainServer]:
    folder = tmp_path_factory.mktemp("small")
    with PlantainServer(
        folder / "data",
        app=write_app(folder),
        arguments=["--browser.gatherUsageStats=false", "--server.fileWatcherType=none"],
    ) as server:
        yield server


def write_app(folder: Path) -> Path:
    (folder / "ui.py").write_text(SCRIPT)
    app = folder / "app.py"
    app.write_text('import streamlit as st\n\napp = st.App("ui.py")\n')
    return app


@pytest.mark.parametrize("screen", EVERY_SCREEN, ids=str)
def test_a_page_settles_on_every_screen(
    small_app: PlantainServer, page: Page, screen: Screen
) -> None:
    page.goto(small_app.url)

    settled(page)

    assert page.get_by_role("heading", name="Ripe").is_visible()
    assert page.evaluate("innerWidth") == screen.width
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (
        screen.colors == "dark"
    )


def test_a_click_is_answered(small_app: PlantainServer, phone: Page) -> None:
    phone.goto(small_app.url)
    phone.get_by_role("button", name="Peel").click()

    phone.get_by_text("Peeled").wait_for()

    settled(phone)
    assert phone.evaluate("innerWidth") == 390


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("console.error('bruised')", "bruised"),
        ("setTimeout(() => { throw new Error('rotten') })", "rotten"),
    ],
)
def test_a_problem_in_the_tab_fails_its_test(
    small_app: PlantainServer, page: Page, script: str, said: str
) -> None:
    settled_at(page, small_app.url).evaluate(script)
    page.evaluate("new Promise(done => setTimeout(done))")

    with pytest.raises(AssertionError, match=said):
        settled(page)
    forget_problems(page)

    assert problems(page) == []


def test_a_problem_nobody_looked_for_fails_the_test_at_its_end(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="bruised"), opened(browser, EVERY_SCREEN[0]) as tab:
        tab.evaluate("console.error('bruised')")


def test_a_page_heals_after_its_server_was_killed(small_app: PlantainServer, page: Page) -> None:
    settled_at(page, small_app.url)

    small_app.kill()
    small_app.start()
    page.reload()
    forget_problems(page)

    settled(page)
    assert page.get_by_text("Whole").is_visible()


def settled_at(page: Page, url: str) -> Page:
    page.goto(url)
    return settled(page)
