"""Costs: what was spent, what is open, what is in doubt, and that it all adds up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pandas as pd
import pytest
import sqlalchemy as sa

from lib.bootstrap import Services
from lib.domain.clock import SystemClock
from lib.store.database import open_database
from tests.pages.reading import ReadingPage
from tests.store.ended_runs import book, forget_lines, put, put_pictures, run_row

SETTINGS = {"plantain_timezone": "America/New_York"}
DAY_MS = 86_400_000


@pytest.fixture
def database(services: Services) -> Iterator[sa.Engine]:
    """The ledger of the page, emptied at the end: costs stay also when runs are deleted."""
    engine = open_database(services.settings.plantain_data_dir / "plantain.db")
    yield engine
    forget_lines(engine)
    with engine.begin() as db:
        db.exec_driver_sql("DELETE FROM anomaly_answer")
        db.exec_driver_sql("DELETE FROM picture")
        db.exec_driver_sql("DELETE FROM run")
    engine.dispose()


@pytest.fixture
def now_ms() -> int:
    return SystemClock().now_ms()


def group_table(page: ReadingPage) -> pd.DataFrame:
    return page.table("Share")


def test_without_runs_the_page_says_what_will_be_here(database: sa.Engine) -> None:
    page = ReadingPage("costs")

    assert page.says("What runs cost will stand here")
    assert not page.app.metric


def test_each_run_is_spend_held_or_in_doubt(database: sa.Engine, now_ms: int) -> None:
    put(
        database,
        run_row("01", created_at=now_ms, estimate_micros=100_000, cost_micros=97_000),
        run_row("02", created_at=now_ms, state="accepted", cost_micros=None, cost_basis=None),
        run_row("03", created_at=now_ms, state="parked", cost_micros=None, cost_basis="in doubt"),
        run_row("04", created_at=now_ms, state="failed", cost_micros=0),
    )
    put_pictures(database, "01", 2)
    book(database)

    page = ReadingPage("costs", period="last-30-days")
    with database.begin() as db:
        db.exec_driver_sql("UPDATE run SET state = 'canceled' WHERE id = '02'")

    assert page.metric("Spend").value == "$0.097"
    assert (page.metric("Held").value, page.metric("Held").delta) == ("$0.080", "1 open run")
    assert (page.metric("In doubt").value, page.metric("In doubt").delta) == ("$0.080", "1 run")
    assert page.metric("Runs").value == "2"
    # 97,000 by 2 is 48,500 micro-dollars, and half goes to even.
    assert page.metric("Average per picture").value == "$0.048"


def test_the_total_row_is_the_sum_of_the_groups_and_of_the_bars(
    database: sa.Engine, now_ms: int
) -> None:
    rows = [
        run_row(f"{n:02}", created_at=now_ms - n * DAY_MS, cost_micros=n * 1_000 + 1)
        for n in range(5)
    ]
    put(database, *(row | {"created_by": f"p{n % 2}"} for n, row in enumerate(rows)))
    book(database)

    page = ReadingPage("costs", period="last-30-days", by="created_by")

    total = sum(n * 1_000 + 1 for n in range(5))
    for table, name in ((group_table(page), "Spend"), (page.table("p0"), "Total")):
        micros = (table[name] * 1_000_000).round().astype("int64")
        whole = micros.iloc[0] if name == "Spend" else micros.sum()
        assert whole == total
    assert micros.gt(0).all()
    assert group_table(page)["Spend"].iloc[1:].sum() == pytest.approx(total / 1_000_000)
    assert list(group_table(page)["Person"]) == ["Total", "p0", "p1"]


def test_the_change_is_signed_and_exact(database: sa.Engine, now_ms: int) -> None:
    put(
        database,
        run_row("01", created_at=now_ms, cost_micros=80_001),
        run_row("02", created_at=now_ms - 31 * DAY_MS, cost_micros=80_000),
    )
    book(database)

    page = ReadingPage("costs", period="last-30-days", by="created_by")

    assert set(group_table(page)["Change"]) == {"+$0.000001"}


def test_the_page_says_whose_days_and_what_the_figures_stand_on(
    database: sa.Engine, now_ms: int
) -> None:
    put(
        database,
        run_row("01", created_at=now_ms),
        run_row("02", created_at=now_ms, cost_micros=15_000, cost_basis="computed"),
    )
    book(database)

    page = ReadingPage("costs", period="last-30-days")

    assert page.says("America/New_York")
    assert page.says("\\$0.080 confirmed by the API")
    assert page.says("\\$0.015 computed from the price book")
    assert page.says("play money")
    assert not page.app.error


def test_a_period_can_be_chosen_and_linked(database: sa.Engine, now_ms: int) -> None:
    put(database, run_row("01", created_at=now_ms - 400 * DAY_MS))
    book(database)
    page = ReadingPage("costs")
    assert page.says("What runs cost will stand here")

    page.app.segmented_control(key="period").set_value("all-time")
    page.run()

    assert page.query["period"] == "all-time"
    assert page.metric("Spend").value == "$0.080"
    assert ReadingPage("costs", **page.query).metric("Spend").value == "$0.080"


@pytest.mark.parametrize("period", ["", "never", "![x](https://evil.example)", "custom"])
def test_a_period_nobody_knows_is_this_month(database: sa.Engine, now_ms: int, period: str) -> None:
    put(database, run_row("01", created_at=now_ms))
    book(database)

    page = ReadingPage("costs", period=period)

    assert page.app.segmented_control(key="period").value == "this-month"
    assert page.metric("Spend").value == "$0.080"
    assert page.says("A part of the link was not used")
    assert not any("evil" in text for text in page.markdown())


def test_days_of_ones_own_are_chosen_and_linked(database: sa.Engine) -> None:
    days = [(10, 1), (11, 10), (12, 100), (13, 1_000)]
    clicks = {day: datetime(2026, 3, day, 12, tzinfo=UTC) for day, _ in days}
    rows = (
        run_row(f"{day}", created_at=int(clicks[day].timestamp() * 1000), cost_micros=cost)
        for day, cost in days
    )
    put(database, *rows)
    book(database)
    page = ReadingPage("costs", **{"period": "custom", "from": "2026-03-11", "to": "2026-03-12"})

    assert page.metric("Spend").value == "$0.00011"
    assert page.says("Compared with 2026-03-09 to 2026-03-10")

    page.app.date_input(key="to").set_value(date(2026, 3, 13))
    page.run()

    assert page.query["to"] == "2026-03-13"
    assert page.metric("Spend").value == "$0.001"


def test_filters_are_in_the_address_and_can_be_taken_away(database: sa.Engine, now_ms: int) -> None:
    put(
        database,
        run_row("01", created_at=now_ms, created_by="ana"),
        run_row("02", created_at=now_ms, created_by="![x](https://evil.example)"),
    )
    book(database)
    page = ReadingPage("costs", created_by="ana", by="created_by")

    assert page.metric("Spend").value == "$0.080"
    assert list(group_table(page)["Person"]) == ["Total", "ana"]
    chips = page.app.multiselect(key="cost_chips")
    assert chips.value == [("created_by", "ana")]

    chips.set_value([])
    page.run()

    assert page.query == {"by": "created_by"}
    assert page.metric("Spend").value == "$0.160"
    assert not any("evil" in text for text in page.markdown())


def test_nothing_that_matches_says_what_to_do(database: sa.Engine, now_ms: int) -> None:
    put(database, run_row("01", created_at=now_ms))
    book(database)
    page = ReadingPage("costs", created_by="nobody")

    assert page.says("Nothing was spent on what these filters leave")
    page.press("cost_unfilter")

    assert page.metric("Spend").value == "$0.080"
    assert page.query == {}


def test_a_period_without_spend_leads_to_all_time(database: sa.Engine, now_ms: int) -> None:
    put(database, run_row("01", created_at=now_ms - 400 * DAY_MS))
    book(database)
    page = ReadingPage("costs")

    assert page.says("No spend in this period")
    page.press("cost_all_time")

    assert page.metric("Spend").value == "$0.080"


def test_spend_of_the_period_before_alone_is_no_reason_for_bars(
    database: sa.Engine, now_ms: int
) -> None:
    put(database, run_row("01", created_at=now_ms - 31 * DAY_MS, cost_micros=80_001))
    book(database)

    page = ReadingPage("costs", period="last-30-days", by="created_by")

    assert page.says("No spend in this period: what stands below was spent before")
    assert page.metric("Spend").value == "$0.000"
    assert list(group_table(page)["Change"]) == ["-$0.080001"] * 2


def test_a_bar_that_is_not_of_the_period_is_left_out_and_said(
    database: sa.Engine, now_ms: int
) -> None:
    put(database, run_row("01", created_at=now_ms))
    book(database)
    page = ReadingPage("costs", at="1999-12-31")

    assert page.says("not in the period")
    assert page.metric("Spend").value == "$0.080"


def test_money_of_another_account_is_not_counted(database: sa.Engine, now_ms: int) -> None:
    put(
        database,
        run_row("01", created_at=now_ms),
        run_row("02", created_at=now_ms, origin="api.runflow.io", cost_micros=10**9),
    )

    book(database)

    page = ReadingPage("costs", period="all-time")
    assert page.metric("Spend").value == "$0.080"
    assert page.table("Account").to_numpy().tolist() == [
        ["api.runflow.io", "real money", "$1,000.000000"],
        ["sandbox (in use)", "play money", "$0.080000"],
    ]
    assert not ReadingPage("costs", period="all-time", created_by="nobody").has_table("Account")


def test_below_seven_days_with_spend_there_is_no_forecast(database: sa.Engine, now_ms: int) -> None:
    put(database, run_row("01", created_at=now_ms))

    figure = ReadingPage("costs", period="all-time").metric("This month's end")

    assert (figure.value, figure.delta) == ("—", "not enough days yet")


def test_waste_is_told_by_kind_with_the_way_to_its_runs(database: sa.Engine, now_ms: int) -> None:
    put(database, run_row("01", created_at=now_ms), run_row("02", created_at=now_ms, deleted_at=1))
    put_pictures(database, "01", 1)
    book(database)

    page = ReadingPage("costs", period="all-time")

    assert (page.metric("Waste").value, page.metric("Waste").delta) == (
        "$0.080",
        "50.0% of the spend in 1 run",
    )
    waste = page.table("In History").set_index("Kind")
    assert waste.loc["Deleted", "Runs"] == "1"
    assert "deleted=true" in waste.loc["Deleted", "In History"]
    assert waste["In History"].isna().sum() == 5


def test_spend_per_kept_picture_is_all_spend_by_kept_pictures(
    database: sa.Engine, services: Services, now_ms: int
) -> None:
    put(database, run_row("01", created_at=now_ms), run_row("02", created_at=now_ms))
    put_pictures(database, "01", 2)
    book(database)
    assert ReadingPage("costs", period="all-time").metric("Spend per kept picture").value == "—"

    services.attention.downloaded(["01"])

    figure = ReadingPage("costs", period="all-time").metric("Spend per kept picture")
    assert (figure.value, figure.delta) == ("$0.080", "over 2 kept pictures")


def test_other_choices_are_priced_when_somebody_asks(database: sa.Engine, now_ms: int) -> None:
    put(
        database,
        run_row("01", created_at=now_ms, input={"resolution": "4K"}, cost_micros=160_000),
    )
    put_pictures(database, "01", 1)
    book(database)
    page = ReadingPage("costs", period="all-time")
    assert "It would cost" not in [metric.label for metric in page.app.metric]

    page.app.session_state["what_if"] = True
    page.run()
    assert (page.metric("It would cost").value, page.metric("Difference").value) == (
        "$0.160",
        "$0.000",
    )
    assert page.says("Assumed, not confirmed, are the prices of: 4K image.")

    page.app.segmented_control(key="what_if_sizes").set_value("all-1k")
    page.run()
    assert (page.metric("It would cost").value, page.metric("Difference").value) == (
        "$0.080",
        "-$0.080",
    )
    assert page.metric("Difference").delta == "-50.0%"
    assert not page.says("Assumed, not confirmed")


def test_too_few_runs_are_named_instead_of_compared(database: sa.Engine, now_ms: int) -> None:
    put(database, run_row("01", created_at=now_ms))
    put_pictures(database, "01", 1)
    book(database)
    page = ReadingPage("costs", period="all-time")

    page.app.session_state["worth"] = True
    page.run()

    assert page.says("Left out, below 20 runs with or without it: 1K image (1 with, 0 without).")
    assert not page.has_table("Kept without")


NAME = "![x](https://evil.example) ana"


def put_a_dear_day(database: sa.Engine, now_ms: int) -> None:
    """Eight cents a day for weeks, and twelve dollars now, by somebody with an odd name."""
    for n in range(1, 20):
        put(database, run_row(f"{n:02}", created_at=now_ms - n * DAY_MS, created_by=NAME))
    dear = run_row("now", created_at=now_ms, created_by=NAME, cost_micros=12_000_000)
    put(database, dear)
    for n in range(1, 20):
        put_pictures(database, f"{n:02}", 1)
    put_pictures(database, "now", 1)
    book(database)


def test_unusual_spend_stands_on_top_until_somebody_says_what_it_is(
    database: sa.Engine, now_ms: int
) -> None:
    put_a_dear_day(database, now_ms)
    page = ReadingPage("costs")
    assert page.says("unusual spend")
    said = [text for text in page.texts() if text.startswith(f"{NAME}: $12.00")]
    assert len(said) == 2  # the day, and the last quarter of an hour
    assert not any(NAME in text for text in page.markdown())

    while answers := [one.key for one in page.app.button if (one.key or "").endswith("_false")]:
        page.press(answers[0])

    assert not page.says("unusual spend")
    assert page.says("false alarm, says local; no such alarm until")

    page.press("anomaly_undo_0")
    assert page.says("1 alarm of unusual spend")


def test_what_was_planned_is_muted_until_its_last_day(database: sa.Engine, now_ms: int) -> None:
    put_a_dear_day(database, now_ms)
    page = ReadingPage("costs")
    keys = [one.key for one in page.app.button if (one.key or "").endswith("_plan")]

    page.press(keys[0])

    assert page.says("planned, says local; no such alarm until")


def test_without_unusual_spend_there_is_no_alarm(database: sa.Engine, now_ms: int) -> None:
    put(database, run_row("01", created_at=now_ms))

    assert not ReadingPage("costs").says("unusual")
