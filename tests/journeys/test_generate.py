"""Generate in a real browser: prompt to picture to cost, a reload, nervous clicks, the keyboard."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import settled
from tests.plantain_server import PlantainServer

SEED_PROMPT = (
    "A bioluminescent treehouse hotel suspended between ancient redwood trees at twilight. "
    "Three geodesic glass pods connected by vine-wrapped rope bridges, each pod glowing turquoise "
    "from within. Orchids and phosphorescent mushrooms grow on the bark. A narrow wooden staircase "
    "spirals up the trunk. Mist drifts through the canopy."
)
UNTIL_DONE_MS = 60_000


def open_generate(page: Page, plantain: PlantainServer, **query: str) -> Page:
    page.goto(f"{plantain.url}/?{urlencode(query)}")
    return drawn(page)


def drawn(page: Page) -> Page:
    """Wait until the page stands: before its first drawing it looks settled as well."""
    expect(page.get_by_role("radiogroup", name="View")).to_be_visible(timeout=UNTIL_DONE_MS)
    return settled(page)


def prompt_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Prompt")


def generate_of(page: Page) -> Locator:
    return page.locator(".st-key-generate button")


def newest_card(page: Page) -> Locator:
    return page.locator("[class*='st-key-card_']").first


def picture_of(card: Locator) -> Locator:
    return card.get_by_role("img", name=re.compile("Picture 1"))


def runs_recorded(plantain: PlantainServer) -> int:
    with closing(sqlite3.connect(plantain.data_dir / "plantain.db")) as database:
        return int(database.execute("SELECT count(*) FROM run").fetchone()[0])


def charges(plantain: PlantainServer) -> list[Any]:
    """What the sandbox has charged, by its own books."""
    with closing(sqlite3.connect(sandbox_database(plantain))) as database:
        return database.execute("SELECT id FROM run WHERE cost_micros > 0").fetchall()


def sandbox_database(plantain: PlantainServer) -> Path:
    return next((plantain.data_dir / "sandbox").glob("*.db"))


def test_the_seed_prompt_becomes_a_picture_and_a_cost(plantain: PlantainServer, page: Page) -> None:
    open_generate(page, plantain)

    prompt_of(page).fill(SEED_PROMPT)
    generate_of(page).click()

    card = newest_card(page)
    expect(card.get_by_text("Done")).to_be_visible(timeout=UNTIL_DONE_MS)
    expect(picture_of(card)).to_be_visible()
    expect(picture_of(card)).to_have_js_property("complete", True)
    assert picture_of(card).evaluate("image => image.naturalWidth") > 0
    expect(card.get_by_text("Cost $0.080 confirmed")).to_be_visible()
    expect(card.get_by_text(SEED_PROMPT[:60])).to_be_visible()
    assert len(charges(plantain)) == 1

    page.get_by_role("link", name="History").click()
    settled(page)
    page.get_by_role("link", name="Costs").click()
    settled(page)
    expect(page.get_by_text("$0.08").first).to_be_visible()


def test_a_reload_during_a_run_loses_nothing(plantain: PlantainServer, page: Page) -> None:
    open_generate(page, plantain, prompt="A slow boat [slow]", resolution="0.5K")
    generate_of(page).click()
    expect(newest_card(page).get_by_text("Running")).to_be_visible(timeout=UNTIL_DONE_MS)

    page.reload()
    drawn(page)

    expect(prompt_of(page)).to_have_value("A slow boat [slow]")
    card = newest_card(page)
    expect(card.get_by_text("Running")).to_be_visible()
    expect(card.get_by_text("Done")).to_be_visible(timeout=UNTIL_DONE_MS)
    expect(picture_of(card)).to_be_visible()
    assert runs_recorded(plantain) == 1
    assert len(charges(plantain)) == 1


def test_nervous_clicks_on_generate_make_one_run(plantain: PlantainServer, page: Page) -> None:
    open_generate(page, plantain, prompt="A kite")

    generate_of(page).click(click_count=3, delay=30)
    expect(newest_card(page).get_by_text("Done")).to_be_visible(timeout=UNTIL_DONE_MS)

    assert runs_recorded(plantain) == 1
    assert len(charges(plantain)) == 1


def test_a_prompt_just_typed_is_what_is_sent(plantain: PlantainServer, page: Page) -> None:
    open_generate(page, plantain, prompt="What was there before")

    prompt_of(page).fill("A lighthouse in fog")
    page.keyboard.press("Control+Enter")

    expect(newest_card(page).get_by_text("A lighthouse in fog")).to_be_visible()
    assert runs_recorded(plantain) == 1


def test_going_back_restores_the_settings_from_before(plantain: PlantainServer, page: Page) -> None:
    open_generate(page, plantain, prompt="A kite")
    page.get_by_role("radio", name="2K").click()
    page.wait_for_url("**resolution=2K**")

    page.go_back()

    expect(page.get_by_role("radio", name="1K")).to_be_checked()
    expect(prompt_of(page)).to_have_value("A kite")
