"""Sending a run: every outcome of the POST, counted at the API."""

import pytest

from lib.domain.errors import NoRoom
from lib.domain.run import CostBasis, RunState
from lib.runflow.api import Client
from lib.runflow.secret import Secret
from lib.services.submission import HELD_BACK_S
from tests.services.conftest import World
from tests.services.scripted_api import ScriptedApi

TAKEN_BUT_LOST = ["lose", "500-taken", "html-taken", "no-id-taken", "other-ref-taken"]
NOT_TAKEN_IN_DOUBT = ["drop", "500", "refuse:502", "refuse:408", "refuse:418"]
NOT_NOW = ["refuse:409", "refuse:429", "refuse:503"]
DEFINITE = [400, 401, 402, 403, 404, 422]
QUIET_S = 65


def test_an_accepted_run_is_sent_once_and_handed_over(world: World, api: ScriptedApi):
    world.click()

    run = world.send()

    assert run.state is RunState.ACCEPTED
    assert run.remote_id in api.runs
    assert api.charges == ["01-run"]
    assert len(api.seen_posts) == 1
    world.submission.advance("01-run")
    assert world.accepted == ["01-run"]


def test_what_arrives_is_what_the_ledger_holds(world: World, api: ScriptedApi):
    world.click()

    run = world.send()

    assert api.seen_posts == [("01-run", run.request_body)]


@pytest.mark.parametrize("outcome", TAKEN_BUT_LOST)
def test_a_lost_answer_is_found_by_asking_and_never_sent_again(
    world: World, api: ScriptedApi, outcome: str
):
    api.posts.append(outcome)
    world.click()

    run = world.send()

    assert run.state is RunState.ACCEPTED
    assert run.remote_id in api.runs
    assert api.charges == ["01-run"]
    assert len(api.seen_posts) == 1


@pytest.mark.parametrize("outcome", TAKEN_BUT_LOST)
def test_a_run_that_was_taken_is_found_within_seconds(world: World, api: ScriptedApi, outcome: str):
    api.posts.append(outcome)
    world.click()

    assert world.send(for_s=5).state is RunState.ACCEPTED


@pytest.mark.parametrize("outcome", NOT_TAKEN_IN_DOUBT)
def test_a_doubt_waits_for_the_quiet_time_before_the_same_bytes_go_again(
    world: World, api: ScriptedApi, outcome: str
):
    api.posts.append(outcome)
    world.click()

    assert world.send(for_s=QUIET_S).state is RunState.UNKNOWN
    assert len(api.seen_posts) == 1

    run = world.send()

    assert run.state is RunState.ACCEPTED
    assert api.charges == ["01-run"]
    first, second = api.seen_posts
    assert first == second


@pytest.mark.parametrize("outcome", NOT_NOW)
def test_an_answer_not_now_is_asked_about_before_it_is_sent_again(
    world: World, api: ScriptedApi, outcome: str
):
    api.posts.append(outcome)
    world.click()

    run = world.send()

    assert run.state is RunState.ACCEPTED
    assert api.charges == ["01-run"]
    assert api.gets.count("/v1/runs") >= 2


def test_too_many_requests_waits_as_long_as_the_api_asks(world: World, api: ScriptedApi):
    api.posts.append("refuse:429")
    api.retry_after = "40"
    world.click()

    assert world.send(for_s=39).state is RunState.UNKNOWN
    assert len(api.seen_posts) == 1
    assert world.send(for_s=60).state is RunState.ACCEPTED


def test_a_conflict_keeps_the_whole_quiet_time(world: World, api: ScriptedApi):
    api.posts.append("refuse:409")
    world.click()

    world.send(for_s=QUIET_S)

    assert len(api.seen_posts) == 1


def test_each_lost_attempt_doubles_the_quiet_time(world: World, api: ScriptedApi):
    api.posts.extend(["500", "500"])
    world.click()

    world.send(for_s=3 * QUIET_S)

    assert len(api.seen_posts) == 2
    assert world.send().state is RunState.ACCEPTED


@pytest.mark.parametrize("status", DEFINITE)
def test_a_definite_refusal_ends_the_run_free(world: World, api: ScriptedApi, status: int):
    api.posts.append(f"refuse:{status}")
    world.click()

    run = world.send()

    assert run.state is RunState.FAILED
    assert (run.cost_micros, run.cost_basis) == (0, CostBasis.CONFIRMED)
    assert run.http_status == status
    assert run.failure is not None
    assert run.failure.message == "said the API"
    assert len(api.seen_posts) == 1


@pytest.mark.parametrize("status", DEFINITE)
def test_a_refusal_after_a_lost_answer_says_nothing_about_the_first(
    world: World, api: ScriptedApi, status: int
):
    api.posts.extend(["drop", f"refuse:{status}"])
    world.click()

    run = world.send(for_s=3 * QUIET_S)

    assert len(api.seen_posts) == 2
    assert run.state is RunState.UNKNOWN
    assert run.cost_micros is None


def test_while_the_api_cannot_be_asked_nothing_is_sent_again(world: World, api: ScriptedApi):
    api.posts.append("lose")
    api.list_works = False
    world.click()

    run = world.send(for_s=5 * QUIET_S)

    assert run.state is RunState.UNKNOWN
    assert len(api.seen_posts) == 1

    api.list_works = True
    assert world.send().state is RunState.ACCEPTED
    assert len(api.charges) == 1


def test_a_run_that_never_left_is_tried_again_and_free_meanwhile(world: World, api: ScriptedApi):
    down = Client("http://127.0.0.1:9", Secret("rf_live_test"))
    up, world.submission._client = world.submission._client, down
    world.click()

    run = world.send(for_s=60)

    assert run.state is RunState.QUEUED
    assert run.note
    world.submission._client = up
    assert world.send().state is RunState.ACCEPTED
    assert len(api.charges) == 1
    down.close()


def test_an_api_that_is_down_for_half_a_day_ends_the_run_free(world: World, api: ScriptedApi):
    world.click()
    world.clock.pass_s(13 * 3600)

    run = world.send()

    assert (run.state, run.cost_micros) == (RunState.FAILED, 0)
    assert api.seen_posts == []


def test_a_lost_answer_of_half_a_day_ago_is_a_persons_decision(world: World, api: ScriptedApi):
    api.posts.append("drop")
    world.click()
    world.send(for_s=2)
    world.clock.pass_s(13 * 3600)

    run = world.send()

    assert run.state is RunState.PARKED
    assert run.cost_basis is CostBasis.IN_DOUBT
    assert len(api.seen_posts) == 1


def test_a_lost_answer_of_half_a_day_ago_is_still_adopted_when_it_is_found(
    world: World, api: ScriptedApi
):
    api.posts.append("lose")
    world.click()
    world.submission.advance("01-run")
    world.clock.pass_s(13 * 3600)

    assert world.send().state is RunState.ACCEPTED


def test_a_process_frozen_between_intent_and_send_does_not_send(
    world: World, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
):
    may_send = world.ledger.may_send

    def frozen(attempt):
        world.clock.pass_s(6)
        return may_send(attempt)

    monkeypatch.setattr(world.ledger, "may_send", frozen)
    world.click()
    world.submission.advance("01-run")

    assert api.seen_posts == []
    assert world.run().state is RunState.UNKNOWN


@pytest.mark.parametrize(("wall_s", "monotonic_s"), [(6, 0), (0, 6), (-60, 0)])
def test_either_clock_can_stop_a_late_send(
    world: World,
    api: ScriptedApi,
    monkeypatch: pytest.MonkeyPatch,
    wall_s: float,
    monotonic_s: float,
):
    may_send = world.ledger.may_send

    def after_a_jump(attempt):
        world.clock.wall_ms += round(wall_s * 1000)
        world.clock.since_start_s += monotonic_s
        return may_send(attempt)

    monkeypatch.setattr(world.ledger, "may_send", after_a_jump)
    world.click()
    world.submission.advance("01-run")

    assert api.seen_posts == []


def test_an_attempt_that_was_overtaken_does_not_send(
    world: World, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
):
    may_send = world.ledger.may_send

    def overtaken(attempt):
        world.ledger.lose_answer(attempt.run_id, outcome="interrupted", note="")
        world.ledger.intend(attempt.run_id, quiet_ms=1000)
        return may_send(attempt)

    monkeypatch.setattr(world.ledger, "may_send", overtaken)
    world.click()
    world.submission.advance("01-run")

    assert api.seen_posts == []


def test_a_run_found_in_sending_was_interrupted_and_is_asked_about(world: World, api: ScriptedApi):
    world.click()
    world.ledger.intend("01-run", quiet_ms=65_000)

    assert world.send(for_s=QUIET_S).state is RunState.UNKNOWN
    assert api.seen_posts == []
    assert world.send().state is RunState.ACCEPTED


def test_a_run_that_exists_twice_is_adopted_once_the_oldest(world: World, api: ScriptedApi):
    api.posts.append("lose")
    api.honours_key = False
    world.click()
    world.submission.advance("01-run")
    api.take("another", {"client_ref": "01-run"})

    run = world.send()

    assert run.remote_id == next(iter(api.runs))


def test_an_answer_with_the_id_of_another_run_is_not_believed(world: World, api: ScriptedApi):
    world.click("01-run")
    world.send("01-run")
    api.posts.append("stranger")
    world.click("02-run")

    run = world.send("02-run")

    assert run.state is RunState.ACCEPTED
    assert run.remote_id != world.run("01-run").remote_id
    assert api.charges == ["01-run", "02-run"]


def test_the_same_click_is_one_run(world: World, api: ScriptedApi):
    first = world.click("01-run", token="a click")
    second = world.click("02-run", token="a click")

    assert first == second == "01-run"
    assert world.records.find("02-run") is None


def test_a_queued_run_can_be_taken_back_and_is_never_sent(world: World, api: ScriptedApi):
    world.click()

    assert world.ledger.cancel("01-run")
    assert world.submission.advance("01-run") is None
    assert world.run().state is RunState.CANCELED
    assert api.seen_posts == []


def test_a_run_that_may_be_on_its_way_cannot_be_taken_back(world: World):
    world.click()
    world.ledger.intend("01-run", quiet_ms=1000)

    assert not world.ledger.cancel("01-run")


def test_a_clock_that_is_set_forward_does_not_shorten_the_quiet_time(
    world: World, api: ScriptedApi
):
    api.posts.append("drop")
    world.click()
    world.submission.advance("01-run")
    world.clock.wall_ms += 3_600_000

    assert world.send(for_s=QUIET_S - 1).state is RunState.UNKNOWN
    assert len(api.seen_posts) == 1
    assert world.send().state is RunState.ACCEPTED


def test_a_clock_that_is_set_back_does_not_hold_a_run_up(world: World, api: ScriptedApi):
    api.posts.append("drop")
    world.click()
    world.send(for_s=5)
    world.clock.wall_ms -= 86_400_000

    assert world.send(for_s=5 * QUIET_S).state is RunState.ACCEPTED
    assert len(api.seen_posts) == 2


@pytest.mark.parametrize("outcome", ["lose", "drop"])
def test_a_doubt_that_is_over_is_forgotten(world: World, api: ScriptedApi, outcome: str):
    api.posts.append(outcome)
    world.click()
    world.send(for_s=5)
    assert world.submission._doubt._first_looked.keys() == {"01-run"}

    assert world.send().state is RunState.ACCEPTED
    world.submission.advance("01-run")

    assert world.submission._doubt._first_looked == {}


def test_a_doubt_that_a_person_ended_is_forgotten(world: World, api: ScriptedApi):
    api.posts.append("drop")
    world.click()
    world.send(for_s=5)

    world.ledger.finish("01-run", RunState.PARKED, from_states={RunState.UNKNOWN})
    assert world.submission.advance("01-run") is None

    assert world.submission._doubt._first_looked == {}


def test_a_run_that_is_held_back_waits_unsent_and_goes_on_by_itself(world: World, api: ScriptedApi):
    reasons = ["The disk is nearly full. Make room.", "The disk is nearly full. Make more room."]
    world.submission._why_not_send = lambda: reasons[0] if reasons else None
    world.click()

    run = world.send(for_s=60)

    assert (run.state, run.fence, api.seen_posts) == (RunState.QUEUED, 0, [])
    assert run.note == "Not sent now. The disk is nearly full. Make room."
    reasons.pop(0)
    assert world.send(for_s=60).note == run.note, "one note is enough for a full disk"
    reasons.clear()
    run = world.send(for_s=60)
    assert (run.state, run.note, len(api.seen_posts)) == (RunState.ACCEPTED, None, 1)


def test_a_doubt_is_looked_into_and_not_sent_again_while_runs_are_held_back(
    world: World, api: ScriptedApi
):
    reasons = ["The disk is nearly full."]
    world.submission._why_not_send = lambda: reasons[0] if reasons else None
    api.posts.append("drop")
    world.click()
    reasons.clear()
    assert world.send(for_s=0.5).state is RunState.UNKNOWN
    reasons.append("The disk is nearly full.")

    run = world.send(for_s=3 * QUIET_S)

    assert (run.state, len(api.seen_posts)) == (RunState.UNKNOWN, 1)
    assert api.gets.count("/v1/runs") > 2, "asking is free"
    reasons.clear()
    assert world.send(for_s=QUIET_S).state is RunState.ACCEPTED
    assert api.charges == ["01-run"]


def test_an_answer_that_comes_while_runs_are_held_back_is_noted(world: World, api: ScriptedApi):
    api.posts.append("lose")
    world.click()
    assert world.send(for_s=0.5).state is RunState.UNKNOWN
    world.submission._why_not_send = lambda: "The disk is nearly full."

    assert world.send(for_s=60).state is RunState.ACCEPTED


def test_a_run_that_is_held_back_on_a_full_disk_waits_without_its_note(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    def full(*_args: object, **_values: object) -> bool:
        raise NoRoom("The database could not be written: database or disk is full.")

    world.click()
    world.submission._why_not_send = lambda: "The disk is nearly full."
    monkeypatch.setattr(world.ledger, "note", full)

    assert world.submission.advance("01-run") == HELD_BACK_S
    assert world.run().state is RunState.QUEUED
