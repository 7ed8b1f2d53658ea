"""Looking for a run by our reference, before anything is sent again: an empty answer must be true."""

import httpx
import pytest

from lib.domain.errors import AnswerLost
from lib.runflow.api import SEARCH_PAGES
from lib.runflow.retry import Patience


def json_answer(body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def page_of(*refs, following=None):
    items = [{"id": f"{ref}-{place}", "client_ref": ref} for place, ref in enumerate(refs)]
    return json_answer({"items": items, "next": following})


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        ([page_of()], []),
        ([page_of("ours")], ["ours-0"]),
        ([page_of("ours", "ours")], ["ours-0", "ours-1"]),
        ([page_of("other", None)], []),
        ([page_of("other", "ours", "OURS")], ["ours-1"]),
        ([page_of("a", following="2"), page_of("b", "ours")], ["ours-1"]),
        ([page_of("ours", following="2"), page_of()], ["ours-0"]),
        ([page_of("ours", following="2"), page_of(following="3")], ["ours-0"]),
    ],
)
def test_only_runs_that_carry_the_reference_are_found(client_told, pages, found):
    client, asked = client_told(*pages)

    runs = client.find_by_client_ref("ours")

    assert [run.remote_id for run in runs] == found
    assert len(asked) == len(pages)


def test_the_next_page_is_asked_by_its_cursor(client_told):
    client, asked = client_told(page_of("a", following="c2"), page_of("b"))

    client.find_by_client_ref("ours")

    assert [request.url.params.get("pq") for request in asked] == [None, "c2"]


def test_what_was_not_read_to_the_end_is_not_taken_for_none(client_told):
    client, asked = client_told(page_of("other", following="again"))

    with pytest.raises(AnswerLost, match="too many"):
        client.find_by_client_ref("ours")

    assert len(asked) == SEARCH_PAGES


def test_a_search_ends_with_the_patience_of_whoever_asked(client_told):
    client, asked = client_told(page_of("other", following="again"))

    with pytest.raises(AnswerLost, match="too many"):
        client.find_by_client_ref("ours", patience=Patience(tries=1, within_s=1e-9))

    assert len(asked) < SEARCH_PAGES


def test_a_run_that_was_found_is_told_even_if_the_list_never_ends(client_told):
    client, _ = client_told(page_of("ours", following="2"), page_of("other", following="again"))

    assert [run.remote_id for run in client.find_by_client_ref("ours")] == ["ours-0"]


def test_a_list_with_an_unreadable_run_does_not_say_that_there_is_none(client_told):
    client, _ = client_told(json_answer({"items": [{"client_ref": "ours"}]}))

    with pytest.raises(AnswerLost):
        client.find_by_client_ref("ours")
