"""Parked runs: asked about again, given the id of the API's run, or given up. Nothing is ever sent."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lib.domain.decision import Answer, Counts, Outcome
from lib.domain.errors import NoRoom, NotAccepting
from lib.domain.run import CostBasis, Run, RunState
from lib.engine.durable import Engine
from lib.runflow.api import Client
from lib.runflow.secret import Secret
from lib.services.decisions import DecisionService
from lib.store.decisions import Decisions
from tests.services.conftest import INPUT, World
from tests.services.scripted_api import ScriptedApi

TOO_OLD_S = 12 * 3600 + 1
DAY_S = 24 * 3600 + 1
PRICE = 80_000


class Queue(Engine):
    """Remembers what was put back into the queue, once that is committed."""

    def __init__(self, database: sa.Engine) -> None:
        super().__init__(database, open_runs=1)
        self.taken: list[str] = []
        self.is_closed = False

    def wait_until_open(self) -> None:
        if self.is_closed:
            raise NotAccepting("Plantain could not start its engine.")

    def enqueue_again(self, db: sa.Connection, run_id: str) -> None:
        sa.event.listen(db, "commit", lambda _db: self.taken.append(run_id), once=True)


@pytest.fixture
def queue(world: World) -> Queue:
    return Queue(world.database)


def service_of(world: World, queue: Queue, client: Client) -> DecisionService:
    return DecisionService(
        decisions=Decisions(world.database, world.clock),
        records=world.records,
        client=client,
        engine=queue,
        clock=world.clock,
        origin="sandbox",
    )


@pytest.fixture
def service(world: World, queue: Queue) -> DecisionService:
    return service_of(world, queue, world.client)


@pytest.fixture
def lost(world: World, api: ScriptedApi) -> World:
    """A run whose answer was lost, and which the API has taken though it said 'not known' too long."""
    api.posts.append("lose")
    world.click()
    world.submission.advance("01-run")
    api.runs, hidden = {}, api.runs
    world.clock.pass_s(TOO_OLD_S)
    world.send()
    api.runs = hidden
    assert world.run().state is RunState.PARKED
    return world


@pytest.fixture
def denied(world: World, api: ScriptedApi) -> World:
    """A run that the API had accepted and then did not know for a day."""
    world.click()
    world.send()
    api.runs, hidden = {}, api.runs
    world.clock.pass_s(DAY_S)
    world.settlement.look("01-run")
    world.clock.pass_s(61)
    world.settlement.look("01-run")
    api.runs = hidden
    assert (world.run().state, world.run().cost_micros) == (RunState.PARKED, None)
    return world


def remote_id_of(api: ScriptedApi) -> str:
    return next(iter(api.runs))


def settled(world: World, run_id: str = "01-run") -> Run:
    """What the process that executes makes of a run that was queued again."""
    assert world.submission.advance(run_id) is not None
    assert run_id in world.accepted
    world.settlement.look(run_id)
    return world.run(run_id)


def kinds(world: World) -> list[str]:
    return [event.kind for event in world.records.story("01-run")]


def at_once(*deeds: Callable[[], Answer]) -> list[Outcome]:
    """What each deed came to, all of them begun at the same time."""
    barrier, outcomes = threading.Barrier(len(deeds)), list[Outcome]()

    def do(deed: Callable[[], Answer]) -> None:
        barrier.wait()
        outcomes.append(deed().outcome)

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


# -- what waits ----------------------------------------------------------------------------------


def test_a_parked_run_waits_with_all_that_is_known(lost: World, service: DecisionService) -> None:
    (run,) = service.waiting(limit=9)
    known = service.known_of(run)

    assert service.count() == 1
    assert (run.id, run.cost_micros, known.denied_at) == ("01-run", None, None)
    assert [attempt.outcome for attempt in known.attempts] == ["answer lost"]


# -- ask again -----------------------------------------------------------------------------------


@pytest.mark.parametrize("parked", ["lost", "denied"])
def test_a_run_that_the_api_has_is_settled_with_pictures_and_cost(
    request: pytest.FixtureRequest,
    service: DecisionService,
    queue: Queue,
    api: ScriptedApi,
    parked: str,
) -> None:
    world: World = request.getfixturevalue(parked)

    answer = service.ask("01-run", by="ada")

    assert (answer.outcome, answer.remote_id) == (Outcome.FOUND, remote_id_of(api))
    assert queue.taken == ["01-run"]
    run = settled(world)
    assert (run.state, run.cost_micros, run.cost_basis) == (
        RunState.STORED,
        PRICE,
        CostBasis.CONFIRMED,
    )
    assert len(run.pictures) == 1
    assert service.count() == 0


def test_nothing_is_ever_sent(lost: World, service: DecisionService, api: ScriptedApi) -> None:
    posts = len(api.seen_posts)
    hidden, api.runs = api.runs, {}
    service.ask("01-run", by="ada")
    service.adopt("01-run", next(iter(hidden)), by="ada")
    service.give_up("01-run", Counts.NOTHING, by="ada")
    service.undo("01-run", by="ada")
    api.runs = hidden
    service.ask("01-run", by="ada")
    settled(lost)

    assert len(api.seen_posts) == posts
    assert api.charges == ["01-run"]


def test_a_run_that_the_api_does_not_know_stays_and_the_time_is_kept(
    lost: World, service: DecisionService, api: ScriptedApi
) -> None:
    before = lost.run()
    api.runs.clear()
    lost.clock.pass_s(60)

    answer = service.ask("01-run", by="ada")

    assert (answer.outcome, answer.at) == (Outcome.NOT_KNOWN, lost.clock.now_ms())
    assert lost.run() == before
    assert service.known_of(lost.run()).denied_at == lost.clock.now_ms()
    assert lost.records.story("01-run")[-1].body == {"by": "ada", "answer": "not known"}


def test_an_api_that_cannot_be_asked_changes_nothing(
    lost: World, service: DecisionService, api: ScriptedApi
) -> None:
    before, story = lost.run(), kinds(lost)
    api.list_works = False

    answer = service.ask("01-run", by="ada")

    assert answer.outcome is Outcome.NOT_ASKED
    assert "HTTP 500" in str(answer.problem)
    assert (lost.run(), kinds(lost)) == (before, story)


def test_half_an_answer_is_no_denial(
    denied: World, service: DecisionService, api: ScriptedApi
) -> None:
    hidden, api.runs = api.runs, {}
    api.reads_work = False
    assert service.ask("01-run", by="ada").outcome is Outcome.NOT_ASKED

    api.reads_work, api.list_works = True, False
    assert service.ask("01-run", by="ada").outcome is Outcome.NOT_ASKED

    api.runs, api.list_works, api.reads_work = hidden, True, False
    assert service.ask("01-run", by="ada").outcome is Outcome.FOUND


def test_of_two_copies_the_older_is_taken_up(
    lost: World, service: DecisionService, api: ScriptedApi
) -> None:
    api.honours_key = False
    copy = api.take("another key", {"client_ref": "01-run"})
    original = remote_id_of(api)
    assert copy["created_at"] > api.runs[original]["created_at"]
    api.runs = dict(reversed(api.runs.items()))

    assert service.ask("01-run", by="ada").remote_id == original


def test_a_run_of_the_api_that_another_run_of_ours_has_is_not_taken(
    lost: World, service: DecisionService, api: ScriptedApi
) -> None:
    taken = remote_id_of(api)
    lost.click("02-run")
    lost.ledger.intend("02-run", quiet_ms=1)
    lost.ledger.accept("02-run", taken, status="queued")

    answer = service.ask("01-run", by="ada")

    assert answer.outcome is Outcome.ANOTHERS
    assert answer.other is not None
    assert answer.other.id == "02-run"
    assert lost.run().state is RunState.PARKED


def test_an_id_that_leads_to_anothers_run_needs_a_second_word(
    denied: World, service: DecisionService, api: ScriptedApi
) -> None:
    api.runs[remote_id_of(api)]["client_ref"] = "a script"

    answer = service.ask("01-run", by="ada")

    assert answer.outcome is Outcome.DIFFERS
    assert [difference.field for difference in answer.differences] == ["client_ref"]
    assert denied.run().state is RunState.PARKED


def test_without_a_queue_a_run_that_was_found_stays_parked(
    lost: World, service: DecisionService, queue: Queue
) -> None:
    queue.is_closed = True

    answer = service.ask("01-run", by="ada")

    assert (answer.outcome, answer.problem) == (
        Outcome.REFUSED,
        "Plantain could not start its engine.",
    )
    assert lost.run().state is RunState.PARKED


def test_an_api_that_is_not_there_says_so(lost: World, queue: Queue) -> None:
    with Client("http://127.0.0.1:9", Secret("rf_live_test")) as nowhere:
        service = service_of(lost, queue, nowhere)

        assert service.ask("01-run", by="ada").outcome is Outcome.NOT_ASKED
        assert service.adopt("01-run", str(uuid.uuid4()), by="ada").outcome is Outcome.NOT_ASKED


@pytest.mark.parametrize("run_id", ["no such run", "02-run", "03-run"])
def test_a_run_that_is_not_parked_here_is_left_alone(
    world: World, service: DecisionService, api: ScriptedApi, run_id: str
) -> None:
    world.click("02-run")
    world.click("03-run")
    world.ledger.intend("03-run", quiet_ms=1)
    world.ledger.lose_answer("03-run", outcome="answer lost", note="")
    world.ledger.finish("03-run", RunState.PARKED, from_states={RunState.UNKNOWN})
    with world.database.begin() as db:
        db.execute(sa.text("UPDATE run SET origin = 'api.runflow.io' WHERE id = '03-run'"))

    outcomes = {
        service.ask(run_id, by="ada").outcome,
        service.adopt(run_id, "x1", by="ada").outcome,
        service.give_up(run_id, Counts.NOTHING, by="ada").outcome,
        service.undo(run_id, by="ada").outcome,
    }

    assert outcomes == {Outcome.NOT_WAITING}
    assert api.gets == []


# -- adopt by id ---------------------------------------------------------------------------------


def a_run_without_a_ref(api: ScriptedApi, **changed: Any) -> str:
    """What the API made of our request, if it has lost our `client_ref`."""
    run = api.runs[remote_id_of(api)]
    run.update({"client_ref": None, "metadata": None, **changed})
    return str(run["id"])


@pytest.mark.parametrize("pasted", ["{}", "  {}\n", "https://app.runflow.io/runs/{}?tab=output"])
def test_a_run_that_agrees_is_adopted_and_settled(
    lost: World, service: DecisionService, queue: Queue, api: ScriptedApi, pasted: str
) -> None:
    remote_id = a_run_without_a_ref(api)

    answer = service.adopt("01-run", pasted.format(remote_id), by="ada")

    assert (answer.outcome, answer.remote_id) == (Outcome.ADOPTED, remote_id)
    assert queue.taken == ["01-run"]
    run = settled(lost)
    assert (run.state, run.cost_micros, len(run.pictures)) == (RunState.STORED, PRICE, 1)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"client_ref": "a script"}, ["client_ref"]),
        ({"input": {**INPUT, "prompt": "a fox", "seed": 3}}, ["prompt", "seed"]),
        ({"model": "google/another"}, ["model"]),
        ({"input": None}, ["input"]),
    ],
)
def test_a_run_that_differs_is_adopted_once_a_person_has_seen_how(
    lost: World,
    service: DecisionService,
    api: ScriptedApi,
    changed: dict[str, Any],
    fields: list[str],
) -> None:
    remote_id = a_run_without_a_ref(api, **changed)

    answer = service.adopt("01-run", remote_id, by="ada")
    assert answer.outcome is Outcome.DIFFERS
    assert [difference.field for difference in answer.differences] == fields
    assert lost.run().state is RunState.PARKED

    again = service.adopt("01-run", remote_id, by="ada", accepted=answer.differences)
    assert again.outcome is Outcome.ADOPTED
    assert settled(lost).state is RunState.STORED
    told = {event.kind: event.body for event in lost.records.story("01-run")}
    assert told["adopted"]["differs"] == ", ".join(fields)


def test_what_was_accepted_holds_only_for_what_was_shown(
    lost: World, service: DecisionService, api: ScriptedApi
) -> None:
    remote_id = a_run_without_a_ref(api, client_ref="a script")
    shown = service.adopt("01-run", remote_id, by="ada").differences
    a_run_without_a_ref(api, client_ref="another script")

    answer = service.adopt("01-run", remote_id, by="ada", accepted=shown)

    assert answer.outcome is Outcome.DIFFERS
    assert lost.run().state is RunState.PARKED


def test_the_model_is_compared_by_its_id_in_the_apis_catalogue(
    lost: World, service: DecisionService, api: ScriptedApi
) -> None:
    remote_id = a_run_without_a_ref(api, model_id="0195f0aa-0000-7000-8000-000000000009")

    answer = service.adopt("01-run", remote_id, by="ada")

    assert [difference.field for difference in answer.differences] == ["model"]


@pytest.mark.parametrize("known_by", ["its id", "its client_ref", "its metadata"])
def test_the_run_of_another_is_named_and_not_taken(
    lost: World, service: DecisionService, api: ScriptedApi, known_by: str
) -> None:
    lost.click("02-run")
    if known_by == "its id":
        lost.send("02-run")
        remote_id = str(lost.run("02-run").remote_id)
        api.runs[remote_id]["client_ref"] = None
    elif known_by == "its client_ref":
        remote_id = a_run_without_a_ref(api, client_ref="02-run")
    else:
        sent = {"source": "plantain", "client_ref": "02-run"}
        remote_id = a_run_without_a_ref(api, metadata=sent)

    answer = service.adopt("01-run", remote_id, by="ada")

    assert answer.outcome is Outcome.ANOTHERS
    assert answer.other is not None
    assert answer.other.id == "02-run"
    assert lost.run().state is RunState.PARKED


@pytest.mark.parametrize(
    ("pasted", "remedy"), [("", "Paste the id"), ("01-run", "Plantain's own id"), ("a b", "no id")]
)
def test_what_cannot_be_an_id_of_the_api_says_what_to_paste(
    lost: World, service: DecisionService, api: ScriptedApi, pasted: str, remedy: str
) -> None:
    asked = len(api.gets)

    answer = service.adopt("01-run", pasted, by="ada")

    assert answer.outcome is Outcome.REFUSED
    assert remedy in str(answer.problem)
    assert len(api.gets) == asked


def test_an_id_that_the_api_does_not_have_is_told(lost: World, service: DecisionService) -> None:
    answer = service.adopt("01-run", str(uuid.uuid4()), by="ada")

    assert answer.outcome is Outcome.NOT_KNOWN
    assert lost.run().state is RunState.PARKED


# -- give up -------------------------------------------------------------------------------------


def test_a_run_that_was_given_up_does_not_wait_until_that_is_taken_back(
    lost: World, service: DecisionService
) -> None:
    assert service.give_up("01-run", Counts.ESTIMATE, by="ada").outcome is Outcome.GIVEN_UP
    assert (service.count(), lost.run().cost_micros) == (0, PRICE)

    assert service.undo("01-run", by="ada").outcome is Outcome.UNDONE
    assert (service.count(), lost.run().cost_micros) == (1, None)


def test_a_given_up_run_that_the_api_has_after_all_is_settled(
    lost: World, service: DecisionService
) -> None:
    service.give_up("01-run", Counts.NOTHING, by="ada")

    assert service.ask("01-run", by="ada").outcome is Outcome.FOUND

    run = settled(lost)
    assert (run.state, run.cost_micros, run.decided_at) == (RunState.STORED, PRICE, None)
    assert service.undo("01-run", by="ada").outcome is Outcome.NOT_WAITING


def test_a_given_up_run_takes_no_other_run_unseen(
    denied: World, service: DecisionService, api: ScriptedApi
) -> None:
    service.give_up("01-run", Counts.NOTHING, by="ada")
    api.runs[remote_id_of(api)]["client_ref"] = "a script"

    assert service.ask("01-run", by="ada").outcome is Outcome.DIFFERS


def test_a_decision_that_the_disk_does_not_take_says_so_and_changes_nothing(
    lost: World, service: DecisionService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise NoRoom("The database could not be written: the disk is full.")

    monkeypatch.setattr("lib.store.decisions.tell", full)

    for answer in (
        service.give_up("01-run", Counts.NOTHING, by="ada"),
        service.ask("01-run", by="ada"),
    ):
        assert answer.outcome is Outcome.REFUSED
        assert "the disk is full" in str(answer.problem)
    assert (lost.run().state, lost.run().decided_at) == (RunState.PARKED, None)


# -- several at once -----------------------------------------------------------------------------


def test_however_often_it_is_asked_at_once_the_run_is_queued_once(
    lost: World, service: DecisionService, queue: Queue
) -> None:
    outcomes = at_once(*[lambda: service.ask("01-run", by="ada")] * 6)

    assert outcomes.count(Outcome.FOUND) == 1
    assert set(outcomes) <= {Outcome.FOUND, Outcome.NOT_WAITING}
    assert queue.taken == ["01-run"]


def test_asking_adopting_and_giving_up_at_once_leave_one_true_story(
    lost: World, service: DecisionService, queue: Queue, api: ScriptedApi
) -> None:
    remote_id = remote_id_of(api)

    outcomes = at_once(
        lambda: service.ask("01-run", by="ada"),
        lambda: service.adopt("01-run", remote_id, by="bob"),
        lambda: service.give_up("01-run", Counts.ESTIMATE, by="eve"),
        lambda: service.undo("01-run", by="eve"),
    )

    assert len({Outcome.FOUND, Outcome.ADOPTED} & set(outcomes)) == 1
    assert queue.taken == ["01-run"]
    run = settled(lost)
    assert (run.state, run.cost_micros, run.cost_basis) == (
        RunState.STORED,
        PRICE,
        CostBasis.CONFIRMED,
    )
    assert api.charges == ["01-run"]
