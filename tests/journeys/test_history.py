"""History in a real browser: a row or a tile opens its run, and does so again once it is closed."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import settled
from tests.plantain_server import PlantainServer
from tests.store.ended_runs import run_row

HEADER = 35
ROW = 68
IN_THE_PROMPT = 200
COLUMNS = (
    *("id", "origin", "model_id", "created_by", "click_token", "state", "prompt", "input"),
    *("request_body", "request_sha256", "estimate_micros", "price_version", "cost_micros"),
    *("cost_basis", "created_at"),
)


def put_runs(plantain: PlantainServer, count: int) -> None:
    """Write ended runs into the ledger of a server: `0`, `1`, and so on."""
    names = ", ".join(COLUMNS)
    values = ", ".join(f":{name}" for name in COLUMNS)
    with closing(sqlite3.connect(plantain.data_dir / "plantain.db")) as database, database:
        for number in range(count):
            row = run_row(str(number), prompt=f"kite {number}")
            row["input"] = f'{{"prompt": "kite {number}"}}'
            database.execute(f"INSERT INTO run ({names}) VALUES ({values})", row)


def click_row(page: Page, row: int) -> None:
    """Click into a row of the table, which is drawn on a canvas."""
    # Its cells are there for screen readers once it is drawn; before that a click goes nowhere.
    expect(page.locator("[data-testid=data-grid-canvas] [role=gridcell]").first).to_be_attached()
    place = {"x": IN_THE_PROMPT, "y": HEADER + ROW * row + ROW // 2}
    page.locator(".stDataFrameGlideDataEditor").first.click(position=place)


def opened_run(page: Page) -> str | None:
    return parse_qs(urlsplit(page.url).query).get("run", [None])[0]


def test_a_row_opens_its_run_and_opens_it_again(plantain: PlantainServer, page: Page) -> None:
    put_runs(plantain, 4)
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="History").click()
    settled(page)
    drawer = page.get_by_role("dialog")

    for row, run_id in ((1, "2"), (1, "2"), (3, "0")):
        click_row(page, row)
        expect(drawer).to_contain_text(f"kite {run_id}")
        assert opened_run(page) == run_id

        settled(page)
        drawer.press("Escape")
        expect(drawer).to_have_count(0)
        settled(page)
        expect(page).to_have_url(f"{plantain.url}/history")


def test_a_tile_opens_its_run_and_has_the_focus_back(plantain: PlantainServer, page: Page) -> None:
    put_runs(plantain, 4)
    show_gallery(page, plantain)
    page.get_by_role("gridcell", name="kite 3").focus()
    drawer = page.get_by_role("dialog")

    for key, run_id in (("ArrowRight", "2"), ("Home", "3")):
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        expect(drawer).to_contain_text(f"kite {run_id}")
        assert opened_run(page) == run_id

        settled(page)
        drawer.press("Escape")
        expect(drawer).to_have_count(0)
        expect(page.get_by_role("gridcell", name=f"kite {run_id}")).to_be_focused()
        settled(page)
        expect(page).to_have_url(f"{plantain.url}/history?view=gallery")


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[PlantainServer]:
    """Plantain, with a sandbox that takes a moment even for what is slow."""
    moment = {"PLANTAIN_SANDBOX_SECONDS": "0.5"}
    with PlantainServer(tmp_path / "data", environment=moment) as server:
        yield server


def test_the_place_of_a_run_under_way_fills_by_itself(quick: PlantainServer, page: Page) -> None:
    page.goto(f"{quick.url}/?prompt=A+kite+[slow]&resolution=0.5K")
    page.locator(".st-key-generate button").click(timeout=60_000)
    expect(page.locator("[class*='st-key-card_']").first).to_be_visible()

    page.get_by_role("link", name="History").click()
    page.get_by_role("radio", name="Gallery").click()
    tile = page.get_by_role("gridcell", name="A kite [slow]")
    expect(tile.locator(".open")).to_be_visible()

    expect(tile.locator("img")).to_have_js_property("complete", True, timeout=60_000)
    settled(page)


def test_the_pictures_of_a_run_are_looked_at_closely_and_compared(
    quick: PlantainServer, page: Page
) -> None:
    page.goto(f"{quick.url}/?prompt=Two+kites&resolution=0.5K&num_images=2")
    page.locator(".st-key-generate button").click(timeout=60_000)
    expect(page.get_by_text("Done")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="History").click()
    page.get_by_role("radio", name="Gallery").click()
    page.get_by_role("gridcell", name="Two kites").click()
    drawer = page.locator("[data-testid=stDialog]")
    large = page.locator("dialog.viewer")

    for _ in range(2):
        drawer.get_by_role("button", name="Look closely").click()
        expect(large.locator(".place")).to_have_text("1 of 2")
        page.keyboard.press("ArrowRight")
        expect(large.locator(".place")).to_have_text("2 of 2")
        page.keyboard.press("Escape")
        expect(large).to_have_count(0)
        expect(drawer).to_be_visible()

    drawer.get_by_text("Compare").click()
    page.get_by_role("radio", name="Slider").click()
    expect(page.get_by_role("slider", name="Slider")).to_be_visible()
    settled(page)


def show_gallery(page: Page, plantain: PlantainServer) -> None:
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="History").click()
    page.get_by_role("radio", name="Gallery").click()


def test_a_selection_is_kept_by_id_from_page_to_page(plantain: PlantainServer, page: Page) -> None:
    put_runs(plantain, 52)
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="History").click()
    settled(page)
    select_row(page, 1)
    expect(page.get_by_text("1 selected")).to_be_visible()

    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("page="))
    settled(page)
    select_row(page, 0)
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.get_by_role("button", name="Delete").click()

    expect(page.get_by_text("Put into the bin: 2 runs.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Put into the bin")).to_have_count(0)
    settled(page)


def select_row(page: Page, row: int) -> None:
    """Click into the box at the beginning of a row."""
    expect(page.locator("[data-testid=data-grid-canvas] [role=gridcell]").first).to_be_attached()
    place = {"x": HEADER // 2, "y": HEADER + ROW * row + ROW // 2}
    page.locator(".stDataFrameGlideDataEditor").first.click(position=place)
