"""The views of the history that one goes into and comes back from, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.images.pictures import noise, saved
from tests.journeys.browsing import DESKTOP, PHONE_DARK, SETTLED, forget_problems, settled
from tests.plantain_server import PlantainServer
from tests.services.taking import HOSTILE, open_takings

ON_SCREENS = pytest.mark.parametrize("screen", [DESKTOP, PHONE_DARK], ids=str)


@pytest.fixture
def plantain(tmp_path: Path) -> Iterator[PlantainServer]:
    """A server whose history has runs with hostile prompts, each with a picture of its own."""
    with PlantainServer(tmp_path / "data") as server:
        takings = open_takings(server.data_dir)
        for number, run_id in enumerate(takings.put(*HOSTILE)):
            takings.paint(run_id, saved(noise(64, 48 + number), "PNG"))
        takings.database.dispose()
        yield server


@pytest.fixture
def asked(plantain: PlantainServer, page: Page) -> Iterator[list[str]]:
    """The hosts that the tab asks; at the end it must have asked nobody but us."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    yield found
    ours = (plantain.url, plantain.url.replace("http", "ws"), "data:", "blob:")
    assert not [url for url in found if not url.startswith(ours)]


def gallery(page: Page, plantain: PlantainServer) -> Page:
    """The gallery, opened by its address."""
    page.goto(f"{plantain.url}/history?view=gallery")
    expect(page.locator(".tile").first).to_be_visible(timeout=30_000)
    page.wait_for_selector(SETTLED, state="attached")
    # Streamlit first looks for its server below the page's own address.
    forget_problems(page)
    return page


def fits(page: Page) -> bool:
    """Whether nothing reaches beyond the screen's side."""
    return bool(page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth"))


@ON_SCREENS
@pytest.mark.usefixtures("asked")
def test_similar_pictures_by_a_key_and_back(plantain: PlantainServer, page: Page) -> None:
    gallery(page, plantain).locator(".tile").nth(1).focus()

    page.keyboard.press("s")

    expect(page.get_by_role("heading", name="Pictures like this one")).to_be_visible()
    expect(page).to_have_url(re.compile("like=[0-9a-f]{64}"))
    expect(settled(page).locator(".tile").first).to_contain_text("This picture")
    assert fits(page)
    page.get_by_role("button", name="Back to History").click()
    expect(page.locator(".tile")).to_have_count(len(HOSTILE))
    assert "like=" not in settled(page).url


@ON_SCREENS
@pytest.mark.usefixtures("asked")
def test_selected_runs_are_compared_by_a_key(plantain: PlantainServer, page: Page) -> None:
    gallery(page, plantain)
    for tile in (0, 1):
        page.locator(".tile").nth(tile).focus()
        page.keyboard.press("x")
    expect(page.get_by_text("2 selected").first).to_be_visible()

    page.keyboard.press("c")

    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    expect(page.locator(".compare figure")).to_have_count(2)
    expect(page).to_have_url(re.compile("compare=.*compare="))
    page.get_by_role("radio", name="Flicker").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert fits(settled(page))
    page.get_by_role("button", name="Open B").click()
    expect(page.get_by_role("dialog")).to_contain_text("Attempts and receipts")
    settled(page)


@pytest.mark.usefixtures("asked")
def test_a_collection_is_named_while_runs_are_put_into_it(
    plantain: PlantainServer, page: Page
) -> None:
    gallery(page, plantain).locator(".tile").first.focus()
    page.keyboard.press("x")
    page.get_by_role("button", name="Collect", exact=True).click()
    field = page.get_by_label("Collection", exact=True)
    field.fill("![x](https://evil.example/x.png)")
    field.press("Enter")
    settled(page).get_by_role("button", name="Put in").click()
    expect(page.get_by_text("Put into the collection: 1 run.")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Collections").click()
    choice = page.get_by_test_id("stPopoverBody").get_by_label("Collections", exact=True)
    choice.click()
    page.get_by_role("option").first.click()

    expect(page).to_have_url(re.compile("collection="))
    expect(settled(page).locator(".tile")).to_have_count(1)
    expect(page.get_by_text("Collection: ![x](https://evil.example/x.png)")).to_be_visible()


@pytest.mark.usefixtures("asked")
def test_the_keys_of_every_view_are_named(plantain: PlantainServer, page: Page) -> None:
    gallery(page, plantain).locator(".tile").first.focus()

    page.keyboard.press("?")

    keys = page.get_by_role("dialog", name="Keys")
    for words in ("Find similar pictures", "Compare what is selected", "Side by side", "Zoom"):
        expect(keys).to_contain_text(words)
