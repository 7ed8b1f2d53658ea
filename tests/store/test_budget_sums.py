"""The sums that budgets are checked against are the runs' own, whatever was done and in which zone."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.budget import Budget, Scope, Span, Strength, Terms, Window, window_at
from lib.domain.organising import ChangeKind, Sharing
from lib.store import schema
from lib.store.budget_sums import counted, pieces_of, sum_up_anew, values_of
from lib.store.budget_use import use_in
from lib.store.database import open_database, writing
from lib.store.migrate import migrate
from lib.store.names import Names
from lib.store.organising import Action, Organising
from tests.store import held_runs as ends
from tests.store.held_runs import PRICE, End, House, house_on

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata"),
    *("Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia"),
    *("America/Sao_Paulo", "Africa/Casablanca", "Pacific/Kiritimati"),
)
ENDS: tuple[End, ...] = (
    *(ends.send, ends.refused, ends.taken_back, ends.failed_free, ends.stored_for_less),
    *(ends.stored_for_more, ends.parked, ends.canceled_at_the_api, ends.corrected_later),
    *(ends.given_up_as_free, ends.given_up_as_charged, ends.taken_up_again, ends.deleted),
)
YEAR_MS = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
HOUR_MS = 3_600_000
PEOPLE = ("ada", "grace")
TAGS = (1, 2)
KITES = 1


def naive(db: sa.Connection, of: Budget, span: Span) -> tuple[int, int, int]:
    """Spent, held and in doubt, each run by itself, in Python."""
    run = schema.run
    columns = (run.c.cost_micros, run.c.estimate_micros, run.c.state)
    query = sa.select(*columns).where(*counted(of.terms.scope))
    rows = db.execute(query, values_of(of, span)).all()
    unknown = [row for row in rows if row.cost_micros is None]
    held = [row for row in unknown if row.state in ("queued", "sending", "unknown", "accepted")]
    return (
        sum(row.cost_micros for row in rows if row.cost_micros is not None),
        sum(row.estimate_micros for row in held),
        sum(row.estimate_micros for row in unknown) - sum(row.estimate_micros for row in held),
    )


def budgets(zone: str) -> Iterator[Budget]:
    """One of each scope and window."""
    subjects = {Scope.TEAM: "", Scope.PERSON: "ada", Scope.TAG: "1", Scope.COLLECTION: "1"}
    days = date(2026, 3, 28), date(2026, 10, 26)
    for scope, subject in subjects.items():
        for window in Window:
            terms = Terms(scope, subject, window, PRICE, Strength.HARD, zone, *days)
            yield Budget(1, "sandbox", terms, 0, "ada")


def assert_all_sums_are_the_runs_own(house: House, moments: list[int], zone: str) -> None:
    with house.database.connect() as db:
        for of in budgets(zone):
            spans = {span for moment in moments if (span := window_at(of.terms, moment))}
            for span in spans:
                use = use_in(db, of, span)
                sums = (use.spent_micros, use.held_micros, use.in_doubt_micros)
                assert sums == naive(db, of, span), (of.terms, span)


def kept_sums(house: House) -> list[tuple[object, ...]]:
    query = "SELECT * FROM budget_sum WHERE cost_micros != 0 ORDER BY 1, 2, 3, 4, 5"
    with house.database.connect() as db:
        return [tuple(row) for row in db.exec_driver_sql(query)]


def house_with_labels(house: House) -> Organising:
    names = Names(house.database, house.clock)
    assert [names.tag_id(f"tag {number}", by="ada") for number in TAGS] == [*TAGS]
    assert names.make_collection("Kites", sharing=Sharing.TEAM, by="ada") == KITES
    return Organising(house.database, house.clock)


CHANGES = st.sampled_from(
    [
        *(Action(kind, tag) for kind in (ChangeKind.TAG, ChangeKind.UNTAG) for tag in TAGS),
        *(Action(kind, KITES) for kind in (ChangeKind.COLLECT, ChangeKind.UNCOLLECT)),
        *(Action(kind) for kind in (ChangeKind.DELETE, ChangeKind.RESTORE)),
    ]
)
CLICKS = st.tuples(
    st.integers(0, 366 * 24 * 4).map(lambda quarter: YEAR_MS + quarter * HOUR_MS // 4),
    st.sampled_from([-1, 0, 1]),
    st.sampled_from(ENDS),
    st.sampled_from(PEOPLE),
    st.sets(st.sampled_from(TAGS)),
    st.booleans(),
)


@settings(max_examples=25)
@given(
    st.lists(CLICKS, max_size=6),
    st.lists(st.tuples(CHANGES, st.booleans()), max_size=5),
    st.sampled_from(ZONES),
)
def test_every_window_of_every_zone_is_the_sum_of_its_runs(
    tmp_path_factory: pytest.TempPathFactory,
    clicks: list[tuple[int, int, End, str, set[int], bool]],
    changes: list[tuple[Action, bool]],
    zone: str,
):
    database = open_database(tmp_path_factory.mktemp("sums") / "plantain.db")
    migrate(database)
    house = house_on(database)
    organising = house_with_labels(house)
    made, moments = [], []
    for number, (at, beside, end, person, tags, is_collected) in enumerate(clicks):
        house.clock.wall_ms = at + beside
        moments.append(at + beside)
        into = (KITES,) if is_collected else ()
        labels = {"tag_ids": tuple(tags), "collection_ids": into}
        made.append(house.click(f"{number:02d}", created_by=person, **labels))
        end(house, made[-1])
        assert_all_sums_are_the_runs_own(house, moments, zone)
    for action, is_undone in changes:
        done = organising.change(made, action, by="ada")
        if is_undone and done.change_id is not None:
            organising.undo(done.change_id, by="ada")
        assert_all_sums_are_the_runs_own(house, moments, zone)
    by_triggers = kept_sums(house)
    with writing(database) as db:
        sum_up_anew(db)
    assert by_triggers == kept_sums(house)
    with writing(database) as db:
        db.exec_driver_sql("DELETE FROM run_collection")
        db.exec_driver_sql("DELETE FROM run_tag WHERE tag_id = 1")
        for table in ("event", "attempt", "adjustment"):
            db.exec_driver_sql(f"DELETE FROM {table}")
        db.exec_driver_sql("DROP TRIGGER charge_line_is_kept")
        for table in ("charge_line", "mark", "run"):
            db.exec_driver_sql(f"DELETE FROM {table}")
    assert kept_sums(house) == [], "what a deleted run had cost was left behind"
    database.dispose()


def test_what_is_brought_back_at_once_is_summed_up_as_well(database: sa.Engine):
    house = house_on(database)
    house_with_labels(house)
    for number in range(5):
        ends.stored_for_less(house, house.click(f"0{number}", collection_ids=(KITES,)))
    before, names = kept_sums(house), Names(database, house.clock)

    removed = names.delete_collection(KITES, by="ada")
    assert removed is not None
    assert kept_sums(house) != before
    names.bring_back_collection(removed)

    assert kept_sums(house) == before


def test_a_run_whose_owner_or_time_is_corrected_takes_its_cost_along(database: sa.Engine):
    house = house_on(database)
    house_with_labels(house)
    ends.stored_for_less(house, house.click("01", tag_ids=(1,), created_by="ada"))
    with writing(database) as db:
        db.exec_driver_sql("UPDATE run SET created_by = 'grace', created_at = created_at + 9e7")
    by_triggers = kept_sums(house)
    with writing(database) as db:
        sum_up_anew(db)

    assert by_triggers == kept_sums(house)


@pytest.mark.parametrize("zone", ZONES)
def test_every_window_of_a_year_is_cut_into_quarters_and_days_without_a_gap(zone: str):
    moments = [YEAR_MS + hour * HOUR_MS for hour in range(366 * 24)]
    for window in (Window.DAY, Window.WEEK, Window.MONTH):
        terms = Terms(Scope.TEAM, "", window, 0, Strength.HARD, zone)
        spans = {window_at(terms, moment) for moment in moments}
        for span in spans:
            assert span is not None
            pieces = pieces_of(span)
            assert pieces is not None
            (_, begins, first_day), (_, from_day, to_day), (_, last_day, ends_at) = pieces
            assert (begins, ends_at) == (span.from_ms, span.to_ms)
            assert begins <= first_day <= from_day <= to_day == last_day
            assert first_day == from_day or first_day == ends_at <= from_day
            for length_ms, start, end in pieces:
                assert start >= end or (start % length_ms, end % length_ms) == (0, 0)


def test_a_window_that_is_cut_within_a_quarter_is_summed_up_one_by_one(database: sa.Engine):
    """As those of zones were before the First World War."""
    house = house_on(database)
    (of, *_) = budgets("UTC")
    chance = random.Random(7)
    for number in range(9):
        house.clock.wall_ms = YEAR_MS + chance.randrange(40) * 60_000
        ends.stored_for_less(house, house.click(f"0{number}"))
    span = Span(YEAR_MS + 7 * 60_000, YEAR_MS + 23 * 60_000)
    assert pieces_of(span) is None

    with database.connect() as db:
        assert use_in(db, of, span).spent_micros == naive(db, of, span)[0]


def test_a_ledger_from_before_the_sums_gets_them(database: sa.Engine):
    house = house_on(database)
    house_with_labels(house)
    for number, end in enumerate(ENDS):
        end(house, house.click(f"{number:02d}", tag_ids=(1,), collection_ids=(KITES,)))
    before = kept_sums(house)
    assert {row[1] for row in before} == {"team", "person", "tag", "collection"}
    assert {timedelta(milliseconds=int(str(row[3]))) for row in before} == {
        *(timedelta(minutes=15), timedelta(days=1))
    }
    with writing(database) as db:
        db.exec_driver_sql("DELETE FROM budget_sum")
        sum_up_anew(db)

    assert kept_sums(house) == before
