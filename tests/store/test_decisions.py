"""Parked runs: the one end that is left again, by what the API has or by what a person decides."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.domain.decision import Counts
from lib.domain.run import TERMINAL, CostBasis, Run, RunState
from lib.store import schema
from lib.store.decisions import Decisions
from lib.store.entries import RemoteIdTaken
from lib.store.ledger import Ledger
from lib.store.records import Records
from lib.store.tables import Tables
from tests.store.ended_runs import EVER
from tests.store.test_ledger import bring_to

SAME_TIME = 8


@pytest.fixture
def decisions(database: sa.Engine) -> Decisions:
    return Decisions(database, SystemClock())


@pytest.fixture
def parked(ledger: Ledger) -> None:
    bring_to(ledger, RunState.ACCEPTED)
    ledger.finish("01", RunState.PARKED, cost_basis=CostBasis.IN_DOUBT, note="It is denied.")


def found(records: Records, run_id: str = "01") -> Run:
    run = records.find(run_id)
    assert run is not None
    return run


def adjustments(database: sa.Engine) -> list[tuple[int | None, int | None, str]]:
    row = schema.adjustment.c
    query = sa.select(row.from_micros, row.to_micros, row.reason).order_by(row.seq)
    with database.connect() as db:
        return [(before, after, reason) for before, after, reason in db.execute(query)]


def at_once(*deeds: Callable[[], bool]) -> list[bool]:
    """What each deed came to, all of them begun at the same time."""
    barrier, results = threading.Barrier(len(deeds)), list[bool]()

    def do(deed: Callable[[], bool]) -> None:
        barrier.wait()
        results.append(deed())

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# -- the API has it ------------------------------------------------------------------------------


def test_a_parked_run_that_the_api_has_is_looked_after_again(
    ledger: Ledger, records: Records, decisions: Decisions
):
    bring_to(ledger, RunState.PARKED)

    assert decisions.take_up("01", "remote-1", status="succeeded")

    run = records.find("01")
    assert run is not None
    assert (run.state, run.remote_id, run.status) == (RunState.ACCEPTED, "remote-1", "succeeded")
    assert (run.cost_micros, run.cost_basis, run.settled_at, run.note) == (None,) * 4


@pytest.mark.parametrize("state", sorted(TERMINAL - {RunState.PARKED}))
def test_no_other_end_is_left_again(
    ledger: Ledger, records: Records, decisions: Decisions, state: RunState
):
    bring_to(ledger, state)
    before = records.find("01")

    assert not decisions.take_up("01", "remote-1", status="succeeded")

    assert records.find("01") == before


def test_a_parked_run_does_not_take_the_id_of_another(
    ledger: Ledger, records: Records, decisions: Decisions
):
    bring_to(ledger, RunState.STORED, "01")
    bring_to(ledger, RunState.PARKED, "02")

    with pytest.raises(RemoteIdTaken):
        decisions.take_up("02", "remote-01", status="succeeded")

    parked = records.find("02")
    assert parked is not None
    assert parked.state is RunState.PARKED


def test_what_is_taken_up_is_queued_in_the_same_transaction(
    parked: None, records: Records, decisions: Decisions
):
    def full(_db: sa.Connection, _run_id: str) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        decisions.take_up("01", "remote-1", status="running", enqueue=full)

    assert found(records).state is RunState.PARKED


def test_a_run_that_is_taken_up_twice_at_once_is_queued_once(parked: None, decisions: Decisions):
    queued: list[str] = []

    def take_up() -> bool:
        return decisions.take_up(
            "01", "r", status="running", enqueue=lambda _db, run_id: queued.append(run_id)
        )

    assert sorted(at_once(*[take_up] * SAME_TIME)) == [False] * (SAME_TIME - 1) + [True]
    assert queued == ["01"]


def test_a_deleted_run_comes_back_when_a_person_finds_it(
    parked: None, ledger: Ledger, database: sa.Engine, records: Records, decisions: Decisions
):
    ledger.delete("01")
    with database.begin() as db:
        db.execute(schema.run.update().values(erased_at=1))

    decisions.take_up("01", "remote-1", status="running", by="ada")

    assert (found(records).deleted_at, found(records).erased_at) == (None, None)


def test_an_adopted_run_is_marked_until_it_is_parked_again(
    parked: None, ledger: Ledger, records: Records, decisions: Decisions
):
    assert decisions.adopt("01", "r-9", status="running", by="ada", differs=["prompt"])
    adopted = found(records)
    assert (adopted.state, adopted.remote_id) == (RunState.ACCEPTED, "r-9")
    assert adopted.decided_at is not None
    told = {event.kind: event.body for event in records.story("01")}
    assert told["adopted"] == {"remote_id": "r-9", "by": "ada", "differs": "prompt"}

    ledger.finish("01", RunState.PARKED)

    assert found(records).decided_at is None


# -- given up ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("counts", "cost"), [(Counts.NOTHING, 0), (Counts.ESTIMATE, 80_000)])
def test_a_run_that_is_given_up_counts_as_what_a_person_says(
    parked: None,
    database: sa.Engine,
    records: Records,
    decisions: Decisions,
    counts: Counts,
    cost: int,
):
    assert decisions.give_up("01", counts, by="ada")

    run = found(records)
    assert (run.state, run.cost_micros, run.cost_basis) == (
        RunState.PARKED,
        cost,
        CostBasis.COMPUTED,
    )
    assert run.decided_at is not None
    assert adjustments(database) == [(None, cost, "decision")]
    event = records.story("01")[-1]
    assert (event.kind, event.body["by"], event.body["cost_micros"]) == ("given up", "ada", cost)
    totals = Tables(database).totals(EVER)
    assert (totals.spend_micros, totals.in_doubt_runs) == (cost, 0)


def test_a_known_cost_stays_what_the_api_named(
    ledger: Ledger, database: sa.Engine, records: Records, decisions: Decisions
):
    bring_to(ledger, RunState.ACCEPTED)
    known = {"cost_micros": 95_000, "cost_basis": CostBasis.CONFIRMED}
    ledger.finish("01", RunState.PARKED, **known)

    assert not decisions.give_up("01", Counts.NOTHING, by="ada")
    assert not decisions.give_up("01", Counts.ESTIMATE, by="ada")
    assert decisions.give_up("01", Counts.KNOWN, by="ada")
    assert decisions.undo("01", by="ada")

    run = found(records)
    assert (run.cost_micros, run.cost_basis) == (95_000, CostBasis.CONFIRMED)
    assert adjustments(database) == []


def test_a_cost_that_nobody_knows_cannot_be_kept(parked: None, decisions: Decisions):
    assert not decisions.give_up("01", Counts.KNOWN, by="ada")


def test_giving_up_can_be_taken_back(
    parked: None, database: sa.Engine, records: Records, decisions: Decisions
):
    before = found(records)
    decisions.give_up("01", Counts.ESTIMATE, by="ada")

    assert decisions.undo("01", by="bob")

    assert found(records) == before
    assert adjustments(database) == [(None, 80_000, "decision"), (80_000, None, "decision")]
    assert records.story("01")[-1].body == {"by": "bob"}
    assert not decisions.undo("01", by="bob")


def test_what_was_given_up_can_still_be_found_and_then_counts_as_what_it_costs(
    parked: None, database: sa.Engine, ledger: Ledger, records: Records, decisions: Decisions
):
    decisions.give_up("01", Counts.ESTIMATE, by="ada")

    assert decisions.take_up("01", "remote-1", status="succeeded")

    run = found(records)
    assert (run.state, run.cost_micros, run.decided_at) == (RunState.ACCEPTED, None, None)
    assert adjustments(database)[-1] == (80_000, None, "found")
    assert not decisions.undo("01", by="ada")
    assert not decisions.give_up("01", Counts.NOTHING, by="ada")


@pytest.mark.parametrize("state", sorted(set(RunState) - {RunState.PARKED}))
def test_nothing_is_decided_about_a_run_that_is_not_parked(
    ledger: Ledger, records: Records, decisions: Decisions, state: RunState
):
    bring_to(ledger, state)
    before, story = found(records), records.story("01")

    assert not decisions.give_up("01", Counts.NOTHING, by="ada")
    assert not decisions.undo("01", by="ada")
    assert not decisions.note_denial("01", by="ada")
    assert not decisions.adopt("01", "r-9", status="running", by="ada")

    assert (found(records), records.story("01")) == (before, story)


def test_of_two_decisions_at_once_one_holds(
    parked: None, database: sa.Engine, records: Records, decisions: Decisions
):
    def give_up(counts: Counts) -> Callable[[], bool]:
        return lambda: decisions.give_up("01", counts, by="ada")

    deeds = [give_up(Counts.NOTHING), give_up(Counts.ESTIMATE)] * (SAME_TIME // 2)

    assert at_once(*deeds).count(True) == 1
    assert len(adjustments(database)) == 1
    assert found(records).cost_micros == adjustments(database)[0][1]


def test_giving_up_while_the_run_is_found_leaves_it_found(
    parked: None, database: sa.Engine, records: Records, decisions: Decisions
):
    def take_up() -> bool:
        return decisions.take_up("01", "remote-1", status="running")

    def give_up() -> bool:
        return decisions.give_up("01", Counts.ESTIMATE, by="ada")

    assert at_once(take_up, give_up).count(True) >= 1

    run = found(records)
    assert (run.state, run.cost_micros, run.decided_at) == (RunState.ACCEPTED, None, None)
    counted = sum((after or 0) - (before or 0) for before, after, _ in adjustments(database))
    assert counted == 0


# -- what waits for a decision -------------------------------------------------------------------


def test_only_parked_runs_that_nobody_decided_on_wait_for_a_decision(
    ledger: Ledger, records: Records, decisions: Decisions
):
    for number, state in enumerate(RunState):
        bring_to(ledger, state, f"{number:02}")
    for number in (10, 11, 12):
        bring_to(ledger, RunState.PARKED, str(number))
    decisions.give_up("11", Counts.NOTHING, by="ada")
    ledger.delete("12")

    parked = [f"{number:02}" for number, state in enumerate(RunState) if state is RunState.PARKED]
    waiting = ["12", "10", *parked]
    assert [run.id for run in records.undecided(origin="sandbox", limit=9)] == waiting
    assert records.sum_undecided(origin="sandbox") == (3, 240_000)
    assert records.sum_undecided(origin="api.runflow.io") == (0, 0)


def test_a_known_cost_is_not_in_doubt(ledger: Ledger, records: Records):
    bring_to(ledger, RunState.ACCEPTED)
    ledger.finish("01", RunState.PARKED, cost_micros=1, cost_basis=CostBasis.CONFIRMED)

    assert records.sum_undecided(origin="sandbox") == (1, 0)


def test_what_waits_for_a_decision_is_counted_by_its_index(database: sa.Engine, records: Records):
    plans: list[str] = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def explain(_db: object, cursor: object, statement: str, values: object, *_: object) -> None:
        steps = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[attr-defined]
        plans.extend(step[3] for step in steps.fetchall())

    records.sum_undecided(origin="sandbox")

    assert any("INDEX ix_run_undecided" in step for step in plans), plans


def test_every_attempt_tells_what_came_of_it(ledger: Ledger, records: Records):
    bring_to(ledger, RunState.QUEUED)
    ledger.intend("01", quiet_ms=1000)
    ledger.lose_answer("01", outcome="answer lost", note="It was cut off.", http_status=502)
    ledger.intend("01", quiet_ms=1000)

    first, second = records.attempts("01")

    assert (first.outcome, first.http_status, first.detail) == (
        "answer lost",
        502,
        "It was cut off.",
    )
    assert first.ended_at is not None
    assert (second.fence, second.outcome, second.ended_at) == (2, None, None)
    assert records.last_attempt("01") == second
