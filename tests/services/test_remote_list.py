"""The API's list is read back to a moment, whatever order, size and pages it comes in."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lib.domain.run import RemoteRun, Status
from lib.runflow.api import Client
from lib.runflow.retry import ONE_TRY
from lib.runflow.wire import RunPage
from lib.services.remote_list import PAGE, ListCut, runs_since

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOURS = 72
SINCE = round((NOW - timedelta(hours=HOURS)).timestamp() * 1000)
Page = Callable[[int, "str | None"], RunPage]


class Lists:
    """In the client's place: answers each page by a rule, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[dict[str, Any]] = []

    def list_runs(self, **asked: Any) -> RunPage:
        self.asked.append(asked)
        return self.page(len(self.asked) - 1, asked["pq"])


def run(number: int, hours_ago: float | None) -> RemoteRun:
    at = None if hours_ago is None else (NOW - timedelta(hours=hours_ago)).isoformat()
    return RemoteRun(f"run {number}", Status.SUCCEEDED, created_at=at)


def runs(count: int, *, over_hours: float = 24 * 30.0) -> list[RemoteRun]:
    """Newest first, evenly spread over a month."""
    return [run(number, number * over_hours / count) for number in range(count)]


def paged(found: Sequence[RemoteRun], size: int = PAGE) -> Page:
    def page(_number: int, pq: str | None) -> RunPage:
        begin = int(pq or 0)
        end = begin + size
        return RunPage(tuple(found[begin:end]), str(end) if end < len(found) else None)

    return page


def read(page: Page) -> tuple[list[str], Lists]:
    client = Lists(page)
    found = [
        run.remote_id
        for listed in runs_since(as_client(client), SINCE, patience=ONE_TRY)
        for run in listed
    ]
    return found, client


def as_client(lists: Lists) -> Client:
    return lists  # type: ignore[return-value]


def young(found: Sequence[RemoteRun]) -> set[str]:
    return {run.remote_id for run in found if run.created_ms is None or run.created_ms >= SINCE}


def test_a_list_that_is_in_order_is_left_once_it_is_past_the_moment():
    found = runs(10_000)

    seen, client = read(paged(found))

    assert set(seen) == young(found)
    assert len(seen) == len(set(seen))
    assert len(client.asked) <= len(seen) // PAGE + 2
    assert client.asked[0]["sort_by"] == "created_at:desc"
    assert client.asked[0]["limit"] == PAGE


@pytest.mark.parametrize("size", [1, 7, PAGE, 10_000])
@pytest.mark.parametrize("order", ["newest first", "oldest first", "shuffled", "by end"])
def test_all_that_is_young_is_read_in_any_order_and_page_size(order: str, size: int):
    found = runs(600)
    if order == "oldest first":
        found.reverse()
    elif order == "shuffled":
        random.Random(7).shuffle(found)
    elif order == "by end":  # some took a day
        found.sort(key=lambda run: (run.created_ms or 0) + int(run.remote_id[4:]) % 3 * 86_400_000)

    seen, _client = read(paged(found, size))

    assert set(seen) == young(found)


def test_ten_thousand_runs_in_no_order_are_read_to_the_end():
    found = runs(10_000)
    random.Random(1).shuffle(found)

    seen, client = read(paged(found))

    assert set(seen) == young(found)
    assert len(client.asked) == 10_000 // PAGE


def test_runs_that_do_not_say_when_they_were_taken_are_read():
    found = [run(number, None) for number in range(450)]

    seen, _client = read(paged(found))

    assert set(seen) == young(found) == {run.remote_id for run in found}


def test_runs_that_come_in_between_pages_push_others_along_and_none_is_lost():
    found = runs(600, over_hours=48)

    def page(number: int, pq: str | None) -> RunPage:
        now = [run(10_000 + place, 0) for place in range(150 * number)] + found
        return paged(now)(number, pq)

    seen, _client = read(page)

    assert set(seen) >= young(found)
    assert len(seen) == len(set(seen))


def test_clocks_that_differ_a_little_do_not_undo_the_order():
    found = [run(number, number / 10 + (number % 2) * 0.1) for number in range(3_000)]

    _seen, client = read(paged(found))

    assert len(client.asked) < 3_000 // PAGE


def test_a_single_old_run_on_top_does_not_end_the_list():
    found = [run(1, 800), *runs(300, over_hours=48)]

    seen, _client = read(paged(found))

    assert set(seen) == young(found)


@pytest.mark.parametrize("is_last_empty", [True, False])
def test_an_empty_page_ends_the_list_also_when_it_promises_more(is_last_empty: bool):
    found = runs(300, over_hours=24)
    whole = paged(found)

    def page(number: int, pq: str | None) -> RunPage:
        if int(pq or 0) >= len(found):
            return RunPage((), pq if is_last_empty else f"{int(pq or 0) + PAGE}")
        listed = whole(number, pq)
        return RunPage(listed.items, f"{int(pq or 0) + PAGE}")

    seen, _client = read(page)

    assert set(seen) == young(found)


def test_an_empty_page_in_the_middle_is_passed_over():
    found = runs(600, over_hours=24)
    whole = paged(found)

    def page(number: int, pq: str | None) -> RunPage:
        if number == 1:
            return RunPage((), "200 again")
        return whole(number, "200" if pq == "200 again" else pq)

    seen, _client = read(page)

    assert set(seen) == young(found)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (lambda _number, _pq: RunPage(tuple(runs(PAGE, over_hours=1)), "x"), "circles"),
        (lambda number, _pq: RunPage(tuple(runs(PAGE, over_hours=1)), f"{number}"), "repeats"),
        (lambda number, _pq: RunPage((run(number, 1),), f"{number}"), "no end"),
        (lambda number, _pq: RunPage((run(number, None),), f"{number}"), "no end"),
    ],
)
def test_a_list_without_an_end_is_left_and_not_taken_for_all(page: Page, why: str):
    client = Lists(page)
    pages = runs_since(as_client(client), SINCE, patience=ONE_TRY)
    assert next(pages)

    with pytest.raises(ListCut, match=why):
        list(pages)

    assert len(client.asked) <= 1_000
