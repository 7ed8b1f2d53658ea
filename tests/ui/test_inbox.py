"""Each event of a component is handed over once, in order, however often or seldom its post arrives."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ui.browser.inbox import MOST_SENDERS, Inbox, emptied, received


def post(sender: str, *numbers: int) -> dict[str, Any]:
    return {"sender": sender, "events": [{"n": number} for number in numbers]}


def numbers(inbox: Inbox) -> list[int]:
    return [event["n"] for event in inbox.waiting]


@given(st.lists(st.sampled_from(["do", "arrive", "lose", "take", "see"])))
def test_an_event_is_handed_over_once_whatever_gets_lost(steps: list[str]) -> None:
    """The browser numbers what is done, and posts all that it has not seen taken."""
    inbox, done, taken, waiting = Inbox(), 0, list[int](), list[int]()
    for step in [*steps, "do", "arrive", "take"]:
        match step:
            case "do":
                done += 1
                waiting.append(done)
            case "arrive":
                inbox = received(inbox, post("tab", *waiting))
            case "take":
                taken += numbers(inbox)
                inbox = emptied(inbox)
            case "see":
                waiting = [number for number in waiting if number > inbox.taken.get("tab", 0)]

    assert taken == list(range(1, done + 1))


def test_what_was_not_taken_is_not_acknowledged() -> None:
    inbox = received(Inbox(), post("tab", 1, 2))

    assert inbox.taken == {}
    assert emptied(inbox).taken == {"tab": 2}


def test_a_component_that_is_drawn_anew_counts_from_one_again() -> None:
    inbox = emptied(received(Inbox(), post("old", 1, 2)))

    inbox = received(received(inbox, post("new", 1)), post("old", 1, 2, 3))

    assert numbers(inbox) == [1, 3]


def test_old_senders_are_forgotten_and_the_one_that_speaks_is_not() -> None:
    inbox = Inbox()
    for number in range(3 * MOST_SENDERS):
        inbox = received(received(inbox, post(f"tab {number}", 1)), post("first", 1))

    assert len(inbox.known) == MOST_SENDERS
    assert inbox.known["first"] == 1
    assert len(inbox.waiting) == 3 * MOST_SENDERS + 1


@pytest.mark.parametrize(
    "rubbish",
    [
        *(None, 7, "x", [], {}, {"sender": 1, "events": [{"n": 1}]}),
        *({"sender": "tab"}, {"sender": "tab", "events": "x"}, {"sender": "tab", "events": [1]}),
        {"sender": "tab", "events": [{"n": "1"}, {"n": True}, {"n": -1}, {}]},
    ],
)
def test_a_post_without_the_right_form_changes_nothing(rubbish: Any) -> None:
    inbox = received(Inbox(), rubbish)

    assert inbox.waiting == ()
    assert numbers(received(inbox, post("tab", 1))) == [1]
