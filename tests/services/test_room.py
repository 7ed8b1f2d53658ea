"""Room at the API: so many runs are under way there at a time, whoever carries them on."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.domain.run import OPEN, RunState
from lib.services.room import WAIT_S, Room
from lib.services.submission import Submission
from lib.store import schema
from lib.store.database import writing
from tests.services.conftest import World
from tests.services.scripted_api import ScriptedApi

MOST = 2
UNDER_WAY = (RunState.SENDING, RunState.UNKNOWN, RunState.ACCEPTED)


def begin_a_life(world: World, most: int = MOST) -> None:
    """A process that may have so many runs at the API, and has sent none of them itself."""
    world.submission = Submission(
        ledger=world.ledger,
        records=world.records,
        client=world.client,
        pace=world.pace,
        origin="sandbox",
        on_accepted=world.accepted.append,
        room=Room(world.records, origin="sandbox", most=most),
    )


def click(world: World, *names: str) -> list[str]:
    return [world.click(name) for name in names]


def send(world: World, *names: str) -> None:
    for name in names:
        assert world.send(name).state is RunState.ACCEPTED


def under_way(world: World) -> int:
    runs = [world.records.find(run_id) for run_id in world.records.open_ids(origin="sandbox")]
    return sum(run is not None and run.state in UNDER_WAY for run in runs)


def end(world: World, run_id: str) -> None:
    world.ledger.finish(run_id, RunState.FAILED, from_states=OPEN, cost_micros=0)


def test_a_later_life_sends_nothing_while_earlier_runs_have_all_the_room(
    world: World, api: ScriptedApi
):
    send(world, *click(world, "1", "2", "3"))
    click(world, "4")
    begin_a_life(world)

    assert world.send("4", for_s=100).state is RunState.QUEUED
    end(world, "1")
    assert world.send("4", for_s=100).state is RunState.QUEUED
    assert len(api.charges) == 3

    end(world, "2")
    assert world.send("4", for_s=100).state is RunState.ACCEPTED
    assert under_way(world) == MOST


def test_a_run_that_waits_for_room_is_asked_again_soon(world: World):
    send(world, *click(world, "1", "2"))
    click(world, "3")
    begin_a_life(world)

    assert world.submission.advance("3") == WAIT_S
    assert world.run("3").note is None


@pytest.mark.parametrize("state", [RunState.SENDING, RunState.UNKNOWN])
def test_what_may_have_been_taken_has_room_too(world: World, state: RunState):
    click(world, "1", "2")
    begin_a_life(world, most=1)
    world.ledger.intend("1", quiet_ms=60_000)
    if state is RunState.UNKNOWN:
        world.ledger.lose_answer("1", outcome="answer lost", note="", due_at=None)

    world.submission.advance("2")

    assert world.run("2").state is RunState.QUEUED


def test_runs_of_others_take_no_room(world: World):
    send(world, *click(world, "1", "2"))
    with writing(world.database) as db:
        run = schema.run
        db.execute(run.update().where(run.c.id == "1").values(adopted_at=1))
        db.execute(run.update().where(run.c.id == "2").values(origin="api.runflow.io"))
    click(world, "3")
    begin_a_life(world, most=1)

    assert world.send("3").state is RunState.ACCEPTED


def test_of_many_that_ask_at_once_no_more_are_sent_than_there_is_room(
    world: World, api: ScriptedApi
):
    names = click(world, *(f"{number:02d}" for number in range(12)))
    begin_a_life(world, most=3)
    together = threading.Barrier(len(names))

    def advance(name: str) -> None:
        together.wait()
        for _ in range(2):  # the first asks about what an earlier life may have sent
            world.submission.advance(name)

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(advance, names))

    assert len(api.charges) == under_way(world) == 3


def test_a_run_that_is_sent_again_needs_no_further_room(world: World, api: ScriptedApi):
    api.posts.append("drop")
    click(world, "1")
    begin_a_life(world, most=1)

    assert world.send("1").state is RunState.ACCEPTED
    assert len(api.seen_posts) == 2


def test_doubts_that_nobody_carries_on_are_looked_into_by_who_waits_for_their_room(
    world: World, api: ScriptedApi
):
    """All slots of the engine may be held by runs that wait, and the doubts stand behind them."""
    doubts = click(world, "1", "2")
    api.posts.extend(["lose", "drop"])
    for name in doubts:
        world.submission.advance(name)
        assert world.run(name).state is RunState.UNKNOWN
    click(world, "3")
    begin_a_life(world)

    world.send("3", for_s=1_000)

    assert [world.run(name).state for name in doubts] == [RunState.ACCEPTED] * 2
    assert sorted(world.accepted) == doubts
    assert api.charges == ["1", "2"]


def test_who_came_first_goes_first_when_there_is_room_again(world: World):
    send(world, *click(world, "1", "2"))
    click(world, "3", "4")
    begin_a_life(world)
    assert [world.submission.advance(name) for name in ("3", "4")] == [WAIT_S, WAIT_S]

    end(world, "1")
    world.submission.advance("4")
    assert world.run("4").state is RunState.QUEUED

    send(world, "3")
    end(world, "2")
    send(world, "4")


def test_who_is_taken_back_while_it_waits_keeps_no_place(world: World):
    send(world, *click(world, "1", "2"))
    click(world, "3", "4")
    begin_a_life(world)
    for name in ("3", "4"):
        world.submission.advance(name)
    assert world.ledger.cancel("3")
    assert world.submission.advance("3") is None

    end(world, "1")

    send(world, "4")


def test_room_knows_who_is_to_be_woken(world: World):
    room = Room(world.records, origin="sandbox", most=0)
    click(world, "1", "2")
    for name in ("2", "1"):
        room.wait(name, lambda _run_id: None)

    assert room.waiting() == ["2", "1"]
    room.leave("2")
    assert room.waiting() == ["1"]
