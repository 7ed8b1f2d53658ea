"""Decisions: runs that may have been charged have a place, and a person can do something about them."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
import sqlalchemy as sa
import uuid_utils

from lib.bootstrap import Services
from lib.domain.clock import SystemClock
from lib.domain.decision import Counts
from lib.domain.run import Run, RunState
from lib.engine.durable import Engine
from lib.runflow.api import Client
from lib.runflow.secret import Secret
from lib.services.decisions import DecisionService
from lib.store.database import open_database
from lib.store.decisions import Decisions
from lib.store.records import Records
from lib.ui import wiring
from tests.pages.generating import GeneratePage
from tests.pages.reading import ReadingPage
from tests.parking import MODEL, NOTE, park, run_of

EVIL = "![x](https://evil.example/x.png) **bold** $x^2$"
MOST = 99
Park = Callable[..., Run]
Ended = Callable[[str], Run]


@pytest.fixture
def database(services: Services) -> Iterator[sa.Engine]:
    engine = open_database(services.settings.plantain_data_dir / "plantain.db")
    yield engine
    engine.dispose()


@pytest.fixture
def parked(services: Services) -> Iterator[Park]:
    """Parks a run that the API has; at the end no run waits for a decision."""

    def make(prompt: str = "A red kite [slow]") -> Run:
        return park(services, prompt, token=uuid.uuid4().hex)

    yield make
    for run in services.decisions.waiting(MOST):
        services.decisions.give_up(run.id, Counts.NOTHING, by="the test")
        services.decisions.give_up(run.id, Counts.KNOWN, by="the test")


@pytest.fixture
def unknown(services: Services, parked: Park, database: sa.Engine) -> Run:
    """A parked run that the API does not know, by no id."""
    run = parked("A poster [slow]")
    copy = copy_of(run, database)
    services.decisions.give_up(run.id, Counts.NOTHING, by="the test")
    return run_of(services, copy)


def copy_of(run: Run, database: sa.Engine) -> str:
    """Another run like this one, which the API never heard of; its id."""
    own = {"id": ":copy", "click_token": ":copy", "remote_id": "NULL"}
    with database.begin() as db:
        columns = [column["name"] for column in sa.inspect(db).get_columns("run")]
        values = ", ".join(own.get(name, name) for name in columns)
        query = f"INSERT INTO run SELECT {values} FROM run WHERE id = :id"
        copy = str(uuid_utils.uuid7())
        db.execute(sa.text(query), {"copy": copy, "id": run.id})
    return copy


def made_by_a_script(services: Services, client_ref: str | None, **fields: object) -> str:
    """A run that another program makes with the same key; its id at the API."""
    made = httpx.post(
        f"{services.api_base_url}/v1/models/{MODEL}/runs",
        json={"input": fields, "client_ref": client_ref},
        headers={"Authorization": "Bearer rf_live_sandbox"},
        trust_env=False,
    )
    return str(made.json()["id"])


def links(page: ReadingPage | GeneratePage) -> dict[str, str]:
    """Where the page's links lead, by what they say."""
    return {link.proto.label: link.proto.page for link in page.app.get("page_link")}


def look_up(page: ReadingPage, run: Run, pasted: str) -> None:
    page.app.text_input(key=f"adopt_id_{run.id}").set_value(pasted)
    page.press(f"look_up_{run.id}")


def toasts(page: ReadingPage) -> list[str]:
    return [toast.value for toast in page.app.toast]


# -- the notice ----------------------------------------------------------------------------------


def test_as_long_as_no_run_waits_nothing_is_said(services: Services) -> None:
    for page in (GeneratePage(services), ReadingPage("history")):
        assert not any("decision" in label for label in links(page))


def test_every_page_says_how_many_runs_wait_and_leads_there(
    services: Services, parked: Park
) -> None:
    parked()
    assert links(GeneratePage(services))["1 run needs a decision"] == "decisions"

    parked()
    assert links(ReadingPage("history"))["2 runs need a decision"] == "decisions"
    assert links(ReadingPage("costs"))["2 runs need a decision"] == "decisions"
    assert "2 runs need a decision" not in links(ReadingPage("decisions"))


# -- the page ------------------------------------------------------------------------------------


def test_without_open_decisions_the_page_says_what_would_be_here(services: Services) -> None:
    page = ReadingPage("decisions")

    assert page.says("No run waits for a decision.")
    assert links(page)["To the history"] == "history"


def test_a_run_that_waits_stands_there_with_what_is_known(parked: Park) -> None:
    run = parked()

    page = ReadingPage("decisions")

    assert page.says("**1 run needs a decision** · in doubt: **\\$0.060**")
    assert page.says("in doubt: \\$0.060")
    assert {"A red kite [slow]", NOTE, run.id, str(run.remote_id)} <= set(page.texts())
    story = page.table("What")
    assert list(story["What"]) == ["Clicked", "Sent: accepted", "Accepted", "Left to you"]
    assert page.says("None of them sends or buys anything")


def test_more_runs_are_shown_when_asked_for(parked: Park, database: sa.Engine) -> None:
    run = parked()
    for _ in range(10):
        copy_of(run, database)

    page = ReadingPage("decisions")
    assert sum(str(button.key).startswith("ask_") for button in page.app.button) == 10

    page.press("decisions_more")
    assert sum(str(button.key).startswith("ask_") for button in page.app.button) == 11


def test_what_others_wrote_is_never_markdown(parked: Park, database: sa.Engine) -> None:
    run = parked(f"{EVIL} [slow]")
    with database.begin() as db:
        db.execute(
            sa.text(
                "UPDATE run SET note = :evil, status = :evil, remote_id = :evil WHERE id = :id"
            ),
            {"evil": EVIL, "id": run.id},
        )
        db.execute(
            sa.text("UPDATE attempt SET detail = :evil, outcome = :evil WHERE run_id = :id"),
            {"evil": EVIL, "id": run.id},
        )

    page = ReadingPage("decisions")

    assert [text for text in page.texts() if "evil.example" in text].count(EVIL) == 2
    assert EVIL in list(page.table("What")["Detail"])
    assert not any("evil.example" in str(text) for text in page.markdown())


# -- ask again -----------------------------------------------------------------------------------


def test_a_run_that_the_api_has_leaves_the_list_and_is_settled(
    services: Services, parked: Park, ended: Ended
) -> None:
    run = parked()

    page = ReadingPage("decisions").press(f"ask_{run.id}")

    assert any("The API has it." in toast for toast in toasts(page))
    assert not page.has_button(f"ask_{run.id}")
    assert links(page)["Open it"] == "history"
    assert ended(run.id).state is RunState.STORED


def test_a_run_that_the_api_does_not_know_says_so_with_the_time(unknown: Run) -> None:
    page = ReadingPage("decisions").press(f"ask_{unknown.id}")

    assert page.says("the API does not know this run.")
    assert list(page.table("What")["What"])[-1] == "Asked again: not known"
    assert page.has_button(f"ask_{unknown.id}")


def test_an_api_that_cannot_be_asked_says_so_and_nothing_changes(
    services: Services, database: sa.Engine, parked: Park
) -> None:
    run = parked()
    with Client("http://127.0.0.1:9", Secret("rf_live_sandbox")) as nowhere:
        blind = DecisionService(
            decisions=Decisions(database, SystemClock()),
            records=Records(database),
            client=nowhere,
            engine=Engine(database, open_runs=1),
            clock=SystemClock(),
            origin=services.runs.origin,
        )
        wiring.offer(replace(services, decisions=blind))
        page = ReadingPage("decisions").press(f"ask_{run.id}")
        wiring.offer(services)

    assert page.says("The API could not be asked, so nothing has changed.")
    assert run_of(services, run.id) == run


# -- adopt by id ---------------------------------------------------------------------------------


def test_what_is_no_id_says_what_to_paste(unknown: Run) -> None:
    page = ReadingPage("decisions")

    look_up(page, unknown, "")
    assert page.says("Paste the id of the run")

    look_up(page, unknown, unknown.id)
    assert page.says("This is Plantain's own id of a run")

    look_up(page, unknown, str(uuid.uuid4()))
    assert page.says("The API has no run of this id.")


def test_the_run_of_another_is_named_with_a_link(
    services: Services, unknown: Run, parked: Park, ended: Ended
) -> None:
    other = ended(
        services.runs.submit(
            MODEL, {"prompt": "A quiet bay"}, click_token="other", created_by="local"
        )
    )
    page = ReadingPage("decisions")

    look_up(page, unknown, str(other.remote_id))

    assert page.says("belongs to another run of the history")
    assert "A quiet bay" in page.texts()
    assert links(page)["Open that run"] == "history"


def test_a_run_that_differs_is_adopted_after_a_second_word(
    services: Services, unknown: Run, ended: Ended
) -> None:
    remote_id = made_by_a_script(services, EVIL, prompt="A poster [slow]", seed=7)
    page = ReadingPage("decisions")

    look_up(page, unknown, f"https://app.runflow.io/runs/{remote_id}")
    differs = page.table("Field").set_index("Field")
    assert list(differs.index) == ["client_ref", "resolution", "seed"]
    assert list(differs["The API's run"]) == [EVIL, "1K", "7"]
    assert not any("evil.example" in str(text) for text in page.markdown())
    assert run_of(services, unknown.id).state is RunState.PARKED

    page.press(f"same_{unknown.id}")

    assert any("Adopted." in toast for toast in toasts(page))
    adopted = ended(unknown.id)
    assert (adopted.state, adopted.remote_id) == (RunState.STORED, remote_id)


def test_a_run_that_differs_can_be_left(services: Services, unknown: Run) -> None:
    remote_id = made_by_a_script(services, "a script", prompt="Another poster")
    page = ReadingPage("decisions")
    look_up(page, unknown, remote_id)

    page.press(f"leave_{unknown.id}")

    assert not page.has_table("Field")
    assert run_of(services, unknown.id).state is RunState.PARKED


# -- give up -------------------------------------------------------------------------------------


def test_giving_up_needs_a_word_about_the_money_and_can_be_taken_back(
    services: Services, parked: Park
) -> None:
    run = parked()
    page = ReadingPage("decisions")
    assert not page.has_button(f"give_up_now_{run.id}")

    page.app.radio(key=f"counts_{run.id}").set_value(Counts.ESTIMATE)
    page.run().press(f"give_up_now_{run.id}")

    assert page.says("No run waits for a decision.")
    assert page.says("Given up: \\$0.060 is counted as its cost.")
    assert run_of(services, run.id).cost_micros == 60_000

    page.press(f"undecide_{run.id}")

    assert page.has_button(f"ask_{run.id}")
    assert run_of(services, run.id).cost_micros is None


def test_a_known_cost_is_kept(services: Services, parked: Park, database: sa.Engine) -> None:
    run = parked()
    with database.begin() as db:
        known = "UPDATE run SET cost_micros = 95000, cost_basis = 'confirmed' WHERE id = :id"
        db.execute(sa.text(known), {"id": run.id})
    page = ReadingPage("decisions")
    assert page.says("The API says that it cost \\$0.095. That stays counted.")

    page.press(f"give_up_now_{run.id}")

    given_up = run_of(services, run.id)
    assert (given_up.needs_decision, given_up.cost_micros) == (False, 95_000)


def test_a_decision_that_comes_too_late_says_so(services: Services, parked: Park) -> None:
    run = parked()
    page = ReadingPage("decisions")
    page.app.radio(key=f"counts_{run.id}").set_value(Counts.NOTHING)
    page.run()
    services.decisions.ask(run.id, by="another tab")

    page.press(f"give_up_now_{run.id}")

    assert any("Nothing was done" in toast for toast in toasts(page))
    assert run_of(services, run.id).decided_at is None


# -- the same, elsewhere -------------------------------------------------------------------------


def test_the_card_of_a_run_can_do_the_same(services: Services, parked: Park, ended: Ended) -> None:
    run = parked()
    page = GeneratePage(services)
    assert page.says("None of them sends or buys anything", page.card(run))

    page.app.radio(key=f"counts_{run.id}").set_value(Counts.NOTHING)
    page.run().press(f"give_up_now_{run.id}")
    assert page.says("Given up: \\$0.000 is counted", page.card(run))

    page.press(f"undecide_{run.id}").press(f"ask_{run.id}")
    assert ended(run.id).state is RunState.STORED


def test_an_opened_run_can_do_the_same(services: Services, parked: Park, ended: Ended) -> None:
    run = parked()
    page = ReadingPage("history", run=run.id)

    page.app.radio(key=f"counts_{run.id}").set_value(Counts.ESTIMATE)
    page.run().press(f"give_up_now_{run.id}")
    assert page.says("decided by a person")
    story = page.table("What")
    assert list(story["Detail"])[-1] == "local, the estimate, $0.060"

    page.press(f"undecide_{run.id}").press(f"ask_{run.id}")
    assert ended(run.id).state is RunState.STORED


def test_a_run_that_was_given_up_says_so_in_the_history(services: Services, parked: Park) -> None:
    run = parked()
    services.decisions.give_up(run.id, Counts.NOTHING, by="local")

    table = ReadingPage("history", view="table").table("prompt")

    assert list(table["state"]) == ["Given up"]


def test_a_deleted_run_still_waits(services: Services, parked: Park) -> None:
    run = parked()
    services.runs.delete(run.id)

    page = ReadingPage("decisions")

    assert page.says("Deleted from the history.")
    assert page.has_button(f"ask_{run.id}")


def test_a_question_is_asked_once(unknown: Run, services: Services) -> None:
    page = ReadingPage("decisions").press(f"ask_{unknown.id}")
    asked = len(services.runs.story(unknown.id))

    page.run().run()

    assert len(services.runs.story(unknown.id)) == asked
