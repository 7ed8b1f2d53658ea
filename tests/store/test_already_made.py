"""What was made before is found by what it asked for, never a deleted one, and savings count once."""

import dataclasses
import json

import pytest
import sqlalchemy as sa

from lib.domain.already_made import Made, Saved, fingerprint_of
from lib.domain.run import CostBasis, Picture, RunState
from lib.store import fingerprints
from lib.store.already_made import AlreadyMade
from lib.store.bin import Bin
from lib.store.database import writing
from lib.store.ledger import Ledger
from tests.set_clock import SetClock
from tests.store.conftest import a_run, unqueued
from tests.store.held_runs import send

ASKED = {"prompt": "a kite", "resolution": "1K"}
PRINT = fingerprint_of("google/nano-banana-2", ASKED)
OF_USE = Picture(0, "a" * 64, 9, "image/png", 8, 8)

OTHERS = {f"{number:064}": 1 + number % 4 for number in range(1_200)}


class Shelf:
    """A ledger of runs that ask for the same, and the look for them."""

    def __init__(self, database: sa.Engine) -> None:
        self.database, self.clock = database, SetClock()
        self.ledger = Ledger(database, self.clock)
        self.already = AlreadyMade(database, self.clock, origin="sandbox")

    def make(self, run_id: str, *pictures: Picture, **changes: object) -> str:
        new = dataclasses.replace(a_run(run_id), **changes)
        self.ledger.add(new, unqueued)
        send(self, run_id)  # type: ignore[arg-type]
        self.ledger.finish(
            *(run_id, RunState.STORED),
            pictures=pictures or (dataclasses.replace(OF_USE, sha256=run_id * 32),),
            cost_micros=80_000,
            cost_basis=CostBasis.CONFIRMED,
        )
        return run_id

    def found(self, wanted: int = 1) -> str | None:
        """Asked for alone, and among others that nobody made: the answers must be one."""
        made = self.already.find({PRINT: wanted}).get(PRINT)
        assert made == self.already.find({PRINT: wanted, **OTHERS}).get(PRINT)
        return made and made.run_id


@pytest.fixture
def shelf(database: sa.Engine) -> Shelf:
    return Shelf(database)


def test_the_newest_of_them_is_found_with_who_and_when(shelf: Shelf):
    shelf.make("01")
    shelf.clock.pass_s(60)
    shelf.make("02", created_by="grace")

    made = shelf.already.find({PRINT: 1})[PRINT]

    assert made == Made("02", "grace", shelf.clock.now_ms(), "02" * 32, 1)


def test_many_requests_are_looked_for_at_once_each_with_its_newest_run(shelf: Shelf):
    asked = {f"0{seed}": {**ASKED, "seed": seed} for seed in range(1, 4)}
    for run_id, values in asked.items():
        shelf.make(run_id, input=values)
    shelf.make("04", input=asked["03"])
    prints = {run_id: fingerprint_of("google/nano-banana-2", one) for run_id, one in asked.items()}

    found = shelf.already.find(dict.fromkeys(prints.values(), 1) | OTHERS)

    assert [found[prints[run_id]].run_id for run_id in asked] == ["01", "02", "04"]
    assert len(found) == 3


def test_what_asks_for_something_else_is_not(shelf: Shelf):
    for number, changed in enumerate(({"seed": 1}, {"prompt": "a Kite"}, {"num_images": 2})):
        shelf.make(f"1{number}", input={**ASKED, **changed})
    shelf.make("20", model_id="another/model")
    shelf.make("21", origin="api.runflow.io")

    assert shelf.found() is None


def test_what_is_deleted_is_never_offered_and_is_again_when_it_is_back(shelf: Shelf):
    shelf.make("01")
    shelf.ledger.delete("01")
    assert shelf.found() is None

    shelf.ledger.restore("01")
    assert shelf.found() == "01"

    shelf.ledger.delete("01")
    Bin(shelf.database, shelf.clock, origin="sandbox").erase(["01"])
    assert shelf.found() is None


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELED, RunState.PARKED])
def test_only_a_run_that_is_done_is_offered(shelf: Shelf, state: RunState):
    shelf.ledger.add(a_run("01"), unqueued)
    assert shelf.found() is None
    send(shelf, "01")  # type: ignore[arg-type]
    shelf.ledger.finish("01", state, cost_micros=0, cost_basis=CostBasis.CONFIRMED)

    assert shelf.found() is None


def test_pictures_that_cannot_be_shown_or_are_too_few_are_not_offered(shelf: Shelf):
    broken = dataclasses.replace(OF_USE, problem="no picture")
    shelf.make("01", OF_USE, dataclasses.replace(OF_USE, index=1, sha256="b" * 64))
    shelf.make("02", broken)
    shelf.make("03", broken, dataclasses.replace(OF_USE, index=1, sha256="c" * 64))

    assert shelf.found(wanted=2) == "01"
    assert shelf.found(wanted=3) is None
    assert shelf.already.find({PRINT: 1})[PRINT].sha256 == "c" * 64


# -- what it saves -------------------------------------------------------------------------------


def test_a_click_saves_once_and_a_span_has_its_savings(shelf: Shelf):
    shelf.make("01")
    made = shelf.already.find({PRINT: 1})[PRINT]
    began = shelf.clock.now_ms()

    for token in ("one", "one", "two"):
        use = {"by": "ada", "click_token": token, "micros": 80_000}
        assert shelf.already.use(made, PRINT, **use)

    assert shelf.already.saved(began, began + 1) == Saved(2, 160_000)
    assert shelf.already.saved(began + 1, began + 9) == Saved(0, 0)
    others = AlreadyMade(shelf.database, shelf.clock, origin="api.runflow.io")
    assert others.saved(0, 10**15) == Saved(0, 0)


def test_what_was_deleted_since_it_was_offered_saves_nothing(shelf: Shelf):
    shelf.make("01")
    made = shelf.already.find({PRINT: 1})[PRINT]
    shelf.make("02")
    shelf.ledger.delete("01")

    assert not shelf.already.use(made, PRINT, by="ada", click_token="one", micros=80_000)
    assert shelf.already.saved(0, 10**15) == Saved(0, 0)


# -- older runs, and many ------------------------------------------------------------------------


def test_older_runs_get_their_fingerprints_in_batches_that_can_be_broken_off(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fingerprints, "BATCH", 2)
    for number in range(5):
        shelf.make(f"0{number}")
    with writing(shelf.database) as db:
        db.exec_driver_sql("UPDATE run_index SET fingerprint = NULL")
        db.exec_driver_sql("UPDATE run SET input = 'no JSON' WHERE id = '04'")
        db.exec_driver_sql("UPDATE run SET input = '[]' WHERE id = '03'")
    told: list[tuple[int, int]] = []

    def die_after_one(done: int, total: int) -> None:
        told.append((done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fingerprints.put_pending(shelf.database, die_after_one)
    assert shelf.found() == "01"

    assert fingerprints.put_pending(shelf.database) == 3
    assert fingerprints.put_pending(shelf.database) == 0
    assert told == [(2, 5)]
    assert shelf.found() == "02"


def test_what_the_click_noted_is_what_a_batch_would(shelf: Shelf):
    shelf.make("01", input=json.loads('{"prompt": "a \\ud83e\\udd8a", "seed": 7}'))
    query = sa.text("SELECT fingerprint FROM run_index")
    with shelf.database.connect() as db:
        at_the_click = db.scalar(query)
    with writing(shelf.database) as db:
        db.exec_driver_sql("UPDATE run_index SET fingerprint = NULL")
    fingerprints.put_pending(shelf.database)

    with shelf.database.connect() as db:
        assert db.scalar(query) == at_the_click != fingerprints.NONE


def test_it_is_looked_up_in_its_index(shelf: Shelf):
    steps: list[str] = []

    @sa.event.listens_for(shelf.database, "before_cursor_execute")
    def explain(_db: object, cursor: sa.CursorResult, statement: str, values: object, *_: object):
        plan = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        steps.extend(step[3] for step in plan)

    shelf.found()

    assert any("run_index USING INDEX ix_run_index_fingerprint" in step for step in steps)
    assert not any(step.startswith("SCAN") and "anon" not in step for step in steps), steps
