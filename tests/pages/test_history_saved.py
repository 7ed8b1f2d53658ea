"""Searches with a name: kept, asked again, renamed, replaced, deleted and brought back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.bootstrap import Services, open_services
from lib.domain.history_query import HistoryQuery, Sort
from lib.domain.organising import Sharing
from lib.settings import Settings
from lib.store.database import open_database
from lib.ui import wiring
from tests.pages.reading import ReadingPage
from tests.store.ended_runs import put, run_row

EVIL = "![x](https://evil.example/x.png)"
KITES = HistoryQuery("kite", sort=Sort.COST).where("resolution", "2K")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with open_services(Settings(plantain_data_dir=tmp_path / "data")) as services:
        wiring.offer(services)
        database = open_database(services.settings.plantain_data_dir / "plantain.db")
        put(database, run_row("01"), run_row("02", input={"resolution": "2K"}))
        yield services
        wiring.offer(None)
        database.dispose()


def saved(services: Services) -> dict[str, HistoryQuery]:
    return {one.name: one.query for one in services.organising.searches(viewer="local")}


def save(services: Services, name: str, query: HistoryQuery = KITES) -> int:
    return services.organising.save_search(name, query, sharing=Sharing.PRIVATE, by="local")


def opened(**query: str) -> ReadingPage:
    """The page with the box of the saved searches open."""
    page = ReadingPage("history", **query)
    page.app.session_state["history_saved"] = True
    return page.run()


def named(page: ReadingPage, key: str, name: str, sharing: Sharing) -> ReadingPage:
    page.app.text_input(key=f"{key}_name").set_value(name)
    page.app.session_state[f"{key}_sharing"] = sharing
    return page


def test_what_is_shown_is_saved_under_a_name_and_undone(services: Services) -> None:
    page = opened(q="kite", sort="cost", resolution="2K")

    named(page, "history_saved_new", f" Kites  {EVIL}", Sharing.TEAM).press("history_saved_save")

    assert saved(services) == {f"Kites {EVIL}": KITES}
    assert services.organising.searches(viewer="another")[0].sharing is Sharing.TEAM
    assert page.says("The search was saved.")
    assert not any("evil.example" in text for text in page.markdown())
    page.press("history_undo")
    assert saved(services) == {}


def test_a_name_without_a_letter_is_refused_in_the_box(services: Services) -> None:
    page = opened(q="kite").press("history_saved_save")

    assert page.says("The name is empty")
    assert page.has_button("history_saved_save")
    assert saved(services) == {}


def test_a_saved_search_is_asked_again_and_the_address_says_it(services: Services) -> None:
    kept = save(services, EVIL)
    page = opened(view="gallery", run="01", page="after.1.1")

    page.app.selectbox(key="history_saved_choice").set_value(kept)
    page.run()

    assert page.query == {"q": "kite", "resolution": "2K", "sort": "cost", "view": "gallery"}
    assert not any("evil.example" in text for text in page.markdown())
    again = opened(q="kite", resolution="2K", sort="cost")
    assert again.app.selectbox(key="history_saved_choice").value == kept


def test_one_that_was_left_is_taken_up_again_or_replaced(services: Services) -> None:
    kept = save(services, "Kites")
    page = opened()
    page.app.selectbox(key="history_saved_choice").set_value(kept)
    page.run()

    page.app.text_input(key="history_text").set_value("fox")
    page.app.session_state["history_saved"] = True
    page.run()
    assert page.says("differs from it")
    page.press("history_saved_replace")
    fox = HistoryQuery("fox", sort=Sort.COST).where("resolution", "2K")
    assert saved(services) == {"Kites": fox}

    page.press("history_undo")
    assert saved(services) == {"Kites": KITES}
    page.app.session_state["history_saved"] = True
    page.run().press("history_saved_back")
    assert page.query["q"] == "kite"


def test_a_name_that_is_taken_is_replaced_only_when_somebody_says_so(services: Services) -> None:
    save(services, "Best")
    page = named(opened(q="fox"), "history_saved_new", "Best", Sharing.PRIVATE)

    page.press("history_saved_save")
    assert page.says("of this name already")
    assert saved(services) == {"Best": KITES}

    page.press("history_saved_overwrite")
    assert saved(services) == {"Best": HistoryQuery("fox")}


def test_one_is_renamed_shared_and_deleted_each_with_a_way_back(services: Services) -> None:
    kept = save(services, "Kites")
    page = opened(q="kite", resolution="2K", sort="cost")

    named(page, f"history_saved_{kept}", "Dragons", Sharing.TEAM).press("history_saved_rename")
    found = services.organising.searches(viewer="another")
    assert [(one.id, one.name) for one in found] == [(kept, "Dragons")]
    page.press("history_undo")
    assert list(saved(services)) == ["Kites"]

    page.app.session_state["history_saved"] = True
    page.run().press("history_saved_delete")
    assert saved(services) == {}
    page.press("history_undo")
    assert saved(services) == {"Kites": KITES}


def test_what_was_deleted_does_not_take_the_place_of_a_newer_one(services: Services) -> None:
    save(services, "Kites")
    page = opened(q="kite", resolution="2K", sort="cost").press("history_saved_delete")
    save(services, "Kites", HistoryQuery("newer"))

    page.press("history_undo")

    assert page.says("There is a search named 'Kites' already")
    assert saved(services) == {"Kites": HistoryQuery("newer")}
