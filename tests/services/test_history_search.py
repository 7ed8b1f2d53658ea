"""The history from the pages' side: pages and their neighbours, days of the team's zone, the bin."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.domain.history_query import Cursor, HistoryQuery, Sort
from lib.domain.organising import NameUnusable, Sharing
from lib.services.history_search import HistorySearch, Neighbours
from lib.services.organising import OrganisingService
from lib.store.names import Names
from lib.store.organising import BATCH, Organising
from lib.store.tables_history import HistoryTables
from tests.store.ended_runs import put, run_row

ALL = HistoryQuery()
HOUR_MS = 3_600_000


@pytest.fixture
def search(database: sa.Engine) -> HistorySearch:
    zone = ZoneInfo("Europe/Berlin")
    return HistorySearch(HistoryTables(database), origin="sandbox", zone=zone)


@pytest.fixture
def organising(database: sa.Engine, search: HistorySearch) -> OrganisingService:
    clock = SystemClock()
    return OrganisingService(
        Organising(database, clock), Names(database, clock), search, origin="sandbox"
    )


def put_many(database: sa.Engine, count: int) -> list[str]:
    """Put runs into the ledger; gives their ids, newest first."""
    rows = [run_row(f"{number:04}", prompt=f"kite {number}") for number in range(count)]
    put(database, *rows)
    return [str(row["id"]) for row in reversed(rows)]


def ids(
    search: HistorySearch,
    query: HistoryQuery = ALL,
    cursor: Cursor | None = None,
    *,
    size: int = 50,
) -> list[str]:
    return list(search.page(query, cursor, viewer="local", size=size).runs["id"])


# -- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("count", [0, 1, 5, 6, 12])
def test_there_and_back_again_are_the_same_pages(
    database: sa.Engine, search: HistorySearch, count: int, sort: Sort
) -> None:
    put_many(database, count)
    query = HistoryQuery(sort=sort)
    page = search.page(query, viewer="local", size=5)
    there = [list(page.runs["id"])]
    while page.next:
        page = search.page(query, page.next, viewer="local", size=5)
        there.append(list(page.runs["id"]))
    back = [list(page.runs["id"])]
    while page.previous:
        page = search.page(query, page.previous, viewer="local", size=5)
        back.append(list(page.runs["id"]))

    assert sorted(run_id for page_ids in there for run_id in page_ids) == [
        f"{number:04}" for number in range(count)
    ]
    assert back[::-1] == there


def test_behind_the_last_run_there_is_a_way_back_to_it(
    database: sa.Engine, search: HistorySearch
) -> None:
    all_ids = put_many(database, 7)
    first = search.page(ALL, viewer="local", size=5)
    assert first.next
    last = search.page(ALL, first.next, viewer="local", size=5)
    behind = search.page(
        ALL, Cursor(int(last.runs["created_at"].iloc[-1].timestamp() * 1000), 1), viewer="local"
    )

    assert behind.runs.empty
    assert ids(search, ALL, behind.previous, size=3) == all_ids[-3:]


def test_a_page_carries_the_pictures_of_its_runs_alone(
    database: sa.Engine, search: HistorySearch
) -> None:
    put_many(database, 3)
    with database.begin() as db:
        db.exec_driver_sql(
            "INSERT INTO picture (run_id, number, sha256, size_bytes, mime, stored_at)"
            " SELECT id, 0, 'x' || id, 1, 'image/png', 1 FROM run"
        )

    page = search.page(ALL, viewer="local", size=2)

    assert list(page.pictures["sha256"]) == ["x0002", "x0001"]


def test_a_day_is_one_of_the_teams_zone(database: sa.Engine, search: HistorySearch) -> None:
    midnight_in_berlin = 1_795_302_000_000
    put(
        database,
        run_row("1", created_at=midnight_in_berlin - 1),
        run_row("2", created_at=midnight_in_berlin),
        run_row("3", created_at=midnight_in_berlin + 24 * HOUR_MS),
    )
    day = date(2026, 11, 22)

    assert ids(search, HistoryQuery(created_from=day, created_to=day)) == ["2"]
    assert len(ids(search, HistoryQuery(created_from=date.min, created_to=date.max))) == 3


def test_next_and_previous_of_a_run_follow_the_question(
    database: sa.Engine, search: HistorySearch
) -> None:
    put_many(database, 4)
    query = HistoryQuery("-2")

    assert search.neighbours(query, "0001", viewer="local") == Neighbours("0003", "0000")
    assert search.neighbours(query, "0002", viewer="local") == Neighbours("0003", "0001")
    assert search.neighbours(query, "0003", viewer="local") == Neighbours(None, "0001")
    assert search.neighbours(query, "none", viewer="local") == Neighbours(None, None)


# -- organising ----------------------------------------------------------------------------------


def test_marks_are_found_counted_and_taken_back(
    database: sa.Engine, search: HistorySearch, organising: OrganisingService
) -> None:
    put_many(database, 4)
    organising.rate(["0001"], 3, by="ana")

    rated = organising.rate(["0001", "0002", "none"], 5, by="ana")
    organising.favour(["0002"], True, by="ana")

    assert rated.runs == 2
    assert ids(search, HistoryQuery(sort=Sort.RATING)) == ["0002", "0001", "0003", "0000"]
    assert ids(search, ALL.where("favourite", "true").where("rating", "5")) == ["0002"]
    assert organising.undo(rated.change_id or 0, by="ana") == 2
    assert ids(search, ALL.where("rating", "3")) == ["0001"]
    assert organising.undo(rated.change_id or 0, by="ana") == 0
    with pytest.raises(ValueError, match="rating cannot be 6"):
        organising.rate(["0001"], 6, by="ana")


def test_what_was_changed_again_since_is_not_taken_back(
    database: sa.Engine, search: HistorySearch, organising: OrganisingService
) -> None:
    put_many(database, 2)
    all_five = organising.rate(ALL, 5, by="ana")
    organising.rate(["0001"], 1, by="ben")

    assert organising.undo(all_five.change_id or 0, by="ana") == 1
    assert ids(search, ALL.where("rating", "1")) == ["0001"]
    assert ids(search, ALL.where("rating", "")) == ["0000"]


def test_a_tag_goes_onto_all_that_answer_a_question_batch_by_batch(
    database: sa.Engine, search: HistorySearch, organising: OrganisingService
) -> None:
    put_many(database, BATCH + 7)
    gone_through: list[int] = []

    def watch(done: int) -> bool:
        gone_through.append(done)
        return True

    tagged = organising.tag(ALL, "  for   Mia ", by="ana", progress=watch)
    again = organising.tag(ALL, "for Mia", by="ana")

    assert gone_through == [BATCH, BATCH + 7]
    assert (tagged.runs, again.runs, again.change_id) == (BATCH + 7, 0, None)
    assert organising.tags() == ["for Mia"]
    assert search.totals(ALL.where("tag", "for Mia"), viewer="ana").runs.value == BATCH + 7
    assert list(search.page(ALL, viewer="ana", size=1).runs["tags"]) == [("for Mia",)]
    assert organising.untag(["0000"], "for Mia", by="ana").runs == 1
    assert organising.undo(tagged.change_id or 0, by="ana") == BATCH + 6
    assert organising.untag(ALL, "never made", by="ana").runs == 0


def test_a_canceled_change_ends_after_its_batch_and_can_be_taken_back(
    database: sa.Engine, search: HistorySearch, organising: OrganisingService
) -> None:
    put_many(database, BATCH + 7)

    deleted = organising.delete(ALL, by="ana", progress=lambda done: False)

    assert (deleted.runs, deleted.was_canceled) == (BATCH, True)
    assert search.totals(ALL, viewer="ana").runs.value == 7
    assert organising.undo(deleted.change_id or 0, by="ana") == BATCH
    assert search.totals(ALL, viewer="ana").runs.value == BATCH + 7


def test_the_bin_holds_ended_runs_and_gives_them_back(
    database: sa.Engine, search: HistorySearch, organising: OrganisingService
) -> None:
    put_many(database, 2)
    put(database, run_row("open", state="accepted"))
    in_bin = HistoryQuery(deleted=True)

    assert organising.delete(["0000", "open"], by="ana").runs == 1
    assert ids(search, in_bin) == ["0000"]
    assert organising.restore(in_bin, by="ana").runs == 1
    assert ids(search, in_bin) == []


def test_a_remark_is_found_by_its_words_until_it_says_something_else(
    database: sa.Engine, search: HistorySearch, organising: OrganisingService
) -> None:
    put_many(database, 2)
    assert ids(search, HistoryQuery("kite 1")) == ["0001"]

    assert organising.write_remark("0001", "für die Einladung\0", by="ana")
    assert ids(search, HistoryQuery("einladung 1")) == ["0001"]
    assert list(search.page(ALL, viewer="ana").runs["remark"].dropna()) == ["für die Einladung"]
    organising.write_remark("0001", "zu dunkel", by="ana")
    assert ids(search, HistoryQuery("einladung")) == []
    organising.write_remark("0001", "", by="ana")
    assert ids(search, HistoryQuery("dunkel")) == []
    assert ids(search, HistoryQuery("kite")) == ["0001", "0000"]
    assert not organising.write_remark("none", "x", by="ana")
    with pytest.raises(ValueError, match="too long"):
        organising.write_remark("0001", "x" * 5_001, by="ana")


def test_a_collection_is_private_until_it_is_shared(
    database: sa.Engine, search: HistorySearch, organising: OrganisingService
) -> None:
    put_many(database, 2)
    mine = organising.make_collection("Mood board", sharing=Sharing.PRIVATE, by="ana")
    organising.collect(["0001"], mine, by="ana")
    query = ALL.where("collection", str(mine))

    assert organising.collections(viewer="ben") == []
    assert search.totals(query, viewer="ben").runs.value == 0
    with pytest.raises(NameUnusable, match="no such collection"):
        organising.collect(["0000"], mine, by="ben")
    assert not organising.delete_collection(mine, by="ben")
    assert organising.change_collection(mine, name="Mood", sharing=Sharing.TEAM, by="ana")
    assert [(seen.name, seen.runs) for seen in organising.collections(viewer="ben")] == [
        ("Mood", 1)
    ]
    assert search.totals(query, viewer="ben").runs.value == 1
    with pytest.raises(NameUnusable, match="already"):
        organising.make_collection("mood", sharing=Sharing.PRIVATE, by="ben")
    assert organising.delete_collection(mine, by="ben")
    assert ids(search) == ["0001", "0000"]


def test_a_saved_search_comes_back_as_it_was(organising: OrganisingService) -> None:
    query = HistoryQuery('"red kite" -boat', sort=Sort.COST).where("rating", "5", "")
    organising.save_search("Best", ALL, sharing=Sharing.PRIVATE, by="ana")
    kept = organising.save_search(" Best ", query, sharing=Sharing.PRIVATE, by="ana")

    assert [(found.id, found.name, found.query) for found in organising.searches(viewer="ana")] == [
        (kept, "Best", query)
    ]
    assert organising.searches(viewer="ben") == []
    assert not organising.delete_search(kept, by="ben")
    assert organising.delete_search(kept, by="ana")
    assert organising.searches(viewer="ana") == []


@pytest.mark.parametrize("name", ["", "  ", "\0", "x" * 81])
def test_a_name_that_nobody_could_read_is_refused(organising: OrganisingService, name: str) -> None:
    with pytest.raises(NameUnusable):
        organising.tag(ALL, name, by="ana")


def test_a_saved_search_is_renamed_by_who_sees_it_and_never_to_a_taken_name(
    organising: OrganisingService,
) -> None:
    mine = organising.save_search("Best", ALL, sharing=Sharing.PRIVATE, by="ana")
    organising.save_search("Worst", ALL, sharing=Sharing.PRIVATE, by="ana")

    with pytest.raises(NameUnusable, match="already"):
        organising.change_search(mine, name=" Worst ", sharing=Sharing.TEAM, by="ana")
    assert not organising.change_search(mine, name="Ben's", sharing=Sharing.TEAM, by="ben")
    assert organising.change_search(mine, name="Best of all", sharing=Sharing.TEAM, by="ana")

    (seen,) = organising.searches(viewer="ben")
    assert (seen.id, seen.name, seen.created_by) == (mine, "Best of all", "ana")
    organising.delete_search(mine, by="ben")
    organising.bring_back_search(seen)
    assert [one.name for one in organising.searches(viewer="ben")] == ["Best of all"]
    with pytest.raises(NameUnusable, match="already"):
        organising.bring_back_search(seen)


def test_a_deleted_collection_comes_back_with_its_runs_and_never_over_another(
    database: sa.Engine, search: HistorySearch, organising: OrganisingService
) -> None:
    put_many(database, 3)
    mine = organising.make_collection("Mood", sharing=Sharing.TEAM, by="ana")
    organising.collect(["0000", "0002"], mine, by="ben")
    removed = organising.delete_collection(mine, by="ben")
    assert removed is not None
    assert search.totals(ALL.where("collection", str(mine)), viewer="ana").runs.value == 0

    back = organising.bring_back_collection(removed)

    assert ids(search, ALL.where("collection", str(back))) == ["0002", "0000"]
    assert organising.collections_of("0000", viewer="cyd") == [back]
    assert organising.collections_of("0001", viewer="cyd") == []
    (seen,) = organising.collections(viewer="ana")
    assert (seen.name, seen.created_by, seen.sharing) == ("Mood", "ana", Sharing.TEAM)
    with pytest.raises(NameUnusable, match="already"):
        organising.bring_back_collection(removed)


def test_undoing_a_change_to_a_deleted_collection_leaves_a_newer_one_alone(
    database: sa.Engine, search: HistorySearch, organising: OrganisingService
) -> None:
    put_many(database, 2)
    old = organising.make_collection("Old", sharing=Sharing.TEAM, by="ana")
    changed = organising.collect(["0000"], old, by="ana")
    assert changed.change_id is not None
    organising.delete_collection(old, by="ana")
    new = organising.make_collection("New", sharing=Sharing.TEAM, by="ana")
    organising.collect(["0000"], new, by="ana")

    organising.undo(changed.change_id, by="ana")

    assert ids(search, ALL.where("collection", str(new))) == ["0000"]


def test_undoing_what_was_done_to_a_collection_that_is_gone_does_nothing(
    database: sa.Engine, organising: OrganisingService
) -> None:
    put_many(database, 2)
    gone = organising.make_collection("Gone", sharing=Sharing.TEAM, by="ana")
    organising.collect(["0000"], gone, by="ana")
    changed = organising.uncollect(["0000"], gone, by="ana")
    assert changed.change_id is not None
    organising.delete_collection(gone, by="ana")

    assert organising.undo(changed.change_id, by="ana") == 0
