"""Paging through the history: every run once, in both directions, whatever the key."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.services import history
from lib.services.history import PAGE_SIZE, HistoryService
from lib.store.database import open_database
from lib.store.migrate import migrate
from lib.store.tables import Tables
from tests.store.ended_runs import put, run_row


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_database(tmp_path / "plantain.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def service(database: sa.Engine) -> HistoryService:
    return HistoryService(Tables(database), origin="sandbox")


def put_many(database: sa.Engine, count: int) -> list[str]:
    """Put runs into the ledger; gives their ids, newest first. Every third speaks of a fox."""
    rows = [
        run_row(f"{number:04}", prompt="a fox" if number % 3 == 0 else "a kite")
        for number in range(count)
    ]
    put(database, *rows)
    return [str(row["id"]) for row in reversed(rows)]


def walk(service: HistoryService, text: str = "") -> list[list[str]]:
    """The ids of all pages, from the newest to the last."""
    page = service.page(text=text)
    pages = [list(page.runs["id"])]
    while page.older:
        page = service.page(text=text, before=page.older)
        pages.append(list(page.runs["id"]))
    return pages


@pytest.mark.parametrize("count", [0, 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE, 128])
def test_paging_shows_every_run_once(
    database: sa.Engine, service: HistoryService, count: int
) -> None:
    all_ids = put_many(database, count)

    pages = walk(service)

    assert list(chain(*pages)) == all_ids
    assert all(len(page) == PAGE_SIZE for page in pages[:-1])


def test_a_filter_pages_as_well(database: sa.Engine, service: HistoryService) -> None:
    all_ids = put_many(database, 310)

    assert list(chain(*walk(service, "FOX"))) == [one for one in all_ids if int(one) % 3 == 0]


def test_the_way_back_leads_over_the_same_pages(
    database: sa.Engine, service: HistoryService
) -> None:
    put_many(database, 3 * PAGE_SIZE + 7)
    pages = walk(service)
    page = service.page(before=pages[-2][-1])

    way_back = [list(page.runs["id"])]
    while page.newer:
        page = service.page(after=page.newer)
        way_back.append(list(page.runs["id"]))

    assert way_back[::-1] == pages


def test_the_newest_page_is_full_and_has_nothing_newer(
    database: sa.Engine, service: HistoryService
) -> None:
    all_ids = put_many(database, PAGE_SIZE + 20)

    page = service.page(after=all_ids[10])

    assert list(page.runs["id"]) == all_ids[:PAGE_SIZE]
    assert page.newer is None


def test_the_keys_lead_nowhere_at_the_ends(database: sa.Engine, service: HistoryService) -> None:
    put_many(database, PAGE_SIZE)

    page = service.page()

    assert (page.newer, page.older) == (None, None)


@pytest.mark.parametrize("key", ["0000", "", "' OR 1=1 --", "\0", "🍌", "zzzz"])
def test_any_key_gives_a_page(database: sa.Engine, service: HistoryService, key: str) -> None:
    put_many(database, 3)

    for page in (service.page(before=key), service.page(after=key)):
        assert len(page.runs) + bool(page.newer) > 0


def test_beyond_the_oldest_run_there_is_a_way_back(
    database: sa.Engine, service: HistoryService
) -> None:
    put_many(database, 3)

    page = service.page(before="0000")

    assert page.runs.empty
    assert page.newer == "0000"
    assert len(service.page(after=page.newer).runs) == 3


def test_a_page_knows_its_place_among_all(database: sa.Engine, service: HistoryService) -> None:
    all_ids = put_many(database, 2 * PAGE_SIZE + 5)

    second = service.page(before=all_ids[PAGE_SIZE - 1])

    assert (service.page().place, service.page().total) == (0, 2 * PAGE_SIZE + 5)
    assert (second.place, second.total) == (PAGE_SIZE, 2 * PAGE_SIZE + 5)


def test_more_runs_than_are_counted_have_no_total(
    database: sa.Engine, service: HistoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_many(database, PAGE_SIZE + 5)
    monkeypatch.setattr(history, "COUNTED_UP_TO", PAGE_SIZE + 4)

    assert service.page().total is None


def test_nul_in_the_filter_hides_nothing_that_follows_it(
    database: sa.Engine, service: HistoryService
) -> None:
    put(database, run_row("1", prompt="abcd"), run_row("2", prompt="ab"))

    assert list(service.page(text="b\0c").runs["id"]) == ["1"]
