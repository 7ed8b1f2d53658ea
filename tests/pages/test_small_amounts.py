"""Amounts far below a cent, on every page that shows money: none of them looks like nothing."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from lib.bootstrap import Services
from lib.domain.budget import Scope, Strength, Terms, Window
from lib.domain.clock import SystemClock
from lib.store.database import open_database
from tests.pages.reading import ReadingPage
from tests.store.ended_runs import book, forget_lines, put, put_pictures, run_row

ZERO = re.compile(r"\$0(\.0+)?(?![\d.])")
"""An amount that is nothing, however many decimals it has."""
SHORT = re.compile(r"\$0\.00(?!\d)")
"""What two decimals make of a small amount; nothing is ever shown like that."""
COSTS = (1, 4, 499, 500, 999, 4_999, 5_000)
PAGES = {
    "costs": [{}, {"period": "all-time"}, {"period": "all-time", "by": "created_by"}],
    "history": [{}, {"run": "tiny-1"}],
    "decisions": [{}],
    "settings": [{}],
}


@pytest.fixture
def tiny(services: Services) -> Iterator[sa.Engine]:
    """Runs that cost next to nothing, one that may have, and budgets of as much."""
    now = SystemClock().now_ms()
    engine = open_database(services.settings.plantain_data_dir / "plantain.db")
    rows = [
        run_row(f"tiny-{micros}", created_at=now, cost_micros=micros, estimate_micros=micros)
        for micros in COSTS
    ]
    doubt = {"state": "parked", "cost_micros": None, "cost_basis": "in doubt"}
    put(engine, *rows, run_row("doubtful", created_at=now, estimate_micros=3, **doubt))
    for row in rows:
        put_pictures(engine, row["id"], 1)
    book(engine)
    for limit in (12_001, 1_000_000):
        services.budgets.make(
            Terms(Scope.TEAM, "", Window.MONTH, limit, Strength.SOFT, "UTC"), by="local"
        )
    yield engine
    forget_lines(engine)
    with engine.begin() as db:
        db.exec_driver_sql("DELETE FROM picture")
        db.exec_driver_sql("DELETE FROM run")
    engine.dispose()


def shown(page: ReadingPage) -> list[str]:
    """Every text of a page, also in its tables and figures."""
    cells = [
        str(cell)
        for table in page.app.dataframe
        for column in table.value.select_dtypes(include=["object", "str"]).columns
        for cell in table.value[column]
    ]
    figures = [str(item.value) for item in page.app.metric]
    return [text.replace("\\", "") for text in (*page.texts(), *page.markdown(), *cells, *figures)]


@pytest.mark.parametrize(
    ("name", "query"), [(name, query) for name, queries in PAGES.items() for query in queries]
)
def test_no_page_shows_an_amount_of_two_decimals_that_are_nothing(
    tiny: sa.Engine, name: str, query: dict[str, str]
) -> None:
    texts = shown(ReadingPage(name, **query))

    assert [text for text in texts if SHORT.search(text)] == []
    assert any("$" in text for text in texts), "the page shows no money at all"


def test_spend_below_a_cent_is_shown_to_its_last_digit(tiny: sa.Engine) -> None:
    page = ReadingPage("costs", period="all-time")

    assert page.metric("Spend").value == "$0.012"
    assert page.metric("In doubt").value == "$0.000003"
    nothing = [text for text in shown(page) if ZERO.search(text)]
    assert not [text for text in nothing if "pend" in text or "icture" in text], nothing
