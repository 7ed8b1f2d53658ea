"""Bringing order into the history from its page: by tile, by selection, by the whole question."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from lib.bootstrap import Services, open_services
from lib.domain.history_query import HistoryQuery
from lib.domain.organising import Changed, ChangeKind
from lib.services.history_search import PAGE_SIZE
from lib.services.long_work import LongWork
from lib.settings import Settings
from lib.store.database import open_database
from lib.ui import history_gallery, wiring
from lib.ui.browser.inbox import Inbox
from tests.pages.reading import ReadingPage
from tests.store.ended_runs import put, run_row

EVIL = "![x](https://evil.example/x.png)"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services of a test's own: what is organised hangs together."""
    with open_services(Settings(plantain_data_dir=tmp_path / "data")) as services:
        wiring.offer(services)
        yield services
        wiring.offer(None)


@pytest.fixture
def database(services: Services) -> Iterator[sa.Engine]:
    engine = open_database(services.settings.plantain_data_dir / "plantain.db")
    yield engine
    engine.dispose()


def runs(services: Services, **query: object) -> pd.DataFrame:
    found = services.search.page(HistoryQuery(**query), viewer="local").runs  # type: ignore[arg-type]
    return found.set_index("id")


def in_gallery(page: ReadingPage, *events: dict[str, object]) -> ReadingPage:
    """As if these had come from the gallery in the browser."""
    page.app.session_state[f"{history_gallery.KEY}_inbox"] = Inbox(events)
    return page.run()


def selecting(*run_ids: str, **query: str) -> ReadingPage:
    """The page with these runs selected."""
    page = ReadingPage("history", **query)
    page.app.session_state["history_selected"] = run_ids
    return page.run()


# -- by tile -------------------------------------------------------------------------------------


def test_what_is_marked_in_the_gallery_is_kept(services: Services, database: sa.Engine) -> None:
    put(database, *(run_row(f"0{at}") for at in range(3)))

    in_gallery(
        ReadingPage("history", view="gallery"),
        {"kind": "favourite", "ids": ["00", "02"], "value": True},
        {"kind": "rate", "ids": ["01"], "value": 4},
    )

    found = runs(services)
    assert list(found[found["favourite"]].index) == ["02", "00"]
    assert found.loc["01", "rating"] == 4
    assert found["rating"].count() == 1


def test_a_rating_of_none_takes_it_away(services: Services, database: sa.Engine) -> None:
    put(database, run_row("01"))
    services.organising.rate(["01"], 5, by="local")

    in_gallery(ReadingPage("history"), {"kind": "rate", "ids": ["01"], "value": 0})

    assert runs(services)["rating"].count() == 0


def test_what_was_deleted_in_the_gallery_comes_back_by_undo(
    services: Services, database: sa.Engine
) -> None:
    put(database, run_row("01"), run_row("02"))
    page = in_gallery(
        ReadingPage("history", view="gallery"), {"kind": "delete", "ids": ["01", "02"]}
    )
    assert page.says("Put into the bin: 2 runs.")
    assert runs(services).empty

    page.press("history_undo")

    assert sorted(runs(services).index) == ["01", "02"]
    assert not page.has_button("history_undo")


def test_what_the_gallery_asks_for_unknown_runs_breaks_nothing(
    services: Services, database: sa.Engine
) -> None:
    put(database, run_row("01"))

    page = in_gallery(
        ReadingPage("history", view="gallery"),
        {"kind": "delete", "ids": [EVIL, "\0"]},
        {"kind": "select", "ids": [EVIL]},
    )

    assert list(runs(services).index) == ["01"]
    assert not any("evil.example" in text for text in page.markdown())


# -- by selection --------------------------------------------------------------------------------


def test_a_selection_goes_with_its_runs_from_page_to_page(database: sa.Engine) -> None:
    put(database, *(run_row(f"{at:03}") for at in range(PAGE_SIZE + 1)))
    page = selecting("050", "000")

    page.press("history_next")

    assert page.says("2 selected")
    assert page.app.session_state["history_selected"] == ("050", "000")
    page.press("history_clear_selection")
    assert not page.says("2 selected")


def test_the_selected_runs_are_tagged_and_it_is_undone(
    services: Services, database: sa.Engine
) -> None:
    tag = f"two words {EVIL}"
    put(database, *(run_row(f"0{at}") for at in range(3)))
    services.organising.tag(["02"], tag, by="local")
    page = selecting("00", "01")

    page.app.selectbox(key="history_bulk_tag").set_value(tag)
    page.run().press("history_tag")

    assert page.says("Tagged: 2 runs.")
    assert list(runs(services)["tags"]) == [(tag,)] * 3
    assert not any("evil.example" in text for text in page.markdown())
    page.press("history_undo")
    assert dict(runs(services)["tags"]) == {"00": (), "01": (), "02": (tag,)}


def test_a_tag_without_a_name_is_refused_in_words(database: sa.Engine) -> None:
    put(database, run_row("01"))

    page = selecting("01").press("history_tag")

    assert page.says("The name is empty")


def test_the_selected_runs_are_rated_and_made_favourites(
    services: Services, database: sa.Engine
) -> None:
    put(database, *(run_row(f"0{at}") for at in range(3)))
    page = selecting("00", "01")

    rating = next(one for one in page.app.get("button_group") if one.label == "Rating")
    rating.set_value(3)
    page.run().press("history_rate").press("history_favour")

    found = runs(services)
    assert dict(found["rating"].dropna()) == {"00": 3, "01": 3}
    assert list(found[found["favourite"]].index) == ["01", "00"]


# -- by question ---------------------------------------------------------------------------------


def test_all_that_answers_is_deleted_and_brought_back_from_the_bin(
    services: Services, database: sa.Engine
) -> None:
    foxes = (run_row(f"{at:03}", prompt="a fox") for at in range(PAGE_SIZE + 5))
    put(database, run_row("kite"), *foxes)
    page = ReadingPage("history", q="fox").press("history_all")
    assert page.says(f"All {PAGE_SIZE + 5} selected")

    page.press("history_delete_selected")

    assert page.says(f"Put into the bin: {PAGE_SIZE + 5} runs.")
    assert list(runs(services).index) == ["kite"]
    in_bin = ReadingPage("history", q="fox", deleted="true")
    in_bin.press("history_all").press("history_restore_selected")
    assert len(runs(services, text="fox")) == PAGE_SIZE


def test_another_question_is_not_what_was_selected(services: Services, database: sa.Engine) -> None:
    put(database, run_row("01", prompt="a fox"), run_row("02"))
    page = ReadingPage("history", q="fox").press("history_all")

    page.app.text_input(key="history_text").set_value("")
    page.run()

    assert not page.has_button("history_delete_selected")


def test_long_work_shows_how_far_it_is_and_can_be_canceled(database: sa.Engine) -> None:
    put(database, run_row("01"))
    told = threading.Event()

    def work(progress: object) -> Changed:
        told.wait(60)
        return Changed(ChangeKind.TAG, 500, 1, was_canceled=not progress(500))  # type: ignore[operator]

    running = LongWork(work, 1_000).start()
    running.gone_through = 400
    page = ReadingPage("history")
    page.app.session_state["history_work"] = running
    page.run()
    assert [bar.proto.text for bar in page.app.get("progress")] == ["400 of 1,000 runs"]

    page.press("history_cancel_work")
    told.set()
    assert running.wait(60)

    assert page.run().says("Canceled. Tagged: 500 runs.")
