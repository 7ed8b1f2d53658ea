"""What a browser says was done in a gallery, summed up; what has not the right form is left out."""

from typing import Any

import pytest

from lib.ui.gallery.events import GalleryEvents, Opening, summed_up


def said(kind: str, ids: Any = ("a",), value: Any = None) -> dict[str, Any]:
    return {
        "n": 1,
        "kind": kind,
        "ids": list(ids) if isinstance(ids, tuple) else ids,
        "value": value,
    }


def test_nothing_done_is_nothing_to_follow() -> None:
    assert summed_up([]) is None


def test_the_last_word_counts() -> None:
    events = [
        said("rate", ("a", "b"), 5),
        said("favourite", ("a",), True),
        said("rate", ("b",), 0),
        said("favourite", ("a",), False),
        said("open", ("a",), 2),
        said("open", ("b",), 0),
        said("select", ("a", "b")),
        said("select", ("b",)),
    ]

    assert summed_up(events) == GalleryEvents(
        opened=Opening("b", 0),
        favourites={"a": False},
        ratings={"a": 5, "b": 0},
        selected=("b",),
    )


def test_runs_deleted_one_after_another_are_all_deleted() -> None:
    found = summed_up([said("delete", ("a",)), said("delete", ("b", "a"))])

    assert found == GalleryEvents(deleted=("a", "b"))


def test_an_empty_selection_is_one() -> None:
    assert summed_up([said("select", ())]) == GalleryEvents(selected=())


@pytest.mark.parametrize(
    "event",
    [
        said("rate", ("a",), 6),
        said("rate", ("a",), -1),
        said("rate", ("a",), "5"),
        said("rate", ("a",), True),
        said("rate", ("a",)),
        said("rate", "a", 3),
        said("rate", None, 3),
        said("rate", ([],), 3),
        said("favourite", ("a",), 1),
        said("open", ()),
        said("open", ("x" * 201,)),
        said("open", ("",)),
        said("select", None),
        said("select", "abc"),
        said("delete", (1,)),
        said("format the disk"),
        {},
    ],
)
def test_what_has_not_the_right_form_is_left_out(event: dict[str, Any]) -> None:
    assert summed_up([event]) is None
    assert summed_up([event, said("delete")]) == GalleryEvents(deleted=("a",))


def test_a_picture_that_cannot_be_is_the_first() -> None:
    assert summed_up([said("open", ("a",), -3)]) == GalleryEvents(opened=Opening("a", 0))


def test_what_is_looked_for_and_what_is_compared_is_told() -> None:
    found = summed_up([said("similar", ("a",), 2), said("compare", ("a", "b", "a"))])

    assert found == GalleryEvents(similar=Opening("a", 2), compared=("a", "b"))
    assert summed_up([said("similar", ()), said("compare", "ab"), said("compare", ())]) is None
