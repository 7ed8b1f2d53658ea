"""The price book in Settings: what is in effect, what would change, and the way back."""

from datetime import UTC, datetime, timedelta

import pytest

from lib.bootstrap import Services
from lib.domain.catalog import DEFAULT_MODEL
from lib.ui import price_plan_form as form
from tests.pages.reading import ReadingPage


def fill(page: ReadingPage, *, source: str = "a letter", **prices: str) -> None:
    for sku, dollars in prices.items():
        page.app.text_input(key=form.price_key(sku)).set_value(dollars)
    page.app.text_input(key=form.SOURCE).set_value(source)


def press(page: ReadingPage, key: str) -> ReadingPage:
    next(button for button in page.app.button if button.key.startswith(key)).click()
    return page.run()


def test_the_prices_in_effect_say_how_they_are_known(services: Services) -> None:
    page = ReadingPage("settings")

    prices = page.table("A picture").set_index("Part")
    assert dict(prices["A picture"])["2K image"] == "$0.120"
    assert "assumed" in prices["Known"]["2K image"]
    assert "vendor" in prices["Known"]["1K image"]
    assert "nano-banana-2/2026-04-13" in page.texts()


def test_a_rehearsal_shows_what_would_change_and_enters_nothing(services: Services) -> None:
    page = ReadingPage("settings")
    fill(page, image_1K="0.09")

    press(page, form.REHEARSE)

    assert page.says("Under these prices they would have cost")
    assert len(services.pricing.entries()) == 1


@pytest.mark.parametrize(
    ("prices", "why"),
    [({"image_1K": "cheap"}, "write dollars"), ({"web_search": "0"}, "more than $0")],
)
def test_what_is_no_price_is_refused(services: Services, prices: dict[str, str], why: str) -> None:
    page = ReadingPage("settings")
    fill(page, **prices)

    press(page, form.ENTER)

    assert page.says(why)
    assert len(services.pricing.entries()) == 1


def test_a_future_price_is_entered_and_withdrawn(services: Services) -> None:
    page = ReadingPage("settings")
    fill(page, image_1K="0.09")
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()
    page.app.date_input(key=form.FROM).set_value(tomorrow)

    press(page, form.ENTER)

    coming = services.pricing.entries()[0]
    assert coming.effective_from > services.pricing.now_ms()
    assert coming.entered_by == "local"
    assert services.pricing.current(DEFAULT_MODEL.id).id == "nano-banana-2/2026-04-13"
    standing = page.table("Standing").set_index("Version")["Standing"]
    assert standing[coming.version.id] == "yet to come"

    page.press(f"withdraw_{coming.version.id}")

    assert page.run().table("Standing").set_index("Version")["Standing"][coming.version.id] == (
        "withdrawn"
    )
