"""Answers that were paid for are noted, on a full disk too, or kept in mind and said aloud."""

from pathlib import Path

import pytest

from lib.domain.errors import NoRoom
from lib.domain.run import RunState
from lib.services.ballast import Ballast
from lib.services.submission import Submission
from tests.services.conftest import World
from tests.services.scripted_api import ScriptedApi

FULL = "The database could not be written: database or disk is full."


class FullUntil:
    """Stands before a write of the ledger, which finds no room while `is_full` says so."""

    def __init__(self, write, is_full) -> None:
        self.write = write
        self.is_full = is_full
        self.refused = 0

    def __call__(self, *args, **values):
        if self.is_full():
            self.refused += 1
            raise NoRoom(FULL)
        return self.write(*args, **values)


@pytest.fixture
def ballast(tmp_path: Path, world: World) -> Ballast:
    """A ballast that the world's submission may give back."""
    ballast = Ballast(tmp_path / "ballast", size_bytes=4096)
    ballast.restore()
    world.submission = Submission(
        ledger=world.ledger,
        records=world.records,
        client=world.client,
        pace=world.pace,
        origin="sandbox",
        on_accepted=world.accepted.append,
        ballast=ballast,
    )
    return ballast


@pytest.mark.parametrize(
    ("outcome", "method", "state"),
    [
        ("accept", "accept", RunState.ACCEPTED),
        ("refuse:402", "refuse", RunState.FAILED),
        ("500-taken", "lose_answer", RunState.UNKNOWN),
    ],
)
def test_an_answer_that_finds_the_disk_full_is_noted_in_the_room_of_the_ballast(
    world: World, api: ScriptedApi, ballast: Ballast, monkeypatch, outcome, method, state
):
    write = FullUntil(getattr(world.ledger, method), lambda: ballast.missing_bytes == 0)
    monkeypatch.setattr(world.ledger, method, write)
    api.posts.append(outcome)
    world.click()

    world.submission.advance("01-run")

    assert world.run().state is state
    assert write.refused == 1
    assert ballast.missing_bytes == 4096


def test_a_run_that_is_found_again_is_adopted_in_the_room_of_the_ballast(
    world: World, api: ScriptedApi, ballast: Ballast, monkeypatch
):
    api.posts.append("lose")
    world.click()
    world.send(for_s=0.5)
    write = FullUntil(world.ledger.accept, lambda: ballast.missing_bytes == 0)
    monkeypatch.setattr(world.ledger, "accept", write)

    assert world.send().state is RunState.ACCEPTED
    assert write.refused == 1


def test_an_acceptance_that_cannot_be_noted_is_said_aloud_and_noted_later_without_asking(
    world: World, api: ScriptedApi, ballast: Ballast, monkeypatch, capfd
):
    is_full = [True]
    monkeypatch.setattr(world.ledger, "accept", FullUntil(world.ledger.accept, lambda: is_full[0]))
    world.click()

    for _ in range(3):
        with pytest.raises(NoRoom):
            world.submission.advance("01-run")

    (remote_id,) = api.runs
    assert world.run().state is RunState.SENDING
    assert capfd.readouterr().err == (
        f"plantain: the API accepted run 01-run as '{remote_id}', "
        f"and that could not be noted yet. {FULL}\n"
    )
    is_full[0] = False
    world.submission.advance("01-run")
    assert (world.run().state, world.run().remote_id) == (RunState.ACCEPTED, remote_id)
    assert (len(api.seen_posts), api.gets) == (1, [])
    world.submission.advance("01-run")
    assert world.submission._answers.not_noted("01-run") is None
