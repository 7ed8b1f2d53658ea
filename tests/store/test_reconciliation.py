"""What audits write into the ledger, and that it is once, whoever else is writing."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from lib.domain.audit import Audit, DifferenceKind
from lib.domain.clock import SystemClock
from lib.domain.run import OPEN, TERMINAL, CostBasis, Run, RunState
from lib.store.adopted import Adopted
from lib.store.audits import Audits
from lib.store.database import writing
from lib.store.entries import RemoteIdTaken
from lib.store.ledger import Ledger
from lib.store.reconciliation import CLOCKS_DIFFER_MS, Reconciliation
from lib.store.records import Records
from tests.store.conftest import a_run, unqueued
from tests.store.test_ledger import bring_to

SANDBOX = "sandbox"
NOW = SystemClock().now_ms()
NEVER_SENT = (RunState.QUEUED, RunState.SENDING, RunState.UNKNOWN)


@pytest.fixture
def reconciliation(database: sa.Engine) -> Reconciliation:
    return Reconciliation(database, SystemClock(), origin=SANDBOX)


@pytest.fixture
def audits(database: sa.Engine) -> Audits:
    return Audits(database, origin=SANDBOX)


def a_strangers_run(**values: object) -> Adopted:
    run = Adopted(
        id="0190-elsewhere",
        remote_id="remote-elsewhere",
        client_ref="job 7",
        taken_at=NOW,
        model_id="google/nano-banana-2",
        status="running",
        input={"prompt": "a kite", "resolution": "1K"},
        request_body=b"{}",
        request_sha256="0" * 64,
        estimate_micros=80_000,
        price_version="nano-banana-2/2026-04-13",
        created_at=NOW - 1000,
        told={"client_ref": "job 7"},
    )
    return replace(run, **values)


def found(records: Records, run_id: str) -> Run:
    run = records.find(run_id)
    assert run is not None
    return run


# -- adopting ------------------------------------------------------------------------------------


def test_a_run_made_elsewhere_is_accepted_and_says_where_it_is_from(
    reconciliation: Reconciliation, records: Records
):
    assert reconciliation.adopt(a_strangers_run())

    run = found(records, "0190-elsewhere")
    assert (run.state, run.remote_id, run.status) == (
        RunState.ACCEPTED,
        "remote-elsewhere",
        "running",
    )
    assert (run.created_by, run.prompt, run.created_at) == ("elsewhere", "a kite", NOW - 1000)
    assert run.adopted_at is not None
    assert [event.kind for event in records.story(run.id)] == ["made elsewhere"]


def test_a_run_is_adopted_once(reconciliation: Reconciliation, records: Records):
    assert reconciliation.adopt(a_strangers_run())

    assert not reconciliation.adopt(a_strangers_run())
    assert not reconciliation.adopt(a_strangers_run(id="another id of ours"))
    assert not reconciliation.adopt(a_strangers_run(remote_id="another id of theirs"))

    assert len(records.recent(origin=SANDBOX, limit=9)) == 1


def test_an_adopted_run_is_watched_and_never_queued(
    reconciliation: Reconciliation, records: Records
):
    reconciliation.adopt(a_strangers_run())

    assert reconciliation.open_adopted() == ["0190-elsewhere"]
    assert records.open_ids(origin=SANDBOX) == []
    assert records.has_open(origin=SANDBOX)


@pytest.mark.parametrize("state", NEVER_SENT)
def test_the_database_lets_no_adopted_run_be_sent(
    database: sa.Engine, reconciliation: Reconciliation, state: RunState
):
    reconciliation.adopt(a_strangers_run())

    with pytest.raises(sa.exc.IntegrityError, match="ck_run_adopted"), writing(database) as db:
        db.execute(sa.text("UPDATE run SET state = :state"), {"state": state})


@pytest.mark.parametrize("state", [*NEVER_SENT, RunState.PARKED])
def test_a_run_of_ours_that_waits_for_its_id_is_not_made_a_second_one(
    ledger: Ledger, records: Records, reconciliation: Reconciliation, state: RunState
):
    bring_to(ledger, state)

    assert not reconciliation.adopt(a_strangers_run(client_ref="01"))

    assert len(records.recent(origin=SANDBOX, limit=9)) == 1


@pytest.mark.parametrize(
    "state", [RunState.ACCEPTED, RunState.STORED, RunState.FAILED, RunState.CANCELED]
)
def test_what_was_charged_beside_a_run_of_ours_gets_a_row_of_its_own(
    ledger: Ledger, records: Records, reconciliation: Reconciliation, state: RunState
):
    bring_to(ledger, state)
    before = found(records, "01")

    assert reconciliation.adopt(a_strangers_run(client_ref="01"))

    assert found(records, "01") == before
    assert len(records.recent(origin=SANDBOX, limit=9)) == 2


@pytest.mark.parametrize("state", [RunState.SENDING, RunState.UNKNOWN])
@pytest.mark.parametrize("ahead_ms", [CLOCKS_DIFFER_MS, 0, None])
def test_a_run_that_names_nobody_may_be_the_one_that_is_just_being_sent(
    ledger: Ledger, reconciliation: Reconciliation, state: RunState, ahead_ms: int | None
):
    bring_to(ledger, state)
    taken_at = None if ahead_ms is None else SystemClock().now_ms() + ahead_ms

    assert not reconciliation.adopt(a_strangers_run(client_ref=None, taken_at=taken_at))


@pytest.mark.parametrize("state", [RunState.SENDING, RunState.UNKNOWN])
def test_what_was_taken_before_anything_was_sent_is_not_ours(
    ledger: Ledger, reconciliation: Reconciliation, state: RunState
):
    bring_to(ledger, state)
    long_before = NOW - CLOCKS_DIFFER_MS - 60_000

    assert reconciliation.adopt(a_strangers_run(client_ref=None, taken_at=long_before))


@pytest.mark.parametrize("state", sorted(set(RunState) - {RunState.SENDING, RunState.UNKNOWN}))
def test_a_run_that_names_nobody_is_adopted_where_nothing_is_in_doubt(
    ledger: Ledger, reconciliation: Reconciliation, state: RunState
):
    bring_to(ledger, state)

    assert reconciliation.adopt(a_strangers_run(client_ref=None))


def test_what_another_api_is_being_sent_is_none_of_this_ones(
    ledger: Ledger, reconciliation: Reconciliation
):
    ledger.add(replace(a_run(), origin="api.runflow.io"), unqueued)
    ledger.intend("01", quiet_ms=1)

    assert reconciliation.adopt(a_strangers_run(client_ref=None))


# -- found again ---------------------------------------------------------------------------------


def test_a_queued_run_that_the_api_has_is_not_sent(
    ledger: Ledger, records: Records, reconciliation: Reconciliation
):
    bring_to(ledger, RunState.QUEUED)

    assert reconciliation.accept_unsent("01", "remote-1", status="succeeded")

    run = found(records, "01")
    assert (run.state, run.remote_id, run.status) == (RunState.ACCEPTED, "remote-1", "succeeded")
    assert ledger.intend("01", quiet_ms=1) is None
    assert [event.kind for event in records.story("01")] == ["queued", "accepted", "found"]


@pytest.mark.parametrize("state", sorted(set(RunState) - {RunState.QUEUED}))
def test_only_what_waits_to_be_sent_is_found_that_way(
    ledger: Ledger, records: Records, reconciliation: Reconciliation, state: RunState
):
    bring_to(ledger, state)
    before = found(records, "01")

    assert not reconciliation.accept_unsent("01", "remote-1", status="succeeded")

    assert found(records, "01") == before


def test_an_id_of_another_run_is_not_taken(ledger: Ledger, reconciliation: Reconciliation):
    bring_to(ledger, RunState.STORED, "01")
    bring_to(ledger, RunState.QUEUED, "02")

    with pytest.raises(RemoteIdTaken):
        reconciliation.accept_unsent("02", "remote-01", status="succeeded")


# -- costs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(TERMINAL))
@pytest.mark.parametrize("cost_micros", [0, 79_999, 95_000])
def test_a_cost_is_corrected_and_the_earlier_one_kept(
    database: sa.Engine,
    ledger: Ledger,
    records: Records,
    reconciliation: Reconciliation,
    audits: Audits,
    state: RunState,
    cost_micros: int,
):
    bring_to(ledger, state)
    with writing(database) as db:
        db.execute(sa.text("UPDATE run SET cost_micros = 80000, cost_basis = 'confirmed'"))

    assert reconciliation.correct_cost("01", cost_micros) == cost_micros - 80_000

    run = found(records, "01")
    assert (run.state, run.cost_micros, run.cost_basis) == (state, cost_micros, CostBasis.CONFIRMED)
    assert run.corrected_at is not None
    (change,) = audits.adjustments("01")
    assert (change.from_micros, change.to_micros) == (80_000, cost_micros)
    assert records.story("01")[-1].kind == "cost changed"
    assert reconciliation.correct_cost("01", cost_micros) is None


@pytest.mark.parametrize(
    ("before", "basis"), [(None, CostBasis.IN_DOUBT), (60_000, CostBasis.COMPUTED)]
)
def test_a_cost_that_nobody_had_named_is_confirmed(
    database: sa.Engine,
    ledger: Ledger,
    records: Records,
    reconciliation: Reconciliation,
    audits: Audits,
    before: int | None,
    basis: CostBasis,
):
    bring_to(ledger, RunState.PARKED)
    with writing(database) as db:
        values = {"cost": before, "basis": basis}
        db.execute(sa.text("UPDATE run SET cost_micros = :cost, cost_basis = :basis"), values)

    assert reconciliation.correct_cost("01", 80_000) == 80_000 - (before or 0)

    (change,) = audits.adjustments("01")
    assert (change.from_micros, change.to_micros) == (before, 80_000)
    assert found(records, "01").cost_basis is CostBasis.CONFIRMED


def test_a_computed_cost_that_was_right_is_confirmed_without_a_change(
    database: sa.Engine,
    ledger: Ledger,
    records: Records,
    reconciliation: Reconciliation,
    audits: Audits,
):
    bring_to(ledger, RunState.STORED)
    with writing(database) as db:
        db.execute(sa.text("UPDATE run SET cost_micros = 80000, cost_basis = 'computed'"))

    assert reconciliation.correct_cost("01", 80_000) is None

    run = found(records, "01")
    assert (run.cost_basis, run.corrected_at) == (CostBasis.CONFIRMED, None)
    assert audits.adjustments("01") == []
    assert records.story("01")[-1].kind == "cost confirmed"


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_open_run_gets_its_cost_with_its_end(
    ledger: Ledger, records: Records, reconciliation: Reconciliation, state: RunState
):
    bring_to(ledger, state)
    before = found(records, "01")

    assert reconciliation.correct_cost("01", 80_000) is None

    assert found(records, "01") == before


# -- missing -------------------------------------------------------------------------------------


def test_a_run_is_missed_once_and_seen_again_once(
    ledger: Ledger, records: Records, reconciliation: Reconciliation
):
    bring_to(ledger, RunState.STORED)
    assert not reconciliation.see_again("01")

    assert reconciliation.miss("01")
    assert not reconciliation.miss("01")
    assert found(records, "01").missing_at is not None

    assert reconciliation.see_again("01")
    assert not reconciliation.see_again("01")
    assert found(records, "01").missing_at is None
    assert [event.kind for event in records.story("01")][-2:] == ["missing", "seen again"]


def test_what_the_api_should_list_was_accepted_and_is_not_too_young(
    ledger: Ledger, reconciliation: Reconciliation
):
    for place, state in enumerate(RunState):
        bring_to(ledger, state, f"0{place}")
    now = SystemClock().now_ms()

    listed = {known.state for known in reconciliation.accepted_between(NOW - 1000, now)}

    assert listed >= {RunState.ACCEPTED, RunState.STORED}
    assert not listed & {RunState.QUEUED, RunState.SENDING, RunState.UNKNOWN}
    assert reconciliation.accepted_between(NOW - 1000, NOW - 1) == []
    assert reconciliation.accepted_between(now + 1, now) == []


# -- what is known, and what was found -----------------------------------------------------------


def test_runs_are_known_by_the_apis_id_and_by_ours(ledger: Ledger, reconciliation: Reconciliation):
    bring_to(ledger, RunState.STORED, "01")
    bring_to(ledger, RunState.PARKED, "02")
    ledger.add(replace(a_run("03"), origin="api.runflow.io"), unqueued)

    def known(remote_ids: list[str], ids: list[str]) -> list[str]:
        return sorted(run.id for run in reconciliation.known(remote_ids, ids))

    assert known(["remote-01", "remote-99"], []) == ["01"]
    assert known(["remote-01"], ["01", "02"]) == ["01", "02"]
    assert known([], ["03"]) == ["03"], "an id is taken, whosever money it spends"
    assert known([], []) == []


def test_the_last_audit_and_the_differences_are_those_of_the_origin(
    database: sa.Engine, ledger: Ledger, reconciliation: Reconciliation, audits: Audits
):
    another = Audits(database, origin="api.runflow.io")
    assert (audits.last(), audits.differences(9)) == (None, [])
    bring_to(ledger, RunState.STORED)
    reconciliation.adopt(a_strangers_run())
    reconciliation.miss("01")
    first, last = Audit(1, 2, 0, counted=3, problem="torn"), Audit(5, 9, 4, counted=7, others=2)

    audits.record(first)
    audits.record(last)

    assert audits.last() == last
    kinds = [(difference.run_id, difference.kind) for difference in audits.differences(9)]
    assert kinds == [
        ("01", DifferenceKind.MISSING),
        ("0190-elsewhere", DifferenceKind.MADE_ELSEWHERE),
    ]
    assert len(audits.differences(1)) == 1
    assert (another.last(), another.differences(9)) == (None, [])
