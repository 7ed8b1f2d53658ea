"""What callbacks tell of parked runs leads to one look, by the audit's own way, and no more."""

import itertools
import threading

import pytest

from lib.domain.decision import Counts
from lib.domain.errors import ApiError
from lib.domain.run import CostBasis, Run, RunState
from lib.services.audit import AuditService
from lib.services.auditor import Auditor
from lib.services.hints import MOST_TOLD_OF, Hint, Hints
from lib.services.polling import BETWEEN_HINTS_S
from lib.store.audits import Audits
from lib.store.decisions import Decisions
from lib.store.reconciliation import Reconciliation
from tests.services.auditing import ORIGIN, an_auditor, ledger_of, made_elsewhere, settle
from tests.services.conftest import World
from tests.services.scripted_api import ScriptedApi

OF_OURS = Hint(run_id="01-run")
LOST_AND_LATE = "Its answer was lost."


@pytest.fixture
def watched() -> list[str]:
    return []


@pytest.fixture
def auditor(world: World, watched: list[str]) -> Auditor:
    return an_auditor(world, watched)


def park_in_doubt(world: World) -> None:
    """As a run whose answer was lost, and which the API denied until it was too old."""
    world.click()
    world.ledger.intend("01-run", quiet_ms=1)
    world.ledger.lose_answer("01-run", outcome="answer lost", note="", due_at=None)
    finish(world, from_states={RunState.UNKNOWN})


def park_denied(world: World) -> str:
    """As a run that the API had accepted, and then denied for a day; its id there."""
    world.click()
    remote_id = world.send().remote_id
    finish(world, from_states={RunState.ACCEPTED})
    return str(remote_id)


def finish(world: World, **values: object) -> None:
    parked = {"cost_basis": CostBasis.IN_DOUBT, "note": LOST_AND_LATE, **values}
    assert world.ledger.finish("01-run", RunState.PARKED, **parked)


def one(world: World) -> Run:
    (run,) = ledger_of(world)
    return run


# -- the truth -----------------------------------------------------------------------------------


def test_a_run_of_a_lost_answer_is_found_by_its_client_ref(
    world: World, api: ScriptedApi, auditor: Auditor, watched: list[str]
):
    park_in_doubt(world)
    api.take("01-run", {"client_ref": "01-run"})

    auditor.follow(OF_OURS)
    settle(world)

    assert watched == ["01-run"]
    assert (one(world).state, one(world).cost_micros) == (RunState.STORED, 80_000)
    assert api.seen_posts == []


def test_a_run_that_was_denied_is_found_by_its_id(
    world: World, api: ScriptedApi, auditor: Auditor, watched: list[str]
):
    park_denied(world)

    auditor.follow(OF_OURS)
    settle(world)

    assert watched == ["01-run"]
    assert one(world).state is RunState.STORED
    assert len(api.seen_posts) == 1


def test_what_a_person_gave_up_is_found_too(world: World, api: ScriptedApi, auditor: Auditor):
    park_in_doubt(world)
    Decisions(world.database, world.clock).give_up("01-run", Counts.ESTIMATE, by="ada")
    api.take("01-run", {"client_ref": "01-run"})

    auditor.follow(OF_OURS)
    settle(world)

    assert (one(world).state, one(world).cost_basis) == (RunState.STORED, CostBasis.CONFIRMED)


# -- lies ----------------------------------------------------------------------------------------


def test_a_callback_about_what_the_api_does_not_have_changes_nothing(
    world: World, api: ScriptedApi, auditor: Auditor, watched: list[str]
):
    park_in_doubt(world)
    before = one(world)

    auditor.follow(OF_OURS)

    assert (one(world), watched) == (before, [])
    assert len(api.gets) <= 3


def test_a_run_that_the_api_still_denies_stays_parked(
    world: World, api: ScriptedApi, auditor: Auditor, watched: list[str]
):
    remote_id = park_denied(world)
    del api.runs[remote_id]
    before = one(world)

    auditor.follow(OF_OURS)

    assert (one(world), watched) == (before, [])


def test_a_run_that_turns_out_to_be_anothers_is_not_taken_for_ours(
    world: World, api: ScriptedApi, auditor: Auditor
):
    stranger = made_elsewhere(api, client_ref="job 7")
    park_in_doubt(world)
    api.runs["looks like it"] = {**stranger, "id": "looks like it"}

    auditor.follow(OF_OURS)

    assert world.run().state is RunState.PARKED


def test_while_the_api_cannot_be_asked_it_waits(world: World, api: ScriptedApi, auditor: Auditor):
    park_denied(world)
    api.reads_work = False
    before = one(world)

    with pytest.raises(ApiError):
        auditor.follow(OF_OURS)

    assert one(world) == before


def test_a_run_that_is_not_parked_or_whose_end_is_known_is_not_asked_about(
    world: World, api: ScriptedApi, auditor: Auditor
):
    world.click()
    world.send()
    asked = len(api.gets)

    auditor.follow(OF_OURS)
    finish(world, remote_body={"status": "succeeded"})
    auditor.follow(OF_OURS)
    auditor.follow(Hint(run_id="of nobody"))

    assert len(api.gets) == asked


# -- not too often -------------------------------------------------------------------------------


def test_a_hint_is_looked_at_at_once_and_then_once_in_a_while():
    hints = Hints()

    assert hints.tell(OF_OURS, 100.0)
    assert not hints.tell(OF_OURS, 100.0), "it waits already"
    assert hints.take(100.0) == OF_OURS
    assert hints.take(100.0) is None

    assert hints.tell(OF_OURS, 101.0), "it is not lost"
    assert hints.due_s() == 100.0 + BETWEEN_HINTS_S
    assert hints.take(101.0) is None
    assert hints.take(100.0 + BETWEEN_HINTS_S) == OF_OURS


def test_ten_thousand_copies_are_two_looks():
    hints = Hints()
    looks = 0

    for _ in range(10_000):
        hints.tell(OF_OURS, 100.0)
        looks += hints.take(100.0) is not None
    looks += hints.take(100.0 + BETWEEN_HINTS_S) is not None

    assert looks == 2
    assert hints.due_s() is None


def test_no_more_wait_than_can_be_remembered_and_none_is_remembered_for_ever():
    hints = Hints()

    told = [hints.tell(Hint(remote_id=f"r-{number}"), 0.0) for number in range(MOST_TOLD_OF + 5)]
    assert sum(told) == MOST_TOLD_OF

    taken = list(itertools.takewhile(bool, iter(lambda: hints.take(0.0), None)))
    assert len(taken) == MOST_TOLD_OF
    hints.tell(OF_OURS, 1000.0)
    hints.take(1000.0)
    assert len(hints._last_s) == 1


def test_the_service_follows_each_hint_by_itself_and_goes_on_after_an_error(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    followed, changed = [], threading.Condition()

    def follow(_auditor: Auditor, hint: Hint) -> None:
        with changed:
            followed.append(hint)
            changed.notify_all()
        raise ApiError("not now", http_status=503)

    monkeypatch.setattr(Auditor, "follow", follow)
    service = a_service(world)
    service.ask_again("before there is anyone to ask")
    service.start(lambda _run_id, _after_s: None)
    service.ask_again("01-run")
    service.look_at("r-1")

    with changed:
        assert changed.wait_for(lambda: len(followed) == 2, timeout=60)
    service.stop()
    assert followed == [OF_OURS, Hint(remote_id="r-1")]


def a_service(world: World) -> AuditService:
    return AuditService(
        audits=Audits(world.database, origin=ORIGIN),
        reconciliation=Reconciliation(world.database, world.clock, origin=ORIGIN),
        decisions=Decisions(world.database, world.clock),
        records=world.records,
        client=world.client,
        clock=world.clock,
        origin=ORIGIN,
    )
