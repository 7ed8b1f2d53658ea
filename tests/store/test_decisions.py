"""Parked runs: the one end that is left again."""

import pytest
import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.domain.run import TERMINAL, RunState
from lib.store.decisions import Decisions
from lib.store.entries import RemoteIdTaken
from lib.store.ledger import Ledger
from lib.store.records import Records
from tests.store.test_ledger import bring_to


@pytest.fixture
def decisions(database: sa.Engine) -> Decisions:
    return Decisions(database, SystemClock())


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
