"""The account: what the API says of it, what to do when it does not, and never the key."""

import socket
from collections.abc import Iterator

import pytest

from lib.runflow.api import Client
from lib.runflow.secret import Secret
from lib.services.account import FRESH_FOR_S, AccountService, AccountStatus, key_ending
from lib.settings import Settings
from tests.runflow.scripted_server import Act, ScriptedServer, answer
from tests.set_clock import SetClock

KEY = "rf_live_canary0123456789abcdef"
BALANCE = answer(200, {"balance": "12.345678", "currency": "USD"})


def asked(base_url: str, clock: SetClock) -> AccountStatus:
    with Client(base_url, Secret(KEY), clock=clock) as client:
        return AccountService(client, clock).status()


def told(clock: SetClock, *acts: Act) -> AccountStatus:
    with ScriptedServer(acts) as server:
        return asked(server.base_url, clock)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine that is taken and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_an_answer_tells_of_address_key_and_credit_at_once(clock: SetClock) -> None:
    status = told(clock, BALANCE)

    assert status == AccountStatus(True, 12_345_678, None, None, clock.wall_ms)


@pytest.mark.parametrize(
    ("act", "is_reachable", "remedy"),
    [
        (answer(401, {"code": "UNAUTHORIZED", "message": "No."}), True, "RUNFLOW_API_KEY"),
        (answer(403, {"code": "FORBIDDEN", "message": "No."}), True, "RUNFLOW_API_KEY"),
        (answer(404, {"code": "NOT_FOUND", "message": "No."}), True, "only the balance"),
        (answer(429, {"code": "RATE_LIMITED", "message": "No."}), True, "Wait a minute"),
        (answer(500, {"code": "INTERNAL", "message": "No."}), True, "RUNFLOW_BASE_URL"),
        (answer(200, b"<html>hello</html>"), True, "RUNFLOW_BASE_URL"),
        (Act(then="reset"), False, "check again in a moment"),
    ],
    ids=["401", "403", "404", "429", "500", "a web page", "reset"],
)
def test_each_trouble_says_what_to_do(
    clock: SetClock, act: Act, is_reachable: bool, remedy: str
) -> None:
    status = told(clock, act)

    assert status.is_reachable is is_reachable
    assert status.balance_micros is None
    assert status.problem
    assert remedy in str(status.remedy)


def test_nobody_at_the_address_is_not_reachable(clock: SetClock, closed_port: int) -> None:
    status = asked(f"http://127.0.0.1:{closed_port}", clock)

    assert not status.is_reachable
    assert "could not be reached" in str(status.problem)
    assert "RUNFLOW_BASE_URL" in str(status.remedy)


def test_the_api_is_asked_once_a_moment(clock: SetClock) -> None:
    with (
        ScriptedServer((BALANCE,)) as server,
        Client(server.base_url, Secret(KEY), clock=clock) as client,
    ):
        service = AccountService(client, clock)
        service.status()
        clock.pass_s(FRESH_FOR_S - 1)
        service.status()
        assert len(server.requests) == 1

        clock.pass_s(1)
        service.status()
        assert len(server.requests) == 2

        service.forget()
        service.status()
        assert len(server.requests) == 3


def test_a_connection_that_was_just_closed_is_no_silent_api(clock: SetClock) -> None:
    assert told(clock, Act(then="reset"), BALANCE).problem is None


def test_trouble_is_tried_once_and_not_again_and_again(clock: SetClock) -> None:
    with ScriptedServer((answer(500, {}),)) as server:
        asked(server.base_url, clock)

    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [401, 500])
def test_the_key_is_not_told_even_when_the_api_tells_it(clock: SetClock, status: int) -> None:
    found = told(clock, answer(status, {"code": "NO", "message": f"bad key {KEY}"}))

    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("key", "ending"), [(None, None), (KEY, "cdef"), ("short", ""), ("elevenchars", "")]
)
def test_of_the_key_at_most_four_characters_are_shown(key: str | None, ending: str | None) -> None:
    assert key_ending(Settings(runflow_api_key=key)) == ending
