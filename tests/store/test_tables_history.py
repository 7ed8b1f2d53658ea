"""The history answers every question as brute force does, page by page, in every order."""

import re
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.history_query import Cursor, HistoryQuery, Sort
from lib.store import answers, columns, folding, matching
from lib.store.asked import Asked
from lib.store.database import writing
from lib.store.schema_history import run_index
from lib.store.tables_history import HistoryTables
from lib.store.tables_history_frames import FACET_DTYPES, HISTORY_DTYPES, PICTURE_DTYPES
from tests.store import history_model
from tests.store.ended_runs import NOON_MS, empty, put, put_experiments, put_pictures, run_row
from tests.store.history_model import answer

UNMARKED = {
    **dict.fromkeys(("opened", "downloaded", "duplicate", "experiment"), ""),
    "favourite": "false",
    "has_pictures": "false",
    "rating": 0,
}
SHARED_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


@pytest.fixture(params=["as lines", "in blocks"])
def tables(
    request: pytest.FixtureRequest, database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> HistoryTables:
    """Reads lines that were not folded yet; or that were, into blocks of a few, as far as may be."""
    if request.param == "in blocks":
        monkeypatch.setattr(columns, "BLOCK", 4)
        monkeypatch.setattr(folding, "FOLD_AT", 3)
        monkeypatch.setattr(matching, "FEW_LINES", 1)
        monkeypatch.setattr(answers, "NEAR", 1)
    return HistoryTables(database)


def asked(query: HistoryQuery, **other: Any) -> Asked:
    return Asked(query, "sandbox", "local", **other)


def fill(database: sa.Engine, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put these into an empty ledger; they come back as they went in."""
    empty(database)
    marked = [{**UNMARKED, **row.get("marked", {})} for row in rows]
    ledger = [{name: row[name] for name in row if name != "marked"} for row in rows]
    filled = [run_row(f"{at:02}", **row) for at, row in enumerate(ledger)]
    put(database, *filled)
    with writing(database) as db:
        for row, told in zip(filled, marked, strict=True):
            values = {name: value for name, value in told.items() if name != "experiment"}
            db.execute(run_index.update().where(run_index.c.run_id == row["id"]).values(values))
    known = [{**row, **told} for row, told in zip(filled, marked, strict=True)]
    put_experiments(database, e1=of_experiment(known, "e1"), e2=of_experiment(known, "e2"))
    return known


def of_experiment(rows: list[dict[str, Any]], name: str) -> list[str]:
    """The runs that an experiment has made."""
    return [row["id"] for row in rows if row["experiment"] == name]


def walk(tables: HistoryTables, query: HistoryQuery, limit: int, *, back: bool) -> list[str]:
    """Every page of an answer, from its first to its last, or from its last to its first."""
    far = 10**17 if query.sort is Sort.OLDEST else -(10**17)
    cursor = Cursor(far, far, backwards=True) if back else None
    found: list[str] = []
    while True:
        part = tables.rows(asked(query), limit=limit, cursor=cursor)
        page = list(part.runs["id"])
        found = page + found if back else found + page
        if not part.has_more:
            return found
        place = part.places[0 if back else -1]
        cursor = Cursor(place.key, place.no, back)


@given(rows=history_model.ROWS, query=history_model.QUERIES, limit=st.integers(1, 5))
@SHARED_FILE
def test_every_question_is_answered_as_by_brute_force(
    database: sa.Engine,
    tables: HistoryTables,
    rows: list[dict[str, Any]],
    query: HistoryQuery,
    limit: int,
) -> None:
    filled = fill(database, rows)
    wanted = answer(filled, query)

    assert walk(tables, query, limit, back=False) == wanted
    assert walk(tables, query, limit, back=True) == wanted
    assert tables.ids(asked(query), limit=99) == wanted
    totals = tables.totals(asked(query))
    costs = [row["cost_micros"] or 0 for row in filled if row["id"] in wanted]
    assert (totals.runs.value, totals.spend_micros) == (len(wanted), sum(costs))


@given(rows=history_model.ROWS, query=history_model.QUERIES)
@SHARED_FILE
def test_a_count_is_what_choosing_its_value_would_give(
    database: sa.Engine, tables: HistoryTables, rows: list[dict[str, Any]], query: HistoryQuery
) -> None:
    filled = fill(database, rows)

    facets, totals = tables.summary(asked(query))

    for name in history_model.CHOICES:
        if name in {*history_model.UNCOUNTED, *columns.FLAGS}:
            continue
        shown = facets[(facets["filter"] == name) & (facets["runs"] > 0)]
        fitting = answer(filled, query, without=name)
        by_hand = Counter(
            value
            for row in filled
            if row["id"] in fitting
            for value in history_model.values_of(row, name)
        )
        assert dict(zip(shown["value"], shown["runs"], strict=True)) == dict(by_hand)
    assert facets["is_exact"].all()
    assert totals == tables.totals(asked(query))


@pytest.mark.parametrize("flag", columns.FLAGS)
def test_a_flag_that_changes_in_a_block_is_found_at_once(
    database: sa.Engine, tables: HistoryTables, flag: str
) -> None:
    fill(database, [{}] * 6)
    folding.fold(database)
    query = HistoryQuery().where(flag, "true")
    assert tables.ids(asked(query), limit=9) == []

    with writing(database) as db:
        db.execute(run_index.update().where(run_index.c.run_id == "02").values({flag: "true"}))

    assert tables.ids(asked(query), limit=9) == ["02"]
    folding.fold(database)
    assert tables.ids(asked(query), limit=9) == ["02"]


@given(
    steps=st.lists(st.sampled_from(["next", "newer", "older", "cost"]), max_size=8),
    sort=st.sampled_from(Sort),
)
@settings(SHARED_FILE, max_examples=30)
def test_runs_that_come_while_one_turns_pages_move_none_of_the_others(
    database: sa.Engine, tables: HistoryTables, steps: list[str], sort: Sort
) -> None:
    kept = fill(
        database, [{"created_at": NOON_MS + at // 2, "cost_micros": at % 3} for at in range(9)]
    )
    query, cursor, seen = HistoryQuery(sort=sort), None, []
    for number, step in enumerate([*steps, *["next"] * 8]):
        if step == "next":
            part = tables.rows(asked(query), limit=4, cursor=cursor)
            seen += list(part.runs["id"])
            cursor = part.places[-1] if part.places else cursor
            continue
        at = {"newer": NOON_MS + 99, "older": NOON_MS - 99, "cost": NOON_MS}[step]
        put(database, run_row(f"new{number}", created_at=at, cost_micros=1))

    assert len(seen) == len(set(seen))
    assert [run_id for run_id in seen if not run_id.startswith("new")] == answer(kept, query)


@pytest.mark.parametrize("sort", Sort)
def test_runs_whose_lowest_key_is_nothing_are_sorted_too(
    database: sa.Engine, tables: HistoryTables, sort: Sort
) -> None:
    values = [{"cost_micros": at % 3, "duration_ms": at % 3, "created_at": at} for at in range(9)]
    filled = fill(database, values)
    query = HistoryQuery(sort=sort).where("resolution", "1K")

    assert tables.ids(asked(query), limit=9) == answer(filled, query)


def test_a_range_of_days_holds_its_first_moment_and_not_its_last(
    database: sa.Engine, tables: HistoryTables
) -> None:
    put(database, *(run_row(f"0{at}", created_at=NOON_MS + at) for at in range(4)))

    found = tables.ids(asked(HistoryQuery(), from_ms=NOON_MS + 1, to_ms=NOON_MS + 3), limit=9)

    assert found == ["02", "01"]


def test_columns_and_dtypes_are_the_same_with_and_without_runs(
    database: sa.Engine, tables: HistoryTables
) -> None:
    nothing = tables.rows(asked(HistoryQuery()), limit=9)
    no_facets = tables.summary(asked(HistoryQuery()))[0]
    put(database, run_row("01", cost_micros=None, cost_basis=None, input={"seed": 2**63 + 1}))
    put_pictures(database, "01", 2)
    something = tables.rows(asked(HistoryQuery()), limit=9)
    facets = tables.summary(asked(HistoryQuery()))[0]

    for found in (nothing, something):
        dtypes = {name: str(dtype) for name, dtype in found.runs.dtypes.items()}
        assert {name: dtypes[name] for name in HISTORY_DTYPES} == dict(HISTORY_DTYPES)
        assert {name: str(dtype) for name, dtype in found.pictures.dtypes.items()} == dict(
            PICTURE_DTYPES
        )
    for found in (no_facets, facets):
        assert {name: str(dtype) for name, dtype in found.dtypes.items()} == dict(FACET_DTYPES)
    assert list(something.runs["seed"]) == [2**63 + 1]
    assert list(something.runs["tags"]) == [()]
    assert list(something.pictures["number"]) == [0, 1]


@pytest.mark.parametrize("broken", ['{"resolution": ', "[1]", '"2K"', "null", "{}"])
def test_an_input_that_is_no_object_is_recorded_and_listed_all_the_same(
    database: sa.Engine, tables: HistoryTables, broken: str
) -> None:
    with database.begin() as db:
        names = [*run_row("01")]
        row = {**run_row("01"), "input": broken}
        db.exec_driver_sql(
            f"INSERT INTO run ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            tuple(row.values()),
        )

    assert tables.ids(asked(HistoryQuery().where("resolution", "")), limit=9) == ["01"]


def test_private_collections_are_their_makers_alone(
    database: sa.Engine, tables: HistoryTables
) -> None:
    put(database, run_row("01"))
    with database.begin() as db:
        for statement in (
            "INSERT INTO collection (id, name, sharing, created_at, created_by)"
            " VALUES (1, 'mine', 'private', 1, 'ana'), (2, 'ours', 'team', 1, 'ana')",
            "INSERT INTO run_collection (collection_id, no) SELECT c.id, i.no"
            " FROM collection c, run_index i",
        ):
            db.exec_driver_sql(statement)

    def seen(viewer: str, number: str) -> list[str]:
        query = HistoryQuery().where("collection", number)
        return tables.ids(Asked(query, "sandbox", viewer), limit=9)

    assert (seen("ana", "1"), seen("ana", "2")) == (["01"], ["01"])
    assert (seen("local", "1"), seen("local", "2")) == ([], ["01"])
    facets = tables.summary(asked(HistoryQuery()))[0]
    assert list(facets[facets["filter"] == "collection"]["label"]) == ["ours"]


def test_a_run_changes_its_place_in_the_index_with_the_ledger(
    database: sa.Engine, tables: HistoryTables
) -> None:
    put(database, run_row("01", state="accepted", cost_micros=None))

    def found(name: str, value: str) -> bool:
        return bool(tables.ids(asked(HistoryQuery().where(name, value)), limit=9))

    assert not found("state", "stored")
    assert not found("has_pictures", "true")
    with database.begin() as db:
        db.exec_driver_sql(
            "UPDATE run SET state = 'stored', seed_used = '77', nsfw_detected = 1, missing_at = 5"
        )
    put_pictures(database, "01", 1)

    for name, value in (
        *(("state", "stored"), ("seed", "77"), ("nsfw_detected", "true")),
        *(("missing", "true"), ("has_pictures", "true")),
    ):
        assert found(name, value)
    with database.begin() as db:
        db.exec_driver_sql("UPDATE picture SET problem = 'cut'")
    assert found("has_pictures", "false")


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("back", [False, True])
def test_a_page_of_the_whole_history_is_read_along_an_index(
    database: sa.Engine, tables: HistoryTables, sort: Sort, back: bool
) -> None:
    steps: list[str] = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def explain(_db: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT run_index."):
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            steps.extend(step[3] for step in plan)

    tables.ids(asked(HistoryQuery(sort=sort)), limit=9, cursor=Cursor(5, 5, back))

    same, beyond, *rest = steps
    for walk, place in ((same, r"\w+=\? AND no[<>]\?"), (beyond, r"\w+[<>]\?")):
        assert re.fullmatch(
            r"SEARCH run_index USING COVERING INDEX ix_run_index_\w+"
            rf" \(origin=\? AND place=\? AND {place}\)",
            walk,
        )
    assert not any("TEMP B-TREE" in step for step in rest)
