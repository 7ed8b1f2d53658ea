"""Alike pictures are found as by comparing each with each, packed or not."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.images.likeness import distance
from lib.store import likeness
from lib.store.likeness import Likenesses
from tests.store.ended_runs import NOON_MS, put, run_row

NEAR_EACH_OTHER = st.integers(0, 2**16).map(lambda bits: bits * 2**47 - 2**62)


@pytest.fixture(params=["one by one", "packed"])
def likenesses(
    request: pytest.FixtureRequest, database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> Likenesses:
    if request.param == "packed":
        monkeypatch.setattr(likeness, "BLOCK", 4)
        monkeypatch.setattr(likeness, "FOLD_AT", 1)
    put(database, run_row("01"))
    return Likenesses(database)


def put_pictures(database: sa.Engine, known: dict[str, int | None]) -> None:
    with database.begin() as db:
        first = db.exec_driver_sql("SELECT count(*) FROM picture").scalar() or 0
        for number, (sha256, bits) in enumerate(known.items(), first):
            db.exec_driver_sql(
                "INSERT INTO picture (run_id, number, sha256, size_bytes, mime, stored_at, likeness)"
                " VALUES ('01', ?, ?, 1, 'image/png', ?, ?)",
                (number, sha256, NOON_MS, bits),
            )


@given(bits=st.lists(NEAR_EACH_OTHER, min_size=1, max_size=12), at_most=st.integers(0, 20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_alike_pictures_are_found_nearest_first(
    database: sa.Engine, likenesses: Likenesses, bits: list[int], at_most: int
) -> None:
    with database.begin() as db:
        db.exec_driver_sql("DELETE FROM picture")
        db.exec_driver_sql("DELETE FROM likeness")
        db.exec_driver_sql("DELETE FROM likeness_block")
        db.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'likeness'")
    put_pictures(database, {f"p{number:02}": value for number, value in enumerate(bits)})

    found = likenesses.alike("p00", at_most=at_most, limit=99)

    wanted = {
        f"p{number:02}": distance(bits[0], value)
        for number, value in enumerate(bits)
        if distance(bits[0], value) <= at_most
    }
    assert dict(found) == wanted
    assert [far for _sha256, far in found] == sorted(wanted.values())
    assert likenesses.alike("p00", at_most=at_most, limit=2) == found[:2]


def test_the_same_picture_of_two_runs_is_found_once(
    database: sa.Engine, likenesses: Likenesses
) -> None:
    put_pictures(database, {"a": 1, "b": 3})
    put(database, run_row("02"))
    with database.begin() as db:
        db.exec_driver_sql(
            "INSERT INTO picture SELECT '02', number, sha256, size_bytes, mime, width, height,"
            " problem, stored_at, likeness, freed_at FROM picture"
        )

    assert likenesses.alike("b", at_most=1, limit=9) == [("b", 0), ("a", 1)]


def test_a_picture_that_nobody_has_looked_at_is_like_none_until_somebody_has(
    database: sa.Engine, likenesses: Likenesses
) -> None:
    put_pictures(database, {"a": None, "b": 3})
    assert likenesses.alike("a", at_most=64, limit=9) == []
    assert not likenesses.knows("a")
    assert (likenesses.unknown(limit=9), likenesses.count_unknown()) == (["a"], 1)

    likenesses.put("a", 2)

    assert likenesses.alike("a", at_most=1, limit=9) == [("a", 0), ("b", 1)]
    assert likenesses.unknown(limit=9) == []
