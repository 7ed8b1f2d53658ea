"""Pictures that look alike, and runs of the same prompt: seen together, with what differs."""

import pytest

from lib.bootstrap import Services
from lib.domain.history_query import HistoryQuery
from lib.services.long_work import LongWork
from lib.ui import history_alike, history_gallery
from lib.ui.browser.inbox import Inbox
from tests.pages.conftest import Make
from tests.pages.reading import ReadingPage

EVIL = "![x](https://evil.example/x.png)"


def ids(page: ReadingPage) -> list[str]:
    return list(page.app.session_state[history_alike.IDS])


# -- similar pictures ----------------------------------------------------------------------------


def test_similar_pictures_are_found_from_an_opened_run_and_by_their_link(make: Make) -> None:
    first = make(f"A kite {EVIL}", seed=7)
    same = make(f"A kite {EVIL}", seed=7, resolution="0.5K")
    make("Something else entirely", seed=9)
    page = ReadingPage("history", q="kite", run=first.id)

    page.press("history_similar_0")

    assert page.query == {"q": "kite", "like": first.pictures[0].sha256}
    assert ids(page)[0] == first.id
    assert same.id in ids(page)
    words = dict(zip(ids(page), page.table("Likeness")["Likeness"], strict=True))
    assert (words[first.id], words[same.id]) == ("This picture", "Nearly the same")
    assert not any("evil.example" in text for text in page.markdown())
    again = ReadingPage("history", like=first.pictures[0].sha256)
    assert ids(again) == ids(page)
    page.press("history_leave_like")
    assert page.query == {"q": "kite"}


def test_similar_pictures_are_asked_for_in_the_gallery(make: Make) -> None:
    run = make()
    page = ReadingPage("history", view="gallery")

    event = {"kind": "similar", "ids": [run.id], "value": 0}
    page.app.session_state[f"{history_gallery.KEY}_inbox"] = Inbox((event,))
    page.run()

    assert page.query["like"] == run.pictures[0].sha256
    assert ids(page) == [run.id]


def test_one_walks_among_what_is_alike_in_its_order(make: Make) -> None:
    first, second = make(seed=7), make(seed=7, resolution="0.5K")
    page = ReadingPage("history", like=first.pictures[0].sha256)
    assert ids(page) == [first.id, second.id]
    page.app.query_params["run"] = first.id

    page.run().press("history_next_run")

    assert page.query["run"] == second.id
    assert not page.has_button("history_next_run")


def test_what_is_selected_among_them_is_all_that_is_acted_on(
    services: Services, make: Make
) -> None:
    first, second = make(seed=7), make(seed=7, resolution="0.5K")
    page = ReadingPage("history").press("history_all")
    page.app.query_params["like"] = first.pictures[0].sha256
    page.run()
    assert not page.has_button("history_delete_selected")

    page.app.session_state["history_selected"] = (second.id,)
    page.run().press("history_delete_selected")

    found = services.search.page(HistoryQuery(), viewer="local").runs
    assert list(found["id"]) == [first.id]


@pytest.mark.parametrize("sha256", ["0" * 64, "../../etc/passwd", "\0", EVIL, "x" * 5_000])
def test_a_link_to_no_picture_says_so(services: Services, sha256: str) -> None:
    page = ReadingPage("history", like=sha256)

    assert page.says("this picture is not here")
    assert not any("evil.example" in text for text in page.markdown())


def test_older_pictures_are_looked_at_with_progress_and_can_be_left(
    services: Services, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make()
    monkeypatch.setattr(type(services.likeness._likenesses), "count_unknown", lambda _self: 1_234)
    page = ReadingPage("history", like=run.pictures[0].sha256)
    assert page.says("1,234 pictures were not looked at yet")

    page.press("history_look_at_all")
    assert page.says("Pictures looked at: 0.")
    assert not page.has_button("history_undo")

    running: LongWork[object] = LongWork(lambda progress: None, 1_234)
    running.gone_through = 400
    page.app.session_state["history_work"] = running
    page.app.session_state["history_work_of"] = "pictures"
    page.run()
    assert [bar.proto.text for bar in page.app.get("progress")] == ["400 of 1,234 pictures"]
    page.press("history_cancel_work")
    assert running.is_canceled


# -- the same prompt -----------------------------------------------------------------------------


def test_runs_of_the_same_prompt_show_only_what_differs(make: Make) -> None:
    first = make("A red kite", seed=7)
    make("a RED kite", seed=8, num_images=2)

    page = ReadingPage("history", same_prompt_as=first.id)

    table = page.table("seed")
    assert table[["num_images", "seed"]].values.tolist() == [["2", "8"], ["1", "7"]]
    (drawn,) = [one for one in page.app.dataframe if "seed" in one.value]
    order = list(drawn.proto.column_order)
    assert order[:3] == ["picture", "num_images", "seed"]
    assert "resolution" not in order
    assert "prompt" not in order
    assert page.says("What differs here: num_images, seed")


def test_fields_of_runs_made_elsewhere_are_shown_as_text() -> None:
    from lib.ui import history_differences

    table = history_differences.table([{EVIL: 1, "seed": 7}, {EVIL: True, "seed": 7}], ["A", "B"])

    assert table.values.tolist() == [[EVIL, "1", "yes"]]
