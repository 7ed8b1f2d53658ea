"""Closing a month: only when all of it is certain, for good, and whatever becomes known later."""

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.cost_query import CostQuery
from lib.domain.months import Month, NotToBeClosed
from lib.domain.periods import Days, Period
from lib.services.costs import CostService
from lib.store.closed_months import ClosedMonths
from lib.store.database import open_database, writing
from lib.store.migrate import MIGRATIONS, migrate
from lib.store.reconciliation import Reconciliation
from lib.store.tables import Tables
from tests.set_clock import SetClock
from tests.store.balancing import assert_balanced
from tests.store.ended_runs import book, put, put_pictures, run_row

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
DAY_MS = 86_400_000
IN_OCTOBER = OCTOBER.span(UTC).from_ms + 5 * DAY_MS
IN_NOVEMBER = NOVEMBER.span(UTC).from_ms + 5 * DAY_MS
IN_DECEMBER = NOVEMBER.span(UTC).to_ms + 5 * DAY_MS


def clock_at(moment_ms: int) -> SetClock:
    clock = SetClock()
    clock.wall_ms = moment_ms
    return clock


@pytest.fixture
def clock() -> SetClock:
    return clock_at(IN_NOVEMBER)


@pytest.fixture
def months(database: sa.Engine, clock: SetClock) -> ClosedMonths:
    return ClosedMonths(database, clock, origin="sandbox")


def close(months: ClosedMonths, month: Month = OCTOBER, zone: ZoneInfo = UTC) -> bool:
    return months.close(month, month.span(zone), zone=zone.key, by="ana")


def put_booked(database: sa.Engine, *rows: dict[str, Any]) -> None:
    put(database, *rows)
    for row in rows:
        put_pictures(database, row["id"], 1)
    book(database)


def spend(database: sa.Engine, month: Month) -> int:
    """What the report says of a month."""
    costs = CostService(Tables(database), origin="sandbox", zone=UTC, clock=SetClock())
    report = costs.report(CostQuery(Period.CUSTOM, Days(month.first, month.last)))
    assert report.ties_out, report.ties
    assert int(report.bars["amount_micros"].sum()) == report.spend_micros
    return report.spend_micros


def correct(database: sa.Engine, clock: SetClock, run_id: str, cost_micros: int) -> None:
    Reconciliation(database, clock, origin="sandbox").correct_cost(run_id, cost_micros)


# -- closing -------------------------------------------------------------------------------------


def test_a_month_is_closed_with_its_tie_out(database: sa.Engine, months: ClosedMonths):
    rows = [
        run_row(f"{n}", created_at=IN_OCTOBER, cost_basis=basis)
        for n, basis in enumerate(("confirmed", "confirmed", "computed"))
    ]
    put_booked(database, *rows, run_row("other", created_at=IN_OCTOBER, origin="api"))

    assert close(months)

    (closed,) = months.all()
    assert (closed.month, closed.zone, closed.closed_by) == (OCTOBER, "UTC", "ana")
    assert closed.closed_at == IN_NOVEMBER
    told = closed.tie_out
    assert (told.runs, told.lines) == (3, 3)
    assert (told.run_micros, told.line_micros, told.rollup_micros) == (240_000,) * 3
    assert (told.named_run_micros, told.named_line_micros, told.moved_micros) == (160_000,) * 2 + (
        0,
    )


def test_a_month_is_closed_once(database: sa.Engine, months: ClosedMonths, clock: SetClock):
    assert close(months)
    clock.pass_s(1)

    assert not close(months)
    assert [closed.closed_at for closed in months.all()] == [IN_NOVEMBER]


def test_a_month_that_is_not_over_stays_open(months: ClosedMonths, clock: SetClock):
    with pytest.raises(NotToBeClosed, match="not over"):
        close(months, NOVEMBER)


@pytest.mark.parametrize(
    ("state", "basis"),
    [("queued", None), ("accepted", None), ("parked", "in doubt"), ("canceled", "in doubt")],
)
def test_what_is_held_or_in_doubt_keeps_its_month_open(
    database: sa.Engine, months: ClosedMonths, state: str, basis: str | None
):
    uncertain = {"state": state, "cost_basis": basis, "cost_micros": None}
    put_booked(database, run_row("1", created_at=IN_OCTOBER, **uncertain), run_row("2"))

    with pytest.raises(NotToBeClosed) as refused:
        close(months)

    assert refused.value.run_ids == ("1",)
    assert months.all() == []


def test_a_run_without_its_lines_keeps_its_month_open(database: sa.Engine, months: ClosedMonths):
    put(database, run_row("odd", created_at=IN_OCTOBER))

    with pytest.raises(NotToBeClosed, match="do not sum") as refused:
        close(months)

    assert refused.value.run_ids == ("odd",)


def test_roll_ups_that_are_not_the_lines_keep_a_month_open(
    database: sa.Engine, months: ClosedMonths
):
    put_booked(database, run_row("1", created_at=IN_OCTOBER))
    with writing(database) as db:
        db.exec_driver_sql("UPDATE charge_rollup SET amount_micros = amount_micros + 1")

    with pytest.raises(NotToBeClosed, match="do not say the same"):
        close(months)


def test_a_month_in_another_zone_begins_where_the_one_before_it_ended(
    database: sa.Engine, months: ClosedMonths, clock: SetClock
):
    assert close(months)
    clock.pass_s((IN_DECEMBER - IN_NOVEMBER) / 1000)

    assert close(months, NOVEMBER, ZoneInfo("America/New_York"))

    november, october = months.all()
    assert november.span.from_ms == october.span.to_ms
    assert november.span.to_ms == NOVEMBER.span(UTC).to_ms + 5 * 3_600_000


@pytest.mark.parametrize(
    "change", ["UPDATE closed_month SET closed_at = 0", "DELETE FROM closed_month"]
)
def test_a_closed_month_is_never_opened_again(
    database: sa.Engine, months: ClosedMonths, change: str
):
    close(months)

    with pytest.raises(sa.exc.IntegrityError, match="stays as it is"), writing(database) as db:
        db.exec_driver_sql(change)


def test_the_database_refuses_a_line_in_a_closed_month(database: sa.Engine, months: ClosedMonths):
    put_booked(database, run_row("1", created_at=IN_OCTOBER))
    close(months)

    with pytest.raises(sa.exc.IntegrityError, match="month is closed"), writing(database) as db:
        db.exec_driver_sql(
            "INSERT INTO charge_line SELECT NULL, run_id, 1, kind, origin, 'x', sku, quantity,"
            " unit_micros, amount_micros, basis, outcome, created_by, model_id, resolution,"
            " price_version, clicked_at, counts_at, charged_at FROM charge_line"
        )


def test_the_database_refuses_a_month_that_does_not_tie_out(database: sa.Engine):
    with pytest.raises(sa.exc.IntegrityError, match="ties_out"), writing(database) as db:
        db.exec_driver_sql(
            "INSERT INTO closed_month VALUES ('sandbox', '2026-10', 'UTC', 0, 1, 2, 'ana',"
            " 1, 1, 80000, 0, 80001, 80001, 0, 0, 0)"
        )


# -- what comes later ----------------------------------------------------------------------------


def test_a_correction_of_a_closed_month_counts_in_the_open_one(
    database: sa.Engine, months: ClosedMonths, clock: SetClock
):
    put_booked(database, run_row("1", created_at=IN_OCTOBER))
    close(months)

    correct(database, clock, "1", 95_000)

    assert (spend(database, OCTOBER), spend(database, NOVEMBER)) == (80_000, 15_000)
    with database.connect() as db:
        moved = db.exec_driver_sql(
            "SELECT run_id, kind, clicked_at, counts_at, amount_micros FROM charge_line"
            " WHERE counts_at != clicked_at ORDER BY seq"
        ).all()
    assert [tuple(told) for told in moved] == [
        ("1", "reversal", IN_OCTOBER, IN_NOVEMBER, -80_000),
        ("1", "charge", IN_OCTOBER, IN_NOVEMBER, 80_000),
        ("1", "charge", IN_OCTOBER, IN_NOVEMBER, 15_000),
    ]


def test_the_report_names_the_corrections_as_a_book_of_their_own(
    database: sa.Engine, months: ClosedMonths, clock: SetClock
):
    put_booked(database, run_row("1", created_at=IN_OCTOBER), run_row("2", created_at=IN_NOVEMBER))
    close(months)
    correct(database, clock, "1", 95_000)
    costs = CostService(Tables(database), origin="sandbox", zone=UTC, clock=clock)

    november = CostQuery(Period.CUSTOM, Days(date(2026, 11, 1), date(2026, 11, 30)))
    books = {tie.book: tie.micros for tie in costs.report(november).ties}

    assert books["Costs of the runs"] == 80_000
    assert books["Corrections of closed months"] == 15_000
    assert books["Charge lines"] == 95_000


def test_a_later_correction_moves_a_correction_only_when_its_month_is_closed_too(
    database: sa.Engine, months: ClosedMonths, clock: SetClock
):
    put_booked(database, run_row("1", created_at=IN_OCTOBER))
    close(months)
    correct(database, clock, "1", 95_000)
    clock.pass_s((IN_DECEMBER - IN_NOVEMBER) / 1000)

    correct(database, clock, "1", 90_000)
    assert [spend(database, month) for month in (OCTOBER, NOVEMBER, NOVEMBER.next())] == [
        *(80_000, 10_000, 0),
    ]

    close(months, NOVEMBER)
    correct(database, clock, "1", 70_000)
    assert [spend(database, month) for month in (OCTOBER, NOVEMBER, NOVEMBER.next())] == [
        *(80_000, 10_000, -20_000),
    ]
    assert months.all()[0].tie_out.moved_micros == 10_000


def test_a_run_of_a_closed_month_that_is_found_later_counts_in_the_open_one(
    database: sa.Engine, months: ClosedMonths
):
    close(months)
    put_booked(database, run_row("found", created_at=IN_OCTOBER, settled_at=IN_NOVEMBER))

    assert (spend(database, OCTOBER), spend(database, NOVEMBER)) == (0, 80_000)


COSTS = st.sampled_from([0, 1, 80_000, 81_000, 10**9])
DEEDS = st.one_of(
    st.tuples(st.just("correct"), st.integers(0, 3), COSTS),
    st.tuples(st.just("find"), COSTS),
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(st.just("close"), st.integers(0, 2)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, max_size=14))
def test_no_closed_month_ever_changes_by_a_micro_dollar(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[Any, ...]]
):
    database = open_database(tmp_path_factory.mktemp("months") / "plantain.db")
    migrate(database)
    clock = clock_at(IN_NOVEMBER)
    months = ClosedMonths(database, clock, origin="sandbox")
    moments = (IN_OCTOBER, IN_OCTOBER + DAY_MS, IN_NOVEMBER, IN_NOVEMBER - 5 * DAY_MS)
    put_booked(database, *(run_row(f"{n}", created_at=at) for n, at in enumerate(moments)))
    calendar = (OCTOBER, NOVEMBER, NOVEMBER.next())

    for name, *told in [("close", 0), *deeds]:
        match name:
            case "correct":
                correct(database, clock, f"{told[0]}", told[1])
            case "find":
                run_id = f"found {clock.now_ms()} {told[0]}"
                if not _is_there(database, run_id):
                    at = {"created_at": IN_OCTOBER, "settled_at": clock.now_ms()}
                    put_booked(database, run_row(run_id, cost_micros=told[0], **at))
            case "wait":
                clock.pass_s(told[0] * DAY_MS / 1000)
            case "close":
                if clock.now_ms() >= calendar[told[0]].span(UTC).to_ms:
                    close(months, calendar[told[0]])
        for closed in months.all():
            assert spend(database, closed.month) == closed.tie_out.line_micros
        assert_balanced(database)
    database.dispose()


def _is_there(database: sa.Engine, run_id: str) -> bool:
    with database.connect() as db:
        return bool(db.exec_driver_sql("SELECT 1 FROM run WHERE id = ?", (run_id,)).first())


def test_the_lines_of_an_older_ledger_count_where_they_were_clicked(tmp_path: Path):
    database = open_database(tmp_path / "plantain.db")
    bring_to(database, "0010")
    put(database, run_row("01", created_at=IN_OCTOBER), run_row("02", created_at=IN_OCTOBER))
    with writing(database) as db:
        for statement in LINES_OF_0010:
            db.exec_driver_sql(statement)
    before = seen(database, "seq, run_id, revision, kind, amount_micros, clicked_at, charged_at")

    migrate(database)

    after = seen(database, "seq, run_id, revision, kind, amount_micros, counts_at, charged_at")
    assert after[: len(before)] == before
    assert [line[1:5] for line in after[len(before) :]] == [("02", 0, "charge", 80_000)]
    assert close(ClosedMonths(database, clock_at(IN_NOVEMBER), origin="sandbox"))
    with pytest.raises(sa.exc.IntegrityError, match="never changed"), writing(database) as db:
        db.exec_driver_sql("UPDATE charge_line SET sku = 'x'")
    database.dispose()


LINE_OF_0010 = (
    "INSERT INTO charge_line VALUES ({}, '01', {}, '{}', 'sandbox', 'remote', 'unlisted', {}, {}, {},"
    f" '{{}}', 'stored', 'local', 'm', '1K', 'v', {IN_OCTOBER}, {IN_OCTOBER + 7})"
)
LINES_OF_0010 = (
    LINE_OF_0010.format(3, 0, "charge", 1, 70_000, 70_000, "computed"),
    LINE_OF_0010.format(5, 1, "reversal", -1, 70_000, -70_000, "computed"),
    LINE_OF_0010.format(8, 1, "charge", 1, 80_000, 80_000, "confirmed"),
    "INSERT INTO charge_rollup SELECT origin, clicked_at - clicked_at % 900000, created_by, model_id,"
    " resolution, sku, outcome, basis, sum(CASE kind WHEN 'charge' THEN 1 ELSE -1 END),"
    " sum(quantity), sum(amount_micros) FROM charge_line GROUP BY basis",
)
"""A run that was corrected once, with the numbers that its lines have after others were written."""


def bring_to(database: sa.Engine, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(database) as db:
        config.attributes["connection"] = db
        command.upgrade(config, version)


def seen(database: sa.Engine, columns: str) -> list[tuple[Any, ...]]:
    with database.connect() as db:
        rows = db.exec_driver_sql(f"SELECT {columns} FROM charge_line ORDER BY seq")
        return [tuple(row) for row in rows]
