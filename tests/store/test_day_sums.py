"""The sums by day are the lines', whatever becomes of runs, of their tags and of the zone."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.clock import SystemClock
from lib.domain.days import start_ms
from lib.domain.decision import Counts
from lib.domain.run import CostBasis, RunState
from lib.store import day_sums
from lib.store.charges import book
from lib.store.database import writing
from lib.store.day_sums import DAYS, FIRST_DAY, day_starts, sum_by_day
from lib.store.decisions import Decisions
from lib.store.reconciliation import Reconciliation
from tests.store.balancing_days import assert_days_are_the_lines, sums_of_days
from tests.store.ended_runs import NOON_MS, put, put_pictures, run_row

ZONES = ("UTC", "Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe", "Pacific/Kiritimati")
YEAR_MS = 365 * 86_400_000
TAGS = (1, 2, 3)


def by(database: sa.Engine, zone: str) -> None:
    sum_by_day(database, ZoneInfo(zone))


def assert_true(database: sa.Engine) -> None:
    with database.connect() as db:
        assert_days_are_the_lines(db)


def put_tags(database: sa.Engine) -> None:
    with writing(database) as db:
        for tag in TAGS:
            db.exec_driver_sql("INSERT INTO tag VALUES (?, ?, 0, 'local')", (tag, f"tag {tag}"))


def give(database: sa.Engine, run_id: str, tag: int) -> None:
    change(database, "INSERT OR IGNORE INTO run_tag (tag_id, no) SELECT ?, no", tag, run_id)


def take(database: sa.Engine, run_id: str, tag: int) -> None:
    change(database, "DELETE FROM run_tag WHERE tag_id = ? AND no IN (SELECT no", tag, run_id, ")")


def change(database: sa.Engine, sql: str, tag: int, run_id: str, end: str = "") -> None:
    with writing(database) as db:
        query = f"{sql} FROM run_index WHERE run_id = ?{end}"
        db.exec_driver_sql(query, (tag, run_id))


def amounts(database: sa.Engine) -> dict[tuple[int, str], int]:
    """What stands under a tag on a day."""
    with database.connect() as db:
        found: dict[tuple[int, str], int] = {}
        for (_, tag, day, *_), (_, _, micros) in sums_of_days(db).items():
            found[tag, str(day)] = found.get((tag, str(day)), 0) + micros
        return found


def make(database: sa.Engine, run_id: str, **values: Any) -> None:
    put(database, run_row(run_id, **values))
    put_pictures(database, run_id, 1)
    with writing(database) as db:
        book(db, run_id, at=NOON_MS)


def test_without_a_zone_there_are_no_days(database: sa.Engine):
    make(database, "01")

    assert amounts(database) == {}


def test_a_line_counts_on_its_day_of_the_zone(database: sa.Engine):
    by(database, "America/New_York")
    in_new_york = start_ms(FIRST_DAY.replace(2026, 11, 21), ZoneInfo("America/New_York"))

    make(database, "01", created_at=in_new_york + 86_400_000 - 1)

    assert amounts(database) == {(0, f"{in_new_york}"): 80_000}


def test_lines_from_before_the_zone_was_known_are_in_its_days_at_once(database: sa.Engine):
    put_tags(database)
    make(database, "01")
    give(database, "01", 2)
    give(database, "01", 3)

    by(database, "UTC")

    noon = f"{NOON_MS - 43_200_000}"
    assert amounts(database) == {(tag, noon): 80_000 for tag in (0, -1, 2, 3)}


def test_a_run_counts_with_its_tags_as_long_as_it_has_them(database: sa.Engine):
    by(database, "UTC")
    put_tags(database)
    make(database, "01")
    noon = f"{NOON_MS - 43_200_000}"

    for tag in (2, 3):
        give(database, "01", tag)
    assert amounts(database) == {(tag, noon): 80_000 for tag in (0, -1, 2, 3)}

    take(database, "01", 2)
    assert amounts(database) == {(tag, noon): 80_000 for tag in (0, -1, 3)}

    take(database, "01", 3)
    assert amounts(database) == {(0, noon): 80_000}


def test_another_zone_has_other_days(database: sa.Engine):
    make(database, "01")
    for zone in ZONES:
        by(database, zone)
        with database.connect() as db:
            kept = db.exec_driver_sql("SELECT start FROM report_day ORDER BY start").scalars()
            assert tuple(kept) == day_starts(ZoneInfo(zone))
        (found,) = amounts(database)
        day = start_ms(FIRST_DAY.replace(2026, 11, 22), ZoneInfo(zone))
        # At noon of UTC it is two in the morning of the next day on Kiritimati.
        assert found[1] == f"{day + 86_400_000 * (zone == 'Pacific/Kiritimati')}"
        assert_true(database)


def test_a_new_zone_is_summed_by_whole_or_not_at_all(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
):
    by(database, "UTC")
    make(database, "01")
    before = amounts(database)
    monkeypatch.setattr(day_sums.day_triggers, "FILL_TAGS", "SELECT 1 FROM nowhere")

    with pytest.raises(sa.exc.OperationalError):
        by(database, "Asia/Kathmandu")

    assert amounts(database) == before
    assert_true(database)
    monkeypatch.undo()
    by(database, "Asia/Kathmandu")
    assert amounts(database) != before
    assert_true(database)


def test_what_is_rolled_back_leaves_no_trace_in_a_day(database: sa.Engine):
    by(database, "UTC")
    put(database, run_row("01"))
    put_pictures(database, "01", 1)

    def dies(db: sa.Connection) -> None:
        book(db, "01", at=NOON_MS)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError), writing(database) as db:
        dies(db)

    assert amounts(database) == {}


def test_the_same_zone_is_summed_once(database: sa.Engine):
    told: list[str] = []
    for _ in range(2):
        sum_by_day(database, ZoneInfo("UTC"), tell=told.append)

    assert told == ["Adding up the charges by the days of UTC."]


def test_a_zone_whose_rules_have_changed_is_summed_again(database: sa.Engine):
    by(database, "UTC")
    with writing(database) as db:
        db.exec_driver_sql("UPDATE report_day SET start = start + 3600000")
    make(database, "01")

    by(database, "UTC")

    assert amounts(database) == {(0, f"{NOON_MS - 43_200_000}"): 80_000}


def test_what_was_clicked_at_an_impossible_time_is_booked_all_the_same(database: sa.Engine):
    by(database, "UTC")
    last = day_starts(ZoneInfo("UTC"))[-1]

    for number, at in enumerate((1, last - 1, last, last + 10 * YEAR_MS)):
        make(database, f"{number}", created_at=at)

    assert amounts(database) == {(0, f"{last}"): 160_000, (0, f"{last - 86_400_000}"): 80_000}
    assert_true(database)


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_begins_with_a_quarter_of_an_hour(zone: str):
    starts = day_starts(ZoneInfo(zone))

    assert len(starts) == DAYS + 1
    assert not any(start % 900_000 for start in starts)


MOMENTS = st.integers(NOON_MS - YEAR_MS, NOON_MS + YEAR_MS)
DEEDS = st.one_of(
    st.tuples(st.just("run"), MOMENTS, st.sampled_from(["ana", "ben"]), st.booleans()),
    st.tuples(st.just("correct"), st.integers(0, 5), st.sampled_from([0, 1, 80_000, 97_000])),
    st.tuples(st.just("give up"), st.integers(0, 5), st.sampled_from(Counts)),
    st.tuples(st.just("give"), st.integers(0, 5), st.sampled_from(TAGS)),
    st.tuples(st.just("take"), st.integers(0, 5), st.sampled_from(TAGS)),
    st.tuples(st.just("forget"), st.sampled_from(TAGS)),
    st.tuples(st.just("zone"), st.sampled_from(ZONES)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, min_size=3, max_size=25))
def test_the_days_are_the_lines_whatever_happens(database: sa.Engine, deeds: list[tuple[Any, ...]]):
    runs: list[str] = []
    decisions = Decisions(database, SystemClock())
    reconciliation = Reconciliation(database, SystemClock(), origin="sandbox")
    with database.connect() as db:
        made = int(db.exec_driver_sql("SELECT count(*) FROM run").scalar() or 0)
        if not made:
            by(database, "UTC")
            put_tags(database)
    for name, *told in deeds:
        match name, told:
            case "run", [at, who, in_doubt]:
                runs.append(f"{made + len(runs)}")
                doubt = {"state": RunState.PARKED, "cost_micros": None}
                values = {**doubt, "cost_basis": CostBasis.IN_DOUBT} if in_doubt else {}
                make(
                    database, runs[-1], created_at=at, created_by=who, remote_id=runs[-1], **values
                )
            case "zone", [zone]:
                by(database, zone)
            case "forget", [tag]:
                with writing(database) as db:
                    db.exec_driver_sql("DELETE FROM run_tag WHERE tag_id = ?", (tag,))
            case _, [number, what] if number < len(runs):
                if name == "correct":
                    reconciliation.correct_cost(runs[number], what)
                elif name == "give up":
                    decisions.give_up(runs[number], what, by="local")
                elif name == "give":
                    give(database, runs[number], what)
                else:
                    take(database, runs[number], what)
    assert_true(database)
