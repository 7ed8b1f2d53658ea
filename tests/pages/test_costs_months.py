"""Closing months on Costs."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from lib.bootstrap import Services
from lib.domain.months import Month
from lib.store.database import open_database
from lib.ui import month_view
from tests.pages.reading import ReadingPage
from tests.store.ended_runs import book, put, put_pictures, run_row


@pytest.fixture
def ledger(services: Services) -> Iterator[sa.Engine]:
    engine = open_database(services.settings.plantain_data_dir / "plantain.db")
    yield engine
    engine.dispose()


def months_before(services: Services, count: int) -> Month:
    month = Month.of(services.costs.today())
    for _ in range(count):
        month = month.before()
    return month


def put_in(
    ledger: sa.Engine, services: Services, month: Month, run_id: str, **told: object
) -> None:
    at = month.span(services.costs.zone).from_ms + 1
    put(ledger, run_row(run_id, created_at=at, **told))
    put_pictures(ledger, run_id, 1)
    book(ledger)


def asking(page: ReadingPage) -> ReadingPage:
    """The page with its question open."""
    page.app.session_state[month_view.BOX] = True
    return page.run()


def shown(page: ReadingPage) -> dict[str, str]:
    return page.table("Days of").set_index("Month")["State"].to_dict()


def test_a_month_is_closed_after_one_question(services: Services, ledger: sa.Engine) -> None:
    month = months_before(services, 1)
    put_in(ledger, services, month, "01")
    page = ReadingPage("costs", period="all-time")
    assert shown(page)[month_view.name(month)] == "Open"

    asking(page).press("month_close")

    assert shown(page)[month_view.name(month)] == "Closed"
    line = page.table("Days of").set_index("Month").loc[month_view.name(month)]
    assert (line["Spend at closing"], line["Runs"], line["By"]) == ("$0.080000", "1", "local")
    assert not page.has_button("month_close")
    was_closed = f"{month_view.name(month)} was closed at"
    assert ReadingPage("costs", period="last-month").says(was_closed)
    assert not page.says(was_closed)


def test_a_month_with_a_run_in_doubt_stays_open_and_names_it(
    services: Services, ledger: sa.Engine
) -> None:
    month = months_before(services, 2)
    doubt = {"state": "parked", "cost_micros": None, "cost_basis": "in doubt"}
    put_in(ledger, services, month, "doubtful", **doubt)
    page = ReadingPage("costs", period="all-time")

    page.app.selectbox(key=month_view.CHOSEN).set_value(month)
    asking(page).press("month_close")

    assert any("stays open" in text for text in page.texts())
    (link,) = page.table("Run")["Run"]
    assert link.endswith("history?run=doubtful")
    assert shown(page)[month_view.name(month)] == "Open"


def test_the_lines_of_the_period_are_offered_as_files(
    services: Services, ledger: sa.Engine
) -> None:
    put_in(ledger, services, months_before(services, 1), "11")
    page = ReadingPage("costs", period="last-month")

    links = {item.proto.label: item.proto.url for item in page.app.get("link_button")}

    assert {"CSV", "Excel", "Parquet", "FOCUS"} <= links.keys()
    found = services.taking_away.fetch(links["FOCUS"].rpartition("/")[2])
    assert found is not None
    assert found.name.startswith("plantain-focus-")
    assert b"".join(found.data).startswith(b"PK")


def test_months_can_be_closed_from_a_period_without_runs(
    services: Services, ledger: sa.Engine
) -> None:
    put_in(ledger, services, months_before(services, 3), "21")

    assert shown(ReadingPage("costs", period="this-month"))
