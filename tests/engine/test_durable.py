"""What was queued is carried on, and only what was committed was queued."""

import threading

import pytest
import sqlalchemy as sa

from lib.domain.errors import NotAccepting
from lib.engine import durable, under_way, workflow
from lib.engine.durable import Engine
from lib.store.database import writing
from tests.engine.conftest import Calls, queue


def test_a_queued_run_is_called_until_it_has_ended(database: sa.Engine, start):
    calls = Calls(0.0, 0.0, None)
    engine = start(calls)

    queue(engine, database, "r1")

    calls.wait_for(3)
    assert calls.made == ["r1"] * 3


def test_a_transaction_that_is_rolled_back_queues_nothing(database: sa.Engine, start):
    calls = Calls(None)
    engine = start(calls)

    def queue_and_fail() -> None:
        with writing(database) as db:
            engine.enqueue(db, "lost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        queue_and_fail()
    queue(engine, database, "kept")

    calls.wait_for(1)
    assert calls.made == ["kept"]


def test_a_waiting_run_wakes_when_it_is_told_to_look(database: sa.Engine, start):
    calls = Calls(3600.0, None)
    engine = start(calls)
    queue(engine, database, "r1")
    calls.wait_for(1)

    engine.look_again("r1")

    calls.wait_for(2)


def test_what_was_under_way_goes_on_after_a_restart(database: sa.Engine, start):
    before = Calls(3600.0)
    engine = start(before)
    queue(engine, database, "r1")
    before.wait_for(1)
    engine.stop()

    after = Calls(None)
    start(after)

    after.wait_for(1)


def test_what_was_taken_up_a_thousand_times_goes_on_after_a_restart(database: sa.Engine, start):
    before = Calls(3600.0)
    engine = start(before)
    queue(engine, database, "r1")
    before.wait_for(1)
    engine.stop()
    with writing(database) as db:
        db.exec_driver_sql("UPDATE workflow_status SET recovery_attempts = 1000")

    after = Calls(None)
    start(after)

    after.wait_for(1)


def test_stopping_does_not_wait_for_a_run_that_waits(database: sa.Engine, start):
    calls = Calls(3600.0)
    engine = start(calls)
    queue(engine, database, "r1")
    calls.wait_for(1)

    engine.stop()

    assert engine._under_way.ids() == set()


def test_stopping_lets_a_step_that_has_begun_come_to_its_end(database: sa.Engine, start):
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def advance(_run_id: str) -> float | None:
        begun.set()
        may_end.wait(10)
        ended.set()
        return 3600.0

    engine = start(advance)
    queue(engine, database, "r1")
    assert begun.wait(20)
    threading.Timer(0.2, may_end.set).start()

    engine.stop()

    assert ended.is_set()


def test_a_run_that_nothing_carries_on_is_queued_anew(database: sa.Engine, start):
    calls = Calls(3600.0)
    engine = start(calls)
    queue(engine, database, "r1")
    calls.wait_for(1)

    assert engine.revive(["r1", "r2"]) == ["r2"]

    calls.wait_for(2)
    assert calls.made == ["r1", "r2"]
    assert engine.revive(["r1", "r2"]) == []


def test_a_run_that_had_ended_is_carried_on_by_the_process_that_executes(
    database: sa.Engine, start
):
    calls = Calls(None)
    queue(start(calls), database, "r1")
    calls.wait_for(1)
    other = Engine(database, open_runs=4)
    other.open_queue()
    other.wait_until_open()

    with writing(database) as db:
        other.enqueue_again(db, "r1")

    calls.wait_for(2)
    assert calls.made == ["r1", "r1"]
    other.stop()


def spoil(database: sa.Engine, statement: str) -> None:
    """Change the queue's own tables behind its back."""
    with writing(database) as db:
        db.execute(sa.text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM workflow_status WHERE workflow_uuid = 'r2'",
        "UPDATE workflow_status SET status = 'ERROR' WHERE workflow_uuid = 'r2'",
        "UPDATE workflow_status SET status = 'PENDING' WHERE workflow_uuid = 'r2'",
        "UPDATE workflow_status SET application_version = '0' WHERE workflow_uuid = 'r2'",
    ],
)
def test_a_run_whose_place_in_the_queue_was_lost_is_found_and_queued_anew(
    database: sa.Engine, start, statement: str
):
    calls = Calls(3600.0)
    engine = start(calls, open_runs=1)
    queue(engine, database, "r1")
    calls.wait_for(1)
    queue(engine, database, "r2")
    assert engine.forgotten(["r1", "r2"]) == [], "one is carried on, the other waits for its turn"

    spoil(database, statement)
    engine._open_runs = 2
    assert engine.forgotten(["r1", "r2"]) == ["r2"]
    workflow.DBOS.register_queue(workflow.QUEUE, worker_concurrency=2, polling_interval_sec=0.05)
    engine.queue_anew(["r2"])

    calls.wait_for(2)
    assert calls.made == ["r1", "r2"]
    assert engine.forgotten(["r1", "r2"]) == []


def test_of_those_that_wait_only_as_many_can_be_forgotten_as_there_is_room_for(
    database: sa.Engine, start
):
    calls = Calls(3600.0)
    engine = start(calls, open_runs=1)
    for run_id in ("r1", "r2", "r3", "r4"):
        queue(engine, database, run_id)
    calls.wait_for(1)

    engine._open_runs = 2  # as in the moment between the end of one and the turn of the next

    assert len(engine.forgotten(["r1", "r2", "r3", "r4"])) == 1


def test_an_engine_that_is_not_open_has_forgotten_nothing(database: sa.Engine):
    assert Engine(database, open_runs=1).forgotten(["r1"]) == []


def test_a_step_that_fails_is_taken_again(
    database: sa.Engine, start, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(under_way, "PAUSE_AFTER_ERROR_S", 0.0)
    calls = Calls(OSError("disk full"), None)
    engine = start(calls)

    queue(engine, database, "r1")

    calls.wait_for(2)


def test_no_more_runs_are_open_at_a_time_than_allowed(database: sa.Engine, start):
    at_once, most, lock = 0, 0, threading.Lock()
    done = Calls(None)

    def advance(run_id: str) -> float | None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.05)
        with lock:
            at_once -= 1
        return done(run_id)

    engine = start(advance, open_runs=2)
    for number in range(8):
        queue(engine, database, f"r{number}")

    done.wait_for(8)
    assert most == 2


def test_a_process_without_the_lock_can_queue_and_does_not_execute(database: sa.Engine, start):
    calls = Calls(None)
    start(calls)
    other = Engine(database, open_runs=4)
    other.open_queue()
    other.wait_until_open()

    queue(other, database, "r1")

    calls.wait_for(1)
    assert not other.executes
    other.stop()


def test_an_engine_that_cannot_start_says_so_at_the_click(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
):
    def fails(*_args, **_kwargs):
        raise OSError("no room for the queue")

    monkeypatch.setattr(workflow, "launch", fails)
    engine = Engine(database, open_runs=4)
    engine.start(Calls(None))

    with pytest.raises(NotAccepting, match=r"could not start .*no room for the queue"):
        engine.wait_until_open()
    engine.stop()


def test_a_start_that_failed_can_be_tried_again(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    calls = Calls(None)
    engine = Engine(database, open_runs=4)
    with monkeypatch.context() as broken:
        broken.setattr(workflow, "client", lambda _database: 1 / 0)
        engine.start(calls)
        with pytest.raises(NotAccepting):
            engine.wait_until_open()
        assert engine.trouble == "division by zero"
        assert engine.start_again()
        with pytest.raises(NotAccepting):
            engine.wait_until_open()
    assert caplog.text.count("could not be started") == 1

    assert engine.start_again()

    engine.wait_until_open()
    assert engine.trouble is None
    queue(engine, database, "r1")
    calls.wait_for(1)
    assert not engine.start_again()
    engine.stop()
    assert not engine.start_again()


def test_stopping_leaves_a_start_that_hangs_behind_and_it_undoes_itself(
    database: sa.Engine, start, monkeypatch: pytest.MonkeyPatch
):
    hangs, may_go_on = threading.Event(), threading.Event()
    client = workflow.client

    def hanging(of: sa.Engine):
        hangs.set()
        assert may_go_on.wait(20)
        return client(of)

    monkeypatch.setattr(durable, "STOP_PATIENCE_S", 0.05)
    monkeypatch.setattr(workflow, "client", hanging)
    calls = Calls(None)
    engine = Engine(database, open_runs=4)
    engine.start(calls, lambda: ["r1"])
    assert hangs.wait(20)

    engine.stop()

    late = engine._starting
    assert late.is_alive()
    assert late.daemon
    may_go_on.set()
    late.join(20)
    assert engine._queue is None
    with pytest.raises(NotAccepting):
        engine.wait_until_open()
    assert calls.made == []
    monkeypatch.undo()
    after = Calls(None)
    queue(start(after), database, "r1")
    after.wait_for(1)
    assert calls.made == []


def test_an_engine_waits_for_the_end_of_one_whose_start_hangs(
    database: sa.Engine, start, monkeypatch: pytest.MonkeyPatch
):
    hangs, may_go_on = threading.Event(), threading.Event()
    client = workflow.client

    def hanging(of: sa.Engine):
        hangs.set()
        assert may_go_on.wait(20)
        return client(of)

    monkeypatch.setattr(durable, "STOP_PATIENCE_S", 0.05)
    monkeypatch.setattr(workflow, "client", hanging)
    first = Engine(database, open_runs=4)
    first.start(Calls(None), lambda: ["r0"])
    assert hangs.wait(20)
    first.stop()
    monkeypatch.setattr(workflow, "client", client)
    calls = Calls(None)
    second = Engine(database, open_runs=4)
    second.start(calls, lambda: ["r1"])

    may_go_on.set()

    second.wait_until_open()
    queue(second, database, "r2")
    calls.wait_for(1)
    second.stop()


def test_those_who_wait_for_an_end_are_told_of_it(database: sa.Engine, start):
    told = threading.Event()
    calls = Calls(3600.0, None)
    engine = start(calls)
    engine.tell_of_ends(told.set)
    queue(engine, database, "r1")
    calls.wait_for(1)
    assert not told.is_set()

    engine.look_again("r1")

    assert told.wait(60)
