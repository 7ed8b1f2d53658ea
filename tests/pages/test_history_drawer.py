"""An opened run: its marks, the runs beside it, and the run that it was made from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.bootstrap import Services, open_services
from lib.domain.callback import Proof
from lib.domain.run import Parent, ParentKind
from lib.settings import Settings
from lib.store import schema
from lib.store.database import open_database
from lib.ui import state, wiring
from tests.pages.conftest import wait_until
from tests.pages.generating import GeneratePage
from tests.pages.reading import ReadingPage
from tests.store.ended_runs import NOON_MS, put, run_row

EVIL = "![x](https://evil.example/x.png) \u202e <script>alert(1)</script>"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    settings = Settings(plantain_data_dir=tmp_path / "data", plantain_sandbox_seconds=0.2)
    with open_services(settings) as services:
        wiring.offer(services)
        yield services
        wait_until(lambda: not services.runs.has_open())
        wiring.offer(None)


@pytest.fixture
def database(services: Services) -> Iterator[sa.Engine]:
    engine = open_database(services.settings.plantain_data_dir / "plantain.db")
    yield engine
    engine.dispose()


def marks(services: Services, run_id: str = "01") -> object:
    return services.search.marks(run_id)


def test_an_opened_run_is_marked_and_remarked(services: Services, database: sa.Engine) -> None:
    put(database, run_row("01"), run_row("02"))
    services.organising.tag(["02"], EVIL, by="local")
    page = ReadingPage("history", run="01")

    page.press("history_mark_favourite_01")
    next(one for one in page.app.get("button_group") if one.label == "Rating").set_value(4)
    page.run()
    page.app.multiselect(key="history_mark_tags_01").set_value([EVIL])
    page.run()
    page.app.text_area(key="history_mark_note_01").set_value(EVIL)
    page.run()

    found = services.search.marks("01")
    assert found is not None
    assert (found.favourite, found.rating, found.tags, found.remark) == (True, 4, (EVIL,), EVIL)
    assert not any("evil.example" in text for text in page.markdown())

    page.press("history_mark_favourite_01")
    page.app.multiselect(key="history_mark_tags_01").set_value([])
    page.run()
    found = services.search.marks("01")
    assert found is not None
    assert (found.favourite, found.tags) == (False, ())


def test_a_run_that_does_not_exist_has_no_marks(services: Services) -> None:
    assert marks(services, "no such run") is None


def test_one_walks_from_run_to_run_in_the_order_of_the_question(database: sa.Engine) -> None:
    put(database, *(run_row(f"0{at}", prompt=f"kite {at}") for at in range(4)), run_row("9"))
    page = ReadingPage("history", q="kite", sort="oldest", run="01")

    page.press("history_next_run")
    assert page.query["run"] == "02"
    assert "kite 2" in page.texts()
    page.press("history_previous_run").press("history_previous_run")

    assert page.query == {"q": "kite", "sort": "oldest", "run": "00"}
    assert not page.has_button("history_previous_run")


def test_what_differs_from_its_parent_is_shown(services: Services) -> None:
    first = GeneratePage(services).generate(prompt=EVIL, resolution="0.5K")
    child = services.runs.submit(
        "google/nano-banana-2",
        {**first.input, "resolution": "2K"},
        click_token="child",
        created_by="local",
        parent=Parent(first.id, ParentKind.RE_USED),
    )
    wait_until(lambda: not services.runs.has_open())

    page = ReadingPage("history", run=child)

    assert page.table("Differs").values.tolist() == [["resolution", "0.5K", "2K"]]
    assert not any("evil.example" in text for text in page.markdown())
    page.press("history_parent")
    assert page.query["run"] == first.id
    assert not page.has_table("Differs")
    page.press("history_parent_id")
    assert page.query == {"parent_id": first.id}


def test_all_runs_of_the_same_prompt_are_a_click_away(database: sa.Engine) -> None:
    put(database, run_row("01", prompt="A Kite"), run_row("02", prompt="a kite"), run_row("03"))
    put(database, run_row("04", prompt="a kite again"))
    page = ReadingPage("history", run="01", q="kite")

    page.press("history_same_prompt_as")

    assert page.query == {"same_prompt_as": "01"}
    assert len(page.table("prompt")) == 3


def test_a_run_made_of_another_ones_settings_knows_it(services: Services) -> None:
    page = GeneratePage(services)
    first = page.generate(prompt="A kite", seed=7)
    wait_until(lambda: not services.runs.has_open())

    page.run()
    page.press(f"reseed_{first.id}")
    second = page.generate()
    assert second.parent == Parent(first.id, ParentKind.NEW_SEED)

    page.press(f"again_{first.id}")
    third = page.generate(prompt="Another kite")
    assert third.parent == Parent(first.id, ParentKind.RE_USED)
    assert page.generate(prompt="A fox").parent is None
    assert page.app.session_state[state.REUSED] is None


def test_a_run_of_another_prompt_is_not_made_from_the_run_whose_settings_were_used(
    services: Services,
) -> None:
    page = GeneratePage(services)
    first = page.generate(prompt="A red kite above a quiet bay")
    wait_until(lambda: not services.runs.has_open())
    page.run().press(f"again_{first.id}")
    assert reused_from(page)

    page.fill(prompt="Portrait of an old sailor, oil on canvas")
    assert not reused_from(page)
    assert page.generate().parent is None

    page.press(f"again_{first.id}")
    assert page.generate(prompt="A blue kite above a quiet bay").parent == Parent(
        first.id, ParentKind.RE_USED
    )


def test_where_the_settings_come_from_can_be_forgotten(services: Services) -> None:
    page = GeneratePage(services)
    first = page.generate(prompt="A red kite")
    wait_until(lambda: not services.runs.has_open())
    page.run().press(f"again_{first.id}")

    page.press("forget_reused")

    assert not reused_from(page)
    assert page.generate().parent is None


def reused_from(page: GeneratePage) -> bool:
    """Whether the form says that its settings are those of an earlier run."""
    return any(button.key == "forget_reused" for button in page.app.button)


def test_an_opened_run_shows_how_it_was_sent_and_its_code(services: Services) -> None:
    run = GeneratePage(services).generate(prompt=EVIL)
    wait_until(lambda: not services.runs.has_open())
    page = ReadingPage("history", run=run.id)
    for box in ("history_receipts", "history_code"):
        page.app.session_state[box] = True

    page.run()

    (attempt,) = page.table("What came of it").to_dict("records")
    assert attempt["What came of it"] == "accepted"
    assert attempt["After"]
    assert any("RUNFLOW_API_KEY" in text for text in page.texts())
    assert not any("evil.example" in text for text in page.markdown())


def test_a_callback_is_shown_with_its_request_id(services: Services, database: sa.Engine) -> None:
    put(database, run_row("01", remote_id="remote-1"))
    kept = {"origin": "sandbox", "received_at": NOON_MS, "proof": Proof.TOKEN}
    with database.begin() as db:
        db.execute(
            schema.callback.insert(),
            [
                {**kept, "sha256": "a" * 64, "remote_id": "remote-1", "request_id": "req_7"},
                {**kept, "sha256": "b" * 64, "remote_id": "another", "request_id": "req_8"},
            ],
        )
    page = ReadingPage("history", run="01")
    page.app.session_state["history_receipts"] = True

    page.run()

    assert list(page.table("Runflow-Request-Id")["Runflow-Request-Id"]) == ["req_7"]
    assert page.says("It was never sent from here.")


def test_an_opened_run_shows_its_charge_lines_and_leads_to_its_receipt(services: Services) -> None:
    run = GeneratePage(services).generate(prompt=EVIL)
    wait_until(lambda: not services.runs.has_open())
    page = ReadingPage("history", run=run.id)
    page.app.session_state["history_lines"] = True

    page.run()

    (line,) = page.table("SKU").to_dict("records")
    assert (line["SKU"], line["Amount"], line["Basis"]) == ("image_1K", "$0.080000", "confirmed")
    links = {item.proto.label: item.proto.url for item in page.app.get("link_button")}
    assert links["Receipt"].endswith(f"receipts/{run.id}")
    assert links["JSON"] == f"{links['Receipt']}.json"
