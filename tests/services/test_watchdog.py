"""What the engine and the polling have lost is found and taken up again, and told in one line."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from lib.domain.clock import SystemClock
from lib.domain.run import RunState
from lib.engine import workflow
from lib.engine.durable import Engine
from lib.services.polling import Polling
from lib.services.watchdog import Watchdog
from lib.store.database import writing
from tests.services.conftest import World

STEP_S, STEPS = 0.02, 1_500


@dataclass
class Kennel:
    """A real engine, a real polling, and the watchdog over them. Runs never end by themselves."""

    world: World
    engine: Engine
    polling: Polling
    watchdog: Watchdog
    carried: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)

    def click(self, run_id: str, *, is_queued: bool = True) -> None:
        self.world.click(run_id)
        if is_queued:
            with writing(self.world.database) as db:
                self.engine.enqueue(db, run_id)


@pytest.fixture
def kennel(world: World) -> Iterator[Kennel]:
    carried: list[str] = []
    looked: list[str] = []
    engine = Engine(world.database, open_runs=4)

    def advance(run_id: str) -> float:
        carried.append(run_id)
        return 3600.0

    def look(run_id: str) -> bool:
        looked.append(run_id)
        return False

    polling = Polling(look=look, on_end=engine.look_again, clock=SystemClock())
    watchdog = Watchdog(
        engine=engine,
        polling=polling,
        records=world.records,
        origin="sandbox",
        between_looks_s=0.05,
    )
    polling.start()
    engine.start(advance)
    engine.wait_until_open()
    yield Kennel(world, engine, polling, watchdog, carried, looked)
    watchdog.stop()
    polling.stop()
    engine.stop()


def wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(STEPS):
        if holds():
            return
        pause.wait(STEP_S)
    raise AssertionError("it never came to that")


def test_where_nothing_is_lost_nothing_is_done(kennel: Kennel, caplog):
    kennel.click("01-run")
    wait_until(lambda: kennel.carried == ["01-run"])

    for _ in range(3):
        kennel.watchdog.look()

    assert kennel.carried == ["01-run"]
    assert caplog.records == []


def test_a_run_without_a_place_in_the_queue_gets_one_at_the_second_look(kennel: Kennel, caplog):
    kennel.click("01-run", is_queued=False)

    kennel.watchdog.look()
    assert caplog.records == []
    kennel.watchdog.look()

    wait_until(lambda: kennel.carried == ["01-run"])
    assert [record.message for record in caplog.records] == [
        "nothing carried on 01-run: queued anew"
    ]
    for _ in range(2):
        kennel.watchdog.look()
    assert len(caplog.records) == 1


def test_a_run_of_another_origin_or_one_that_has_ended_is_left_alone(kennel: Kennel, caplog):
    kennel.click("01-run", is_queued=False)
    kennel.world.ledger.cancel("01-run")
    kennel.watchdog._origin = "api.example"
    kennel.click("02-run", is_queued=False)

    for _ in range(3):
        kennel.watchdog.look()

    assert caplog.records == []
    assert workflow.ids_under_way() == []


def test_an_accepted_run_that_nobody_asks_about_is_asked_about_at_the_second_look(
    kennel: Kennel, caplog
):
    kennel.click("01-run")
    kennel.world.send()
    assert kennel.world.run().state is RunState.ACCEPTED

    kennel.watchdog.look()
    assert not kennel.polling.is_watching("01-run")
    kennel.watchdog.look()

    wait_until(lambda: "01-run" in kennel.looked)
    assert "nobody asked about it" in caplog.text
    caplog.clear()
    kennel.watchdog.look()
    assert caplog.records == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_has_died_is_replaced(kennel: Kennel, caplog, monkeypatch):
    def die(_watched: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(kennel.polling, "_look_once", die)
        kennel.polling.watch("r1")
        wait_until(lambda: not any(thread.is_alive() for thread in kennel.polling._threads))

    kennel.watchdog.look()

    wait_until(lambda: "r1" in kennel.looked)
    assert "8 threads that look at runs had died" in caplog.text


def test_a_start_of_the_engine_that_failed_is_tried_again(world: World, caplog, monkeypatch):
    carried: list[str] = []
    engine = Engine(world.database, open_runs=1)
    watchdog = Watchdog(engine=engine, polling=None, records=world.records, origin="sandbox")
    with monkeypatch.context() as broken:
        broken.setattr(workflow, "launch", lambda *_args, **_values: 1 / 0)
        engine.start(lambda run_id: carried.append(run_id), lambda: ["01-run"])
        wait_until(lambda: engine.trouble is not None)
    caplog.clear()
    world.click()

    watchdog.look()

    wait_until(lambda: carried == ["01-run"])
    assert engine.trouble is None
    assert "tried again" in caplog.text
    watchdog.stop()
    engine.stop()


def test_it_looks_by_itself_and_goes_on_after_a_look_that_failed(kennel: Kennel, caplog):
    records, looks = kennel.world.records, []

    class Reluctant:
        def accepted_ids(self, *, origin: str) -> list[str]:
            looks.append(origin)
            if len(looks) == 1:
                raise OSError("no idea")
            return records.accepted_ids(origin=origin)

        def open_ids(self, *, origin: str) -> list[str]:
            return records.open_ids(origin=origin)

    kennel.watchdog._records = Reluctant()
    kennel.click("01-run", is_queued=False)
    kennel.watchdog.start()

    wait_until(lambda: kennel.carried == ["01-run"])
    assert "no idea" in caplog.text
