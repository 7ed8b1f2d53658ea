"""The ledger's rules: a click is one run, a change comes from where it may, an end is an end."""

import threading

import pytest
import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.domain.run import TERMINAL, CostBasis, Failure, Picture, RunState
from lib.store.database import writing
from lib.store.entries import RemoteIdTaken
from lib.store.ledger import Ledger
from lib.store.records import Records
from tests.store.conftest import a_run, unqueued

A_PICTURE = Picture(0, "a" * 64, 10, "image/png", 4, 3)


def bring_to(ledger: Ledger, state: RunState, run_id: str = "01") -> None:
    ledger.add(a_run(run_id), unqueued)
    if state is RunState.QUEUED:
        return
    if state is RunState.CANCELED:
        ledger.cancel(run_id)
        return
    ledger.intend(run_id, quiet_ms=1000)
    if state is RunState.FAILED:
        ledger.refuse(run_id, Failure("NO", "no"), http_status=422, due_at=0)
    if state in (RunState.UNKNOWN, RunState.PARKED):
        ledger.lose_answer(run_id, outcome="answer lost", note="")
    if state is RunState.PARKED:
        ledger.finish(run_id, RunState.PARKED, from_states={RunState.UNKNOWN})
    if state in (RunState.ACCEPTED, RunState.STORED):
        ledger.accept(run_id, f"remote-{run_id}", status="queued")
    if state is RunState.STORED:
        ledger.finish(run_id, RunState.STORED, pictures=[A_PICTURE])


@pytest.mark.parametrize("state", RunState)
def test_a_run_can_be_brought_to_every_state(ledger: Ledger, records: Records, state: RunState):
    bring_to(ledger, state)

    run = records.find("01")
    assert run is not None
    assert run.state is state


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_an_ended_run_never_moves_again(ledger: Ledger, records: Records, state: RunState):
    bring_to(ledger, state)
    before = records.find("01")

    ledger.intend("01", quiet_ms=1)
    ledger.accept("01", "another", status="running")
    ledger.refuse("01", Failure(None, "no"), http_status=402, due_at=0)
    ledger.wait_to_send("01", due_at=1, note="x")
    ledger.lose_answer("01", outcome="answer lost", note="x")
    ledger.finish("01", RunState.FAILED, cost_micros=1)
    ledger.note("01", status="running")
    ledger.cancel("01")

    assert records.find("01") == before


def test_fifty_clicks_with_one_token_are_one_run_queued_once(ledger: Ledger, records: Records):
    queued: list[str] = []
    made: list[str] = []

    def click(number: int) -> None:
        new = a_run(f"{number:02d}", token="the same click")
        made.append(ledger.add(new, lambda _db, run_id: queued.append(run_id)))

    threads = [threading.Thread(target=click, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 1
    assert queued == [made[0]]
    assert len(records.recent(origin="sandbox", limit=100)) == 1


def test_a_click_that_cannot_be_queued_leaves_nothing(ledger: Ledger, records: Records):
    def refuses(_db: sa.Connection, _run_id: str) -> None:
        raise RuntimeError("the queue is gone")

    with pytest.raises(RuntimeError, match="queue"):
        ledger.add(a_run(), refuses)

    assert records.find("01") is None


def test_every_intent_raises_the_fence(ledger: Ledger):
    ledger.add(a_run(), unqueued)
    first = ledger.intend("01", quiet_ms=1000)
    ledger.lose_answer("01", outcome="answer lost", note="")
    second = ledger.intend("01", quiet_ms=1000)

    assert first is not None
    assert second is not None
    assert second.fence == first.fence + 1
    assert not ledger.may_send(first)
    assert ledger.may_send(second)


def test_two_cannot_intend_to_send_the_same_run(ledger: Ledger):
    ledger.add(a_run(), unqueued)

    assert ledger.intend("01", quiet_ms=1000) is not None
    assert ledger.intend("01", quiet_ms=1000) is None


def test_one_remote_id_belongs_to_one_run_of_an_origin(ledger: Ledger, records: Records):
    bring_to(ledger, RunState.ACCEPTED, "01")
    ledger.add(a_run("02"), unqueued)
    ledger.intend("02", quiet_ms=1000)

    with pytest.raises(RemoteIdTaken):
        ledger.accept("02", "remote-01", status="queued")

    assert records.find("02").state is RunState.SENDING


def test_pictures_and_cost_come_with_the_end_or_not_at_all(ledger: Ledger, records: Records):
    bring_to(ledger, RunState.ACCEPTED)
    twice_the_same = [A_PICTURE, A_PICTURE]

    with pytest.raises(sa.exc.IntegrityError):
        ledger.finish("01", RunState.STORED, pictures=twice_the_same, cost_micros=1)

    run = records.find("01")
    assert (run.state, run.cost_micros, run.pictures) == (RunState.ACCEPTED, None, ())


def test_a_deleted_run_is_out_of_sight_and_can_be_brought_back(ledger: Ledger, records: Records):
    bring_to(ledger, RunState.STORED)

    assert ledger.delete("01")
    assert records.recent(origin="sandbox", limit=9) == []
    assert ledger.restore("01")
    assert [run.id for run in records.recent(origin="sandbox", limit=9)] == ["01"]


def test_an_open_run_cannot_be_deleted(ledger: Ledger):
    bring_to(ledger, RunState.ACCEPTED)

    assert not ledger.delete("01")


def test_the_story_of_a_run_is_told_in_order(ledger: Ledger, records: Records):
    bring_to(ledger, RunState.ACCEPTED)
    ledger.note("01", status="running")
    ledger.finish("01", RunState.STORED, cost_micros=1, cost_basis=CostBasis.CONFIRMED)

    kinds = [event.kind for event in records.story("01")]
    assert kinds == ["queued", "sending", "accepted", "status", "stored"]


@pytest.mark.parametrize("prompt", ["nul \0 inside", "\u202eright to left", "'; DROP TABLE run;--"])
def test_hostile_prompts_come_back_as_they_were(ledger: Ledger, records: Records, prompt: str):
    ledger.add(a_run(prompt=prompt), unqueued)

    assert records.find("01").prompt == prompt


def test_runs_of_another_origin_are_not_seen(ledger: Ledger, records: Records):
    ledger.add(a_run(), unqueued)

    assert records.recent(origin="api.runflow.io", limit=9) == []
    assert not records.has_open(origin="api.runflow.io")


def test_the_wait_for_the_write_lock_is_none_of_the_requests_age(
    database: sa.Engine, ledger: Ledger
):
    ledger.add(a_run(), unqueued)
    held, intended = threading.Event(), []

    def intend() -> None:
        held.wait()
        intended.append(ledger.intend("01", quiet_ms=1000))

    thread = threading.Thread(target=intend)
    thread.start()
    with writing(database):
        held.set()
        threading.Event().wait(0.2)
        released_s = SystemClock().monotonic_s()
    thread.join()

    assert intended[0].begun_s >= released_s
