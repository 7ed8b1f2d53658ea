"""The sums of a cut: by whatever they are grouped and cut, they are the sum of the lines."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.buckets import Bucket
from lib.domain.spend import Cut, Group
from lib.store.database import open_database, writing
from lib.store.migrate import migrate
from lib.store.schema_charges import charge_line
from lib.store.tables import Tables
from tests.store.ended_runs import NOON_MS, book, put, put_experiments, put_pictures, run_row

DAY_MS = 86_400_000
ZONES = ("UTC", "Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe", "Pacific/Chatham")
WEEK = (NOON_MS - 4 * DAY_MS, NOON_MS + 4 * DAY_MS)
FIRST, SECOND = tuple(f"{n:02}" for n in range(0, 100, 3)), ("01", "02", "50")
"""The runs of two experiments."""
COLUMNS = {
    Group.EXPERIMENT: "experiment",
    Group.SKU: "sku",
    Group.PERSON: "created_by",
    Group.MODEL: "model_id",
    Group.RESOLUTION: "resolution",
    Group.OUTCOME: "outcome",
    Group.BASIS: "basis",
}


def cut(zone: str = "UTC", **filters: tuple[str, ...]) -> Cut:
    chosen = tuple((Group(name), values) for name, values in filters.items())
    return Cut("sandbox", *WEEK, ZoneInfo(zone), chosen)


def by_name(sums: pd.DataFrame, name: str) -> dict[str, int]:
    return dict(zip(sums[name], sums["amount_micros"].astype(int), strict=True))


def put_tags(database: sa.Engine, **tags: tuple[str, ...]) -> None:
    """Each tag and the runs that have it."""
    with writing(database) as db:
        for tag_id, (name, run_ids) in enumerate(tags.items(), 1):
            db.exec_driver_sql("INSERT INTO tag VALUES (?, ?, 0, 'local')", (tag_id, name))
            for run_id in run_ids:
                db.exec_driver_sql(
                    "INSERT INTO run_tag SELECT ?, no FROM run_index WHERE run_id = ?",
                    (tag_id, run_id),
                )


def test_a_cut_without_charges_has_no_sums(database: sa.Engine) -> None:
    found = Tables(database).sums(cut(), (Group.SKU, Group.TAG), Bucket.DAY)

    assert found.empty
    assert list(found) == ["bucket", "sku", "tag", "lines", "quantity", "amount_micros"]
    assert str(found["bucket"].dtype) == "datetime64[ms, UTC]"
    assert str(found["amount_micros"].dtype) == "Int64"


def test_charges_are_summed_by_two_groups(database: sa.Engine) -> None:
    put(database, run_row("01"), run_row("02", created_by="ana", cost_micros=82_000))
    for run_id in ("01", "02"):
        put_pictures(database, run_id, 1)
    book(database)

    found = Tables(database).sums(cut(), (Group.PERSON, Group.SKU))

    rows = found[["created_by", "sku", "quantity", "amount_micros"]].to_numpy().tolist()
    assert rows == [
        ["ana", "adjustment", 1, 2_000],
        ["ana", "image_1K", 1, 80_000],
        ["local", "image_1K", 1, 80_000],
    ]


def test_what_was_reversed_whole_is_no_group(database: sa.Engine) -> None:
    put(database, run_row("01"))
    book(database)
    with writing(database) as db:
        (line,) = [dict(row) for row in db.execute(sa.select(charge_line)).mappings()]
        turned = {"kind": "reversal", "quantity": -1, "amount_micros": -line["amount_micros"]}
        values = {name: value for name, value in line.items() if name != "seq"}
        db.execute(charge_line.insert(), [{**values, **turned, "revision": 1}])

    assert Tables(database).sums(cut(), (Group.SKU,)).empty
    assert Tables(database).sums(cut(), (Group.TAG,)).empty


def test_a_run_of_two_tags_counts_with_both_and_one_of_none_by_itself(database: sa.Engine) -> None:
    put(database, *(run_row(f"0{n}", cost_micros=10**n) for n in range(4)))
    book(database)
    put_tags(database, red=("00", "01"), blue=("01", "02"))
    tables = Tables(database)

    assert by_name(tables.sums(cut(), (Group.TAG,)), "tag") == {"red": 11, "blue": 110, "": 1_000}
    assert by_name(tables.sums(cut(tag=("red",)), (Group.TAG,)), "tag") == {"red": 11, "blue": 10}
    total = {
        tags: int(tables.sums(cut(tag=tags))["amount_micros"].iloc[0])
        for tags in [("red", "blue"), ("",), ("red", "")]
    }
    assert total == {("red", "blue"): 111, ("",): 1_000, ("red", ""): 1_011}
    assert tables.sums(cut(tag=("green",))).empty


def test_play_money_and_what_is_in_doubt_are_left_out(database: sa.Engine) -> None:
    doubt: dict[str, Any] = {"state": "parked", "cost_micros": None, "cost_basis": "in doubt"}
    put(database, run_row("01"), run_row("02", origin="api"), run_row("03", **doubt))
    book(database)

    for by in ((Group.BASIS,), (Group.BASIS, Group.TAG)):
        assert by_name(Tables(database).sums(cut(), by), "basis") == {"confirmed": 80_000}
    assert Tables(database).sums(cut(basis=("in doubt",))).empty


def test_hostile_names_are_only_names(database: sa.Engine) -> None:
    name = '\'; DROP TABLE run; -- "$1" %s :spans'
    put(database, run_row("01", created_by=name), run_row("02"))
    book(database)

    found = Tables(database).sums(cut(created_by=(name,)), (Group.PERSON,))

    assert by_name(found, "created_by") == {name: 80_000}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A hundred runs of all kinds over eight days, some with tags."""
    folder: Path = tmp_path_factory.mktemp("many")
    database = open_database(folder / "plantain.db")
    migrate(database)
    for n in range(100):
        told = {
            "created_at": WEEK[0] + n * 6_912_007,
            "created_by": ("ana", "bob", "")[n % 3],
            "state": ("stored", "canceled", "parked")[n % 5 % 3],
            "cost_basis": ("confirmed", "computed")[n % 2],
            "cost_micros": 80_001 + n * n,
            "input": {"resolution": ("1K", "2K", None)[n % 7 % 3]},
        }
        put(database, run_row(f"{n:02}", **told))
        put_pictures(database, f"{n:02}", n % 3)
    book(database)
    put_tags(database, red=tuple(f"{n:02}" for n in range(0, 100, 4)), blue=("01", "02", "04"))
    put_experiments(database, first=FIRST, second=SECOND)
    yield database
    database.dispose()


def bucket_of(at_ms: int, bucket: Bucket, zone: ZoneInfo) -> tuple[Any, ...]:
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)
    words = {
        Bucket.HOUR: (local.date(), local.hour, local.utcoffset()),
        Bucket.DAY: (local.date(),),
        Bucket.WEEK: (*local.isocalendar()[:2],),
        Bucket.MONTH: (local.year, local.month),
    }
    return words[bucket]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    zone=st.sampled_from(ZONES),
    bucket=st.sampled_from([None, *Bucket]),
    by=st.lists(st.sampled_from(list(COLUMNS)), unique=True, max_size=2),
    filtered=st.sampled_from([*COLUMNS, Group.TAG, None]),
)
def test_sums_are_those_of_the_lines_counted_one_by_one(
    many: sa.Engine, zone: str, bucket: Bucket | None, by: list[Group], filtered: Group | None
) -> None:
    with many.connect() as db:
        lines = pd.DataFrame(db.execute(sa.select(charge_line)).mappings().all())
    made = {**dict.fromkeys(FIRST, "first"), **dict.fromkeys(SECOND, "second")}
    lines["experiment"] = lines["run_id"].map(made).fillna("")
    asked = cut(zone)
    if filtered is Group.TAG:
        asked = asked.where(Group.TAG, "blue")
        lines = lines[lines["run_id"].isin(["01", "02", "04"])]
    elif filtered is not None:
        value = str(lines[COLUMNS[filtered]].iloc[0])
        asked = asked.where(filtered, value)
        lines = lines[lines[COLUMNS[filtered]] == value]

    found = Tables(many).sums(asked, by, bucket)

    keys = [
        (
            *((bucket_of(at, bucket, asked.zone),) if bucket else ()),
            *(row[COLUMNS[group]] for group in by),
        )
        for at, (_, row) in zip(lines["clicked_at"], lines.iterrows(), strict=True)
    ]
    expected: dict[tuple[Any, ...], int] = {}
    for key, amount in zip(keys, lines["amount_micros"], strict=True):
        expected[key] = expected.get(key, 0) + int(amount)
    at_ms = [at.value // 10**6 for at in found["bucket"]] if bucket else [0] * len(found)
    sums = {
        (
            *((bucket_of(at, bucket, asked.zone),) if bucket else ()),
            *(row[group] for group in by),
        ): int(row["amount_micros"])
        for at, (_, row) in zip(at_ms, found.iterrows(), strict=True)
    }
    assert sums == expected


@pytest.mark.parametrize("by", [(), (Group.PERSON, Group.SKU)])
def test_roll_ups_are_found_by_their_time(database: sa.Engine, by: tuple[Group, ...]) -> None:
    plans: list[str] = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def explain(_db: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        steps = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        plans.extend(step[3] for step in steps)

    Tables(database).sums(cut(), by, Bucket.DAY)

    assert any(
        "charge_rollup USING PRIMARY KEY (origin=? AND slot>? AND slot<?" in at for at in plans
    )
