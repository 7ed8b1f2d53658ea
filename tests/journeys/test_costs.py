"""Costs in a real browser: a click on a bar narrows the report, and Back undoes it."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from lib.domain.clock import SystemClock
from lib.store.database import open_database
from tests.journeys.browsing import settled
from tests.plantain_server import PlantainServer
from tests.store.ended_runs import book, put, run_row

BARS = "svg path[aria-roledescription=bar]"


def put_spend(plantain: PlantainServer) -> None:
    """A run at 1K and one at 2K were just canceled, and charged all the same."""
    database = open_database(plantain.data_dir / "plantain.db")
    now = SystemClock().now_ms()
    for size, cost in (("1K", 80_000), ("2K", 120_000)):
        told = {"input": {"resolution": size}, "cost_micros": cost, "created_at": now}
        put(database, run_row(size, state="canceled", **told))
    book(database)
    database.dispose()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_click_on_a_bar_is_a_filter_that_back_undoes(
    plantain: PlantainServer, page: Page
) -> None:
    put_spend(plantain)
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="Costs").click()
    spend = settled(page).get_by_test_id("stMetricValue").first
    expect(spend).to_have_text("$0.200")
    expect(page.locator(BARS)).to_have_count(2)

    page.locator(BARS).first.click()

    expect(spend).to_have_text(re.compile(r"\$0\.(080|120)"))
    (sku,) = asked(page)["sku"]
    assert spend.inner_text() == {"image_1K": "$0.080", "image_2K": "$0.120"}[sku]
    assert len(asked(page)["at"]) == 1

    page.go_back()

    expect(spend).to_have_text("$0.200")
    assert asked(page) == {}
