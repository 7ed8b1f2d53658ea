"""Charge lines that are taken away: all of a period, exact, and no text runs as a formula."""

import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet
import pytest

from lib.domain.cost_query import CostQuery
from lib.domain.periods import Days, Period
from lib.services.costs import CostService
from lib.services.taking_away.columns import Kind
from lib.services.taking_away.csv_table import iso, unguarded
from lib.services.taking_away.lines import LinesOfDays, table_of_lines
from lib.services.taking_away.prepared import Form
from lib.store import taken_lines
from lib.store.closed_months import ClosedMonths
from lib.store.database import writing
from lib.store.reconciliation import Reconciliation
from lib.store.tables import Tables
from tests.services.taking import HOSTILE, Takings, open_takings
from tests.services.test_tables_taken_away import read_csv, read_excel
from tests.set_clock import SetClock
from tests.store.ended_runs import NOON_MS, book, put, put_pictures, run_row
from tests.store.months_of_books import BERLIN, IN_OCTOBER, OCTOBER, clock_at, close, put_booked

NOVEMBER = LinesOfDays(date(2026, 11, 1), date(2026, 11, 30), "Europe/Berlin")
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def takings(tmp_path: Path) -> Iterator[Takings]:
    opened = open_takings(tmp_path)
    yield opened
    opened.database.dispose()


def fetch(takings: Takings, form: Form, lines: LinesOfDays = NOVEMBER) -> bytes:
    away = takings.away(SetClock())
    token = away.order_lines(form, lines)
    found = away.fetch(token)
    assert found is not None
    data = b"".join(found.data)
    transfer = away.transfer(token)
    assert transfer is not None
    assert transfer.is_whole
    assert transfer.gone_through == transfer.total
    return data


def put_hostile(takings: Takings) -> None:
    people = [name for name in HOSTILE if name]
    rows = [run_row(f"{n:04}", created_by=name) for n, name in enumerate(people)]
    put_booked(takings.database, *rows)


def test_a_line_says_all_that_is_known_of_it(takings: Takings) -> None:
    put(takings.database, run_row("01", remote_id="r-1", cost_micros=81_001, created_at=NOON_MS))
    put_pictures(takings.database, "01", 1)
    book(takings.database)

    base, extra = read_csv(fetch(takings, Form.CSV))

    assert base == {
        "line": "1",
        "run_id": "01",
        "kind": "charge",
        "sku": "image_1K",
        "revision": "0",
        "quantity": "1",
        "unit_micros": "80000",
        "unit_usd": "0.080000",
        "amount_micros": "80000",
        "amount_usd": "0.080000",
        "in_spend": "true",
        "basis": "confirmed",
        "outcome": "stored",
        "origin": "sandbox",
        "created_by": "local",
        "model_id": "google/nano-banana-2",
        "resolution": "1K",
        "remote_id": "r-1",
        "price_version": "nano-banana-2/2026-04-13",
        "clicked_at": iso(NOON_MS),
        "counts_at": iso(NOON_MS),
        "charged_at": iso(NOON_MS),
        "counts_on": "2026-11-22",
        "time_zone": "Europe/Berlin",
        "corrects_month": "",
        "tags": "[]",
    }
    assert (extra["sku"], extra["amount_usd"]) == ("adjustment", "0.001001")


def test_only_what_counts_in_the_days_of_the_zone_is_in_the_file(takings: Takings) -> None:
    first, after = NOVEMBER.span_ms()
    moments = {"before": first - 1, "first": first, "last": after - 1, "after": after}
    put_booked(takings.database, *(run_row(name, created_at=at) for name, at in moments.items()))
    put_booked(takings.database, run_row("other", created_at=first, origin="api"))

    rows = read_csv(fetch(takings, Form.CSV))

    assert [(row["run_id"], row["counts_on"]) for row in rows] == [
        ("first", "2026-11-01"),
        ("last", "2026-11-30"),
    ]


def test_what_is_in_doubt_is_told_apart(takings: Takings) -> None:
    doubt = {"state": "parked", "cost_micros": None, "cost_basis": "in doubt"}
    put_booked(takings.database, run_row("01", **doubt), run_row("02"))

    rows = read_csv(fetch(takings, Form.CSV))

    assert {row["run_id"]: row["in_spend"] for row in rows} == {"01": "false", "02": "true"}


def test_a_correction_points_back_to_its_month(takings: Takings) -> None:
    put_booked(takings.database, run_row("01", created_at=IN_OCTOBER))
    clock = clock_at(NOON_MS)
    close(ClosedMonths(takings.database, clock, origin="sandbox"), OCTOBER, BERLIN)
    Reconciliation(takings.database, clock, origin="sandbox").correct_cost("01", 95_000)

    rows = read_csv(fetch(takings, Form.CSV))

    assert [row["amount_micros"] for row in rows] == ["-80000", "80000", "15000"]
    assert {row["corrects_month"] for row in rows} == {"2026-10"}
    assert {row["clicked_at"] for row in rows} == {iso(IN_OCTOBER)}


def test_lines_written_on_the_way_are_in_the_next_file(
    takings: Takings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taken_lines, "AT_A_TIME", 2)
    put_booked(takings.database, *(run_row(f"{n}") for n in range(5)))
    away = takings.away(SetClock())
    found = away.fetch(away.order_lines(Form.CSV, NOVEMBER))
    assert found is not None
    parts = [next(found.data), next(found.data)]

    put_booked(takings.database, run_row("late"))

    rows = read_csv(b"".join([*parts, *found.data]))
    assert [row["run_id"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert len(read_csv(fetch(takings, Form.CSV))) == 6


def test_hostile_texts_come_back_exactly_from_csv_parquet_and_excel(takings: Takings) -> None:
    put_hostile(takings)
    people = {name for name in HOSTILE if name}

    rows = read_csv(fetch(takings, Form.CSV))
    assert {unguarded(row["created_by"]) for row in rows} == people
    assert not any(row["created_by"].lstrip().startswith(("=", "+", "-", "@")) for row in rows)

    table = pyarrow.parquet.read_table(io.BytesIO(fetch(takings, Form.PARQUET)))
    assert set(table["created_by"].to_pylist()) == people
    assert sum(table["amount_usd"].to_pylist()) == Decimal("0.08") * len(people)

    head, *cells = read_excel(fetch(takings, Form.EXCEL))
    person, key = head.index("created_by"), head.index("line")
    found = {row[key]: row[person] for row in cells}
    for line, column, rest, *_ in read_excel(fetch(takings, Form.EXCEL), sheet=2)[1:]:
        found[line] += rest if column == "created_by" else ""
    assert set(found.values()) == people


def test_the_lines_of_a_file_sum_to_the_report(takings: Takings) -> None:
    rows = [run_row(f"{n}", cost_micros=cost) for n, cost in enumerate((0, 1, 80_000, 10**12))]
    put_booked(takings.database, *rows)
    zone = BERLIN
    costs = CostService(Tables(takings.database), origin="sandbox", zone=zone, clock=SetClock())

    table = pyarrow.parquet.read_table(io.BytesIO(fetch(takings, Form.PARQUET)))

    spend = sum(row["amount_micros"] for row in table.to_pylist() if row["in_spend"])
    november = CostQuery(Period.CUSTOM, Days(NOVEMBER.first, NOVEMBER.last))
    assert spend == costs.report(november).spend_micros


def test_tags_are_json(takings: Takings) -> None:
    put_booked(takings.database, run_row("01"))
    with writing(takings.database) as db:
        db.exec_driver_sql("INSERT INTO tag (name, created_at, created_by) VALUES ('=1+1', 1, 'x')")
        db.exec_driver_sql("INSERT INTO run_tag (tag_id, no) SELECT 1, no FROM run_index")

    (row,) = read_csv(fetch(takings, Form.CSV))

    assert json.loads(row["tags"]) == ["=1+1"]


def test_every_column_stands_in_the_readme() -> None:
    told = README.read_text(encoding="utf-8")

    for column in table_of_lines(BERLIN).columns:
        assert f"`{column.name}`" in told, column.name
        assert column.kind in Kind
