"""Two to four runs compared: what differs, what it cost, how long it took."""

from typing import Any

import pytest

from lib.bootstrap import Services
from lib.ui import history_gallery
from lib.ui.browser.inbox import Inbox
from tests.pages.conftest import Make
from tests.pages.reading import ReadingPage

EVIL = "![x](https://evil.example/x.png)"


def comparing(*asked: str, **query: str) -> ReadingPage:
    page = ReadingPage("history", **query)
    page.app.query_params["compare"] = list(asked)
    return page.run()


def pictures(page: ReadingPage) -> list[dict[str, Any]]:
    """What the comparison in the browser is given."""
    import json

    for item in page.app.get("bidi_component"):
        if item.proto.component_name == "plantain_compare":
            return list(json.loads(item.proto.json)["pictures"])
    return []


def test_selected_runs_are_compared_by_what_differs(make: Make) -> None:
    first = make(EVIL, seed=7)
    second = make(EVIL, seed=7, resolution="0.5K")
    page = ReadingPage("history", sort="oldest")
    assert not page.has_button("history_compare")
    page.app.session_state["history_selected"] = (first.id, second.id)

    page.run().press("history_compare")

    assert page.app.query_params["compare"] == [first.id, second.id]
    table = page.table("Differs").set_index("Differs")
    assert list(table.loc["resolution"]) == ["1K", "0.5K"]
    assert list(table.loc["Cost"]) == ["$0.080", "$0.060"]
    assert "seed" not in table.index
    assert "prompt" not in table.index
    assert "Time at the API" in table.index
    assert not any("evil.example" in text for text in page.markdown())
    page.press("history_leave_compare")
    assert page.query == {"sort": "oldest"}


def test_what_is_selected_in_the_gallery_is_compared_by_key(make: Make) -> None:
    runs = [make(seed=seed) for seed in (1, 2, 3)]
    page = ReadingPage("history", view="gallery")

    event = {"kind": "compare", "ids": [run.id for run in runs]}
    page.app.session_state[f"{history_gallery.KEY}_inbox"] = Inbox((event,))
    page.run()

    assert list(page.table("Differs").columns) == ["Differs", "A", "B", "C"]


def test_another_picture_of_a_run_is_chosen_and_stands_in_the_link(make: Make) -> None:
    several, one = make(num_images=3, seed=5), make(seed=6)
    page = comparing(several.id, one.id)

    choice = next(found for found in page.app.get("button_group") if found.label == "Picture of A")
    choice.set_value(2)
    page.run()

    assert page.app.query_params["compare"] == [f"{several.id}.2", one.id]
    again = comparing(f"{several.id}.2", one.id)
    assert [item["id"] for item in pictures(again)] == [f"{several.id}/1", f"{one.id}/0"]


def test_a_run_without_a_picture_is_compared_in_the_table(make: Make) -> None:
    failed, first, second = make("A kite [fail]"), make(seed=1), make(seed=2)

    page = comparing(failed.id, first.id, second.id)

    assert page.says("Runs without a picture")
    assert list(page.table("Differs").set_index("Differs").loc["prompt"]) == [
        "A red kite",
        "A red kite",
        "A kite [fail]",
    ]
    assert [item["id"] for item in pictures(page)] == [f"{first.id}/0", f"{second.id}/0"]


def test_one_walks_among_the_compared(make: Make) -> None:
    first, second = make(seed=1), make(seed=2)
    page = comparing(first.id, second.id).press("history_open_A")
    assert page.query["run"] == first.id

    page.press("history_next_run")

    assert page.query["run"] == second.id
    assert not page.has_button("history_next_run")


@pytest.mark.parametrize(
    "asked", [["x"], ["", "."], ["\0", EVIL], ["a.1", "b.2", "c.x", "d", "e"], ["x.999", "x.-1"]]
)
def test_a_link_to_runs_that_are_not_here_says_so(services: Services, asked: list[str]) -> None:
    page = comparing(*asked)

    assert page.says("Some of these runs are not here")
    assert not page.has_table("Differs")
    assert not any("evil.example" in text for text in page.markdown())


def test_deleted_runs_are_not_compared(services: Services, make: Make) -> None:
    first, second = make(seed=1), make(seed=2)
    services.runs.delete(first.id)

    page = comparing(first.id, second.id)

    assert page.says("or were deleted")
    assert not page.has_table("Differs")
