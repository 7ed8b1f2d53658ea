"""Costs of real runs of the sandbox: what they went to, and that all the books say the same."""

from collections.abc import Callable

from lib.bootstrap import Services
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.run import Run
from lib.ui import cost_words
from tests.pages.reading import ReadingPage


def make(services: Services, ended: Callable[[str], Run], token: str, **values: object) -> Run:
    asked = {"prompt": "a red kite", **values}
    return ended(
        services.runs.submit(DEFAULT_MODEL.id, asked, click_token=token, created_by="local")
    )


def test_spend_is_shown_by_what_it_went_to_and_ties_out(
    services: Services, ended: Callable[[str], Run]
) -> None:
    make(services, ended, "1", resolution="2K", num_images=2)
    make(services, ended, "2", enable_web_search=True)
    make(services, ended, "3", prompt="a kite [fail]")
    make(services, ended, "4", prompt="a kite [partial]", num_images=3)

    page = ReadingPage("costs", period="all-time")

    assert page.metric("Spend").value == "$0.495"
    ties = page.table("Book")
    assert set(ties["Off by"]) == {"$0.000"}
    assert set(ties["Amount"]) == {"$0.495000"}
    spend = page.table("Share").set_index("What")
    assert spend["Spend"].to_dict() == {
        "1K image": 0.24,
        "2K image": 0.24,
        "Web search": 0.015,
        "Total": 0.495,
    }
    assert spend["Quantity"]["2K image"] == 2

    by_resolution = ReadingPage("costs", period="all-time", by="resolution").table("Share")
    assert by_resolution.set_index("Resolution")["Spend"].to_dict() == {
        "1K": 0.255,
        "2K": 0.24,
        "Total": 0.495,
    }


def test_a_link_to_an_unknown_grouping_shows_the_usual_one(services: Services) -> None:
    assert "What" in ReadingPage("costs", period="all-time", by="colour").table("Share")


def test_every_sku_of_our_own_has_words() -> None:
    assert all(" " in words for words in cost_words.OWN_LABELS.values())
