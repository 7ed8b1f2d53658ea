"""What came back with a backup, or was queued by an earlier life: asked about, never paid twice."""

import dataclasses

import pytest

from lib.domain.run import CostBasis, Run, RunState
from lib.runflow.api import Client
from lib.runflow.secret import Secret
from lib.services.submission import Submission
from lib.store import schema
from lib.store.database import writing
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiments import Experiments
from lib.store.restored import put_in_doubt
from tests.services.conftest import World
from tests.services.scripted_api import ScriptedApi
from tests.store.conftest import a_run, unqueued
from tests.store.experimenting import new_experiment

QUIET_S = 65
HALF_A_DAY_S = 12 * 3600


def begin_a_later_life(world: World) -> None:
    """Another process on the same files: it has queued nothing itself."""
    world.submission = Submission(
        ledger=world.ledger,
        records=world.records,
        client=world.client,
        pace=world.pace,
        origin="sandbox",
        on_accepted=world.accepted.append,
    )


def come_back_with_a_backup(world: World, run_id: str = "01-run") -> None:
    mark = schema.run.update().where(schema.run.c.id == run_id).values(restored_at=1)
    with writing(world.database) as db:
        db.execute(mark)
    begin_a_later_life(world)


def was_sent_since(api: ScriptedApi, run_id: str = "01-run") -> str:
    """The API has it, from a life that the files know nothing of; its remote id."""
    return str(api.take(run_id, {"client_ref": run_id})["id"])


def leave_in(world: World, state: RunState) -> None:
    """As the copy was made: queued, on its way, or in doubt."""
    world.click()
    if state is not RunState.QUEUED:
        world.ledger.intend("01-run", quiet_ms=QUIET_S * 1000)
    if state is RunState.UNKNOWN:
        world.ledger.lose_answer("01-run", outcome="answer lost", note="", due_at=None)


OPEN_AND_UNSETTLED = [RunState.QUEUED, RunState.SENDING, RunState.UNKNOWN]


@pytest.mark.parametrize("state", OPEN_AND_UNSETTLED)
def test_what_came_back_with_a_backup_is_taken_over_when_the_api_has_it(
    world: World, api: ScriptedApi, state: RunState
):
    leave_in(world, state)
    remote_id = was_sent_since(api)
    come_back_with_a_backup(world)

    run = world.send(for_s=5)

    assert (run.state, run.remote_id) == (RunState.ACCEPTED, remote_id)
    assert api.seen_posts == []


@pytest.mark.parametrize("state", OPEN_AND_UNSETTLED)
@pytest.mark.parametrize("age_s", [0, HALF_A_DAY_S + 1])
def test_what_came_back_with_a_backup_is_never_sent_and_left_to_a_person(
    world: World, api: ScriptedApi, state: RunState, age_s: int
):
    leave_in(world, state)
    come_back_with_a_backup(world)
    world.clock.pass_s(age_s)

    run = world.send()

    assert run.state is RunState.PARKED
    assert run.cost_basis is CostBasis.IN_DOUBT
    assert "came back with a backup" in (run.note or "")
    assert api.seen_posts == []


def test_what_came_back_with_a_backup_may_still_be_on_its_way_and_is_not_given_up_early(
    world: World, api: ScriptedApi
):
    world.click()
    come_back_with_a_backup(world)

    assert world.send(for_s=QUIET_S).state is RunState.UNKNOWN
    remote_id = was_sent_since(api)

    assert world.send().remote_id == remote_id
    assert api.seen_posts == []


def test_what_came_back_with_a_backup_waits_while_the_api_cannot_be_asked(
    world: World, api: ScriptedApi
):
    world.click()
    come_back_with_a_backup(world)
    api.list_works = False

    assert world.send(for_s=5 * QUIET_S).state is RunState.UNKNOWN
    assert api.seen_posts == []


def test_a_process_that_dies_while_it_puts_a_run_in_doubt_leaves_a_doubt(
    world: World, api: ScriptedApi
):
    world.click()
    come_back_with_a_backup(world)
    world.ledger.intend("01-run", quiet_ms=QUIET_S * 1000)

    assert world.send().state is RunState.PARKED
    assert api.seen_posts == []


def test_only_what_is_queued_is_put_in_doubt(world: World):
    world.click()
    world.ledger.cancel("01-run")

    assert not put_in_doubt(world.ledger, "01-run", quiet_ms=1000, due_at=None)
    assert world.run().state is RunState.CANCELED


def test_what_an_earlier_life_queued_and_another_one_sent_is_found_and_not_sent_again(
    world: World, api: ScriptedApi
):
    world.click()
    remote_id = was_sent_since(api)
    api.honours_key = False
    begin_a_later_life(world)

    run = world.send(for_s=0)

    assert (run.state, run.remote_id) == (RunState.ACCEPTED, remote_id)
    assert api.seen_posts == []
    assert world.accepted == []
    world.submission.advance("01-run")
    assert world.accepted == ["01-run"]


def test_what_an_earlier_life_queued_is_asked_about_once_and_then_sent(
    world: World, api: ScriptedApi
):
    world.click()
    begin_a_later_life(world)

    run = world.send(for_s=0)

    assert run.state is RunState.ACCEPTED
    assert api.gets.count("/v1/runs") == 1
    assert api.charges == ["01-run"]


def test_what_this_life_queued_is_sent_without_asking(world: World, api: ScriptedApi):
    begin_a_later_life(world)
    world.click()

    world.send(for_s=0)

    assert api.gets == []
    assert api.charges == ["01-run"]


def test_what_an_earlier_life_queued_waits_while_the_api_cannot_be_asked(
    world: World, api: ScriptedApi
):
    world.click()
    begin_a_later_life(world)
    api.list_works = False

    run = world.send(for_s=300)

    assert run.state is RunState.QUEUED
    assert run.note
    assert api.seen_posts == []
    api.list_works = True
    assert world.send(for_s=60).state is RunState.ACCEPTED
    assert api.charges == ["01-run"]


def test_an_api_that_is_back_is_found_soon_though_the_run_is_old(world: World, api: ScriptedApi):
    world.click()
    world.clock.pass_s(3600)
    begin_a_later_life(world)
    up, world.submission._doubt._client = world.client, Client("http://127.0.0.1:9", Secret("no"))
    world.submission.advance("01-run")
    world.submission._doubt._client.close()
    world.submission._doubt._client = up

    assert world.send(for_s=5).state is RunState.ACCEPTED


def test_an_old_click_is_only_called_free_after_the_api_was_asked(world: World, api: ScriptedApi):
    world.click()
    was_sent_since(api)
    world.clock.pass_s(HALF_A_DAY_S + 1)
    begin_a_later_life(world)

    assert world.send().state is RunState.ACCEPTED


def test_an_old_click_that_the_api_never_got_ends_free_in_a_later_life_too(
    world: World, api: ScriptedApi
):
    world.click()
    world.clock.pass_s(HALF_A_DAY_S + 1)
    begin_a_later_life(world)

    run = world.send()

    assert (run.state, run.cost_micros) == (RunState.FAILED, 0)
    assert api.seen_posts == []


def test_a_run_that_is_taken_back_while_it_is_asked_about_stays_taken_back(
    world: World, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
):
    world.click()
    was_sent_since(api)
    begin_a_later_life(world)
    ask = world.client.find_by_client_ref

    def taken_back_meanwhile(*args, **kwargs):
        world.ledger.cancel("01-run")
        return ask(*args, **kwargs)

    monkeypatch.setattr(world.client, "find_by_client_ref", taken_back_meanwhile)
    world.send()

    assert world.run().state is RunState.CANCELED
    assert api.seen_posts == []


def start_an_experiment(world: World) -> ExperimentRecords:
    experiments = Experiments(world.database, world.clock, origin="sandbox")
    experiments.start(new_experiment("x1"))
    return ExperimentRecords(world.database, origin="sandbox")


def send_a_cell(world: World, records: ExperimentRecords, run_id: str = "01-run") -> Run:
    found = records.next_cell("x1")
    assert found is not None
    new = dataclasses.replace(a_run(run_id, token=run_id), cell=found.of)
    return world.send(world.ledger.add(new, unqueued), for_s=5)


def test_a_cell_of_an_earlier_life_is_taken_over_when_the_api_has_it(
    world: World, api: ScriptedApi
):
    records = start_an_experiment(world)
    remote_id = was_sent_since(api)
    begin_a_later_life(world)

    run = send_a_cell(world, records)

    assert (run.state, run.remote_id) == (RunState.ACCEPTED, remote_id)
    assert api.seen_posts == []


def test_a_cell_of_an_earlier_life_that_the_api_does_not_have_is_sent(
    world: World, api: ScriptedApi
):
    records = start_an_experiment(world)
    begin_a_later_life(world)

    assert send_a_cell(world, records).state is RunState.ACCEPTED

    assert len(api.seen_posts) == 1


def test_a_cell_of_this_life_is_not_asked_about(world: World, api: ScriptedApi):
    records = start_an_experiment(world)
    was_sent_since(api)

    send_a_cell(world, records)

    assert len(api.seen_posts) == 1
