"""Collections from the History page: looked at, made, filled, renamed, deleted and brought back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.bootstrap import Services, open_services
from lib.domain.history_query import HistoryQuery
from lib.domain.organising import Collection, Sharing
from lib.settings import Settings
from lib.store.database import open_database
from lib.ui import history_collections, wiring
from tests.pages.reading import ReadingPage
from tests.store.ended_runs import put, run_row

EVIL = "![x](https://evil.example/x.png)"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with open_services(Settings(plantain_data_dir=tmp_path / "data")) as services:
        wiring.offer(services)
        database = open_database(services.settings.plantain_data_dir / "plantain.db")
        put(database, *(run_row(f"0{at}") for at in range(4)))
        yield services
        wiring.offer(None)
        database.dispose()


def collections(services: Services, viewer: str = "local") -> dict[str, Collection]:
    return {one.name: one for one in services.organising.collections(viewer=viewer)}


def runs_in(services: Services, collection: int) -> list[str]:
    query = HistoryQuery().where("collection", str(collection))
    return list(services.search.page(query, viewer="local").runs["id"])


def make(services: Services, name: str, *run_ids: str) -> int:
    made = services.organising.make_collection(name, sharing=Sharing.PRIVATE, by="local")
    services.organising.collect(list(run_ids), made, by="local")
    return made


def opened(**query: str) -> ReadingPage:
    """The page with the box of the collections open."""
    page = ReadingPage("history", **query)
    page.app.session_state["history_collections"] = True
    return page.run()


def selecting(*run_ids: str, **query: str) -> ReadingPage:
    page = ReadingPage("history", **query)
    page.app.session_state["history_selected"] = run_ids
    return page.run()


def test_one_is_made_for_the_team_and_undone(services: Services) -> None:
    page = opened()
    page.app.text_input(key="history_collections_new_name").set_value(EVIL)
    page.app.session_state["history_collections_new_sharing"] = Sharing.TEAM

    page.press("history_collections_make")

    assert list(collections(services, viewer="another")) == [EVIL]
    assert not any("evil.example" in text for text in page.markdown())
    page.press("history_undo")
    assert collections(services) == {}


def test_a_name_that_is_taken_is_refused_in_the_box(services: Services) -> None:
    make(services, "Kites")
    page = opened()
    page.app.text_input(key="history_collections_new_name").set_value("kites")

    page.press("history_collections_make")

    assert page.says("named 'kites' already")
    assert list(collections(services)) == ["Kites"]


def test_a_collection_is_a_view_with_its_name(services: Services) -> None:
    kites = make(services, EVIL, "01", "02")
    page = opened(q="fox", sort="oldest", run="00")

    page.app.selectbox(key="history_collections_choice").set_value(kites)
    page.run()

    assert page.query == {"collection": str(kites), "sort": "oldest"}
    assert len(page.table("prompt")) == 2
    (chips,) = [one for one in page.app.multiselect if one.key == "history_chips"]
    assert chips.proto.options == [f"Collection: {EVIL}"]
    assert not any("evil.example" in text for text in page.markdown())


def test_the_selected_runs_are_put_in_and_taken_out(services: Services) -> None:
    kites = make(services, EVIL)
    page = selecting("01", "02")

    page.app.selectbox(key="history_bulk_collection").set_value(kites)
    page.run().press("history_collect")
    assert runs_in(services, kites) == ["02", "01"]
    assert not any("evil.example" in text for text in page.markdown())

    page.press("history_undo")
    assert runs_in(services, kites) == []
    page.press("history_collect").press("history_uncollect")
    assert runs_in(services, kites) == []


def test_a_name_that_is_typed_finds_its_collection_or_makes_one(services: Services) -> None:
    kites = history_collections.found_or_made(services.organising, " Kites")

    assert history_collections.found_or_made(services.organising, "kites ") == kites
    assert history_collections.found_or_made(services.organising, kites) == kites
    (made,) = collections(services).values()
    assert (made.name, made.sharing) == ("Kites", Sharing.PRIVATE)


def test_without_a_collection_nothing_is_collected_and_it_says_so(services: Services) -> None:
    assert selecting("01").press("history_collect").says("Choose a collection first.")


def test_an_opened_run_is_put_in_and_taken_out(services: Services) -> None:
    kites = make(services, "Kites", "02")
    page = ReadingPage("history", run="01")
    of_run = "history_mark_collections_01"
    assert page.app.multiselect(key=of_run).value == []

    page.app.multiselect(key=of_run).set_value([kites])
    page.run()
    assert runs_in(services, kites) == ["02", "01"]

    page.app.multiselect(key=of_run).set_value([])
    page.run()
    assert runs_in(services, kites) == ["02"]


def test_one_is_renamed_and_shared(services: Services) -> None:
    kites = make(services, "Kites", "01")
    page = opened(collection=str(kites))

    page.app.text_input(key=f"history_collections_{kites}_name").set_value("Dragons")
    page.app.session_state[f"history_collections_{kites}_sharing"] = Sharing.TEAM
    page.press("history_collections_rename")

    assert list(collections(services, viewer="another")) == ["Dragons"]
    page.press("history_undo")
    assert collections(services, viewer="another") == {}
    assert list(collections(services)) == ["Kites"]


def test_one_is_deleted_its_runs_stay_and_undo_brings_it_back_with_them(
    services: Services,
) -> None:
    kites = make(services, "Kites", "01", "02", "03")
    services.organising.delete(["03"], by="local")
    page = opened(collection=str(kites))

    page.press("history_collections_delete")
    assert collections(services) == {}
    assert page.query == {}
    assert len(page.table("prompt")) == 3

    page.press("history_undo")
    assert page.query == {"collection": str(kites)}
    services.organising.restore(["03"], by="local")
    assert runs_in(services, kites) == ["03", "02", "01"]


def test_a_deleted_collection_and_a_newer_one_do_not_get_mixed_up(services: Services) -> None:
    kites = make(services, "Kites", "01")
    page = opened(collection=str(kites)).press("history_collections_delete")
    newer = make(services, "Foxes", "02")
    assert newer != kites

    page.press("history_undo")

    assert runs_in(services, newer) == ["02"]
    assert runs_in(services, collections(services)["Kites"].id) == ["01"]


@pytest.mark.parametrize("value", ["17", "\0", "x", "٣", "9" * 40])
def test_a_link_to_no_collection_shows_that(services: Services, value: str) -> None:
    page = opened(collection=value)

    assert page.says("No run answers this.")
    (chips,) = [one for one in page.app.multiselect if one.key == "history_chips"]
    assert "not here any more" in chips.proto.options[0]
