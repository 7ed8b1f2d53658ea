"""A parked run in a real browser: found by the notice, asked about, given up and taken back."""

import pytest
from playwright.sync_api import Page, expect

from lib.store.database import open_database
from tests.journeys.browsing import DESKTOP, PHONE_DARK, Screen, settled
from tests.plantain_server import PlantainServer
from tests.store.ended_runs import put, run_row

RUN = "01"


def park_one(plantain: PlantainServer) -> None:
    """Put a run into the ledger that the API does not know."""
    database = open_database(plantain.data_dir / "plantain.db")
    in_doubt = {"state": "parked", "cost_micros": None, "cost_basis": "in doubt", "settled_at": 1}
    put(
        database,
        run_row(RUN, prompt="a red kite", note="It is too old to be sent again.", **in_doubt),
    )
    database.dispose()


def is_wider_than_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize("screen", [DESKTOP, PHONE_DARK], ids=str)
def test_a_parked_run_is_decided_on(plantain: PlantainServer, page: Page, screen: Screen) -> None:
    park_one(plantain)
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="1 run needs a decision").click()
    expect(page.get_by_role("heading", name="Decisions")).to_be_visible()
    card = page.locator(f".st-key-decision_{RUN}")
    expect(card).to_contain_text("a red kite")
    assert not is_wider_than_its_window(settled(page))

    card.get_by_role("button", name="Ask again").click()
    expect(card).to_contain_text("the API does not know this run")

    card.get_by_role("button", name="Adopt by id").press("Enter")
    page.get_by_label("Id or address of the run").fill("https://app.runflow.io/runs/none-1")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("The API has no run of this id")

    settled(page)
    card.get_by_role("button", name="Give up").press("Enter")
    page.get_by_text("It was charged: count the estimate, $0.080").click()
    page.get_by_role("button", name="Give this run up").click()
    expect(page.get_by_text("Given up: $0.080 is counted as its cost.")).to_be_visible()
    expect(card).to_have_count(0)

    settled(page).get_by_role("button", name="Take it back").press("Enter")
    expect(card).to_contain_text("a red kite")
