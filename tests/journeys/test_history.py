"""History in a real browser: a row opens its run, and can be clicked again once that is closed."""

import sqlite3
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

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

        page.keyboard.press("Escape")
        expect(drawer).to_have_count(0)
        settled(page)
        expect(page).to_have_url(f"{plantain.url}/history")
