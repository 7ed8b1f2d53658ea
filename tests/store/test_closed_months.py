"""Closing a month: only when all of it is certain, for good, and whatever becomes known later."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from lib.domain.months import NotToBeClosed
from lib.store.closed_months import ClosedMonths
from lib.store.database import open_database, writing
from lib.store.migrate import MIGRATIONS, migrate
from tests.set_clock import SetClock
from tests.store.ended_runs import put, run_row
from tests.store.months_of_books import (
    IN_DECEMBER,
    IN_NOVEMBER,
    IN_OCTOBER,
    NOVEMBER,
    OCTOBER,
    UTC,
    clock_at,
    close,
    put_booked,
)


@pytest.fixture
def clock() -> SetClock:
    return clock_at(IN_NOVEMBER)


@pytest.fixture
def months(database: sa.Engine, clock: SetClock) -> ClosedMonths:
    return ClosedMonths(database, clock, origin="sandbox")


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
