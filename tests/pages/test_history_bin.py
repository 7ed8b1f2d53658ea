"""The bin from its page: what it holds, for how long, and what is left after it was emptied."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.bootstrap import Services, open_services
from lib.domain.history_query import HistoryQuery
from lib.settings import Settings
from lib.store.database import open_database
from lib.ui import wiring
from tests.pages.reading import ReadingPage
from tests.store.ended_runs import NOON_MS, put, put_pictures, run_row

IN_BIN = HistoryQuery(deleted=True)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with open_services(Settings(plantain_data_dir=tmp_path / "data")) as services:
        wiring.offer(services)
        yield services
        wiring.offer(None)


@pytest.fixture
def database(services: Services) -> Iterator[sa.Engine]:
    engine = open_database(services.settings.plantain_data_dir / "plantain.db")
    put(engine, *(run_row(f"0{at}") for at in range(4)))
    for run_id, count in (("01", 2), ("02", 1)):
        put_pictures(engine, run_id, count)
    yield engine
    engine.dispose()


def in_bin(services: Services) -> list[str]:
    return sorted(services.search.page(IN_BIN, viewer="local").runs["id"])


def asking(box: str, **state: object) -> ReadingPage:
    """The bin with one of its questions open."""
    page = ReadingPage("history", deleted="true")
    for key, value in {box: True, **state}.items():
        page.app.session_state[key] = value
    return page.run()


def test_it_says_how_much_is_erased_before_it_is_done(
    services: Services, database: sa.Engine
) -> None:
    services.organising.delete(["01", "02"], by="local")
    page = asking("history_empty_bin")
    assert page.says("Erase **2 runs** with **3 pictures** for good?")
    assert page.says("The ledger keeps that the runs were made and what they cost")
    assert in_bin(services) == ["01", "02"]

    page.press("history_empty_for_good")

    assert page.says("Erased for good: 2 runs.")
    assert in_bin(services) == []
    assert not page.has_button("history_undo")
    spent = sum(run.cost_micros or 0 for run in map(services.runs.find, ("01", "02")) if run)
    assert spent == 160_000


def test_what_is_deleted_after_the_question_stays(services: Services, database: sa.Engine) -> None:
    services.organising.delete(["01"], by="local")
    page = asking("history_empty_bin")
    services.organising.delete(["02"], by="local")

    page.press("history_empty_for_good")

    assert in_bin(services) == ["02"]


def test_only_the_selected_are_erased(services: Services, database: sa.Engine) -> None:
    services.organising.delete(["01", "02", "03"], by="local")
    page = asking("history_erase", history_selected=("01", "03"))
    assert page.says("Erase **2 runs** for good")

    page.press("history_erase_for_good")

    assert in_bin(services) == ["02"]


def test_an_empty_bin_has_nothing_to_erase(services: Services, database: sa.Engine) -> None:
    page = asking("history_empty_bin")

    assert page.says("The bin is empty.")
    assert not page.has_button("history_empty_for_good")


def test_a_deleted_run_says_until_when_it_can_be_brought_back(
    services: Services, database: sa.Engine
) -> None:
    put(database, run_row("gone", deleted_at=NOON_MS))

    page = ReadingPage("history", run="gone")
    assert page.says("It can be brought back until 2026-12-22")

    services.bin.empty(["gone"])
    page.run()
    assert page.says("It was erased from the bin with its pictures")
    assert not page.has_button("history_restore")
