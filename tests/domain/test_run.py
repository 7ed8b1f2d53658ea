"""Where a run stands: each state is either open or terminal, and so is each status of the API."""

from dataclasses import FrozenInstanceError

import pytest

from lib.domain.run import (
    OPEN,
    SUCCESSFUL_STATUSES,
    TERMINAL,
    TERMINAL_STATUSES,
    RemoteRun,
    Run,
    RunState,
    Status,
)


def run_in(state: RunState) -> Run:
    return Run(
        id="run",
        origin="sandbox",
        model_id="acme/painter",
        created_by="local",
        state=state,
        input={"prompt": "A banana"},
        request_body=b"{}",
        estimate_micros=80_000,
        price_version="1",
        created_at=0,
    )


def test_every_state_is_either_open_or_terminal() -> None:
    assert set(RunState) == OPEN | TERMINAL
    assert not OPEN & TERMINAL


@pytest.mark.parametrize(
    ("state", "is_terminal"),
    [
        (RunState.QUEUED, False),
        (RunState.SENDING, False),
        (RunState.UNKNOWN, False),
        (RunState.ACCEPTED, False),
        (RunState.STORED, True),
        (RunState.FAILED, True),
        (RunState.CANCELED, True),
        (RunState.PARKED, True),
    ],
)
def test_a_state_says_whether_anything_follows(state: RunState, is_terminal: bool) -> None:
    assert state.is_terminal is is_terminal
    assert run_in(state).is_open is not is_terminal


def test_states_are_stored_by_the_words_of_the_glossary() -> None:
    words = "queued sending unknown accepted stored failed canceled parked"

    assert " ".join(RunState) == words


@pytest.mark.parametrize(
    ("status", "is_terminal", "has_succeeded"),
    [
        (Status.QUEUED, False, False),
        (Status.DISPATCHING, False, False),
        (Status.RUNNING, False, False),
        (Status.SUCCEEDED, True, True),
        (Status.PARTIAL_SUCCEEDED, True, True),
        (Status.FAILED, True, False),
        (Status.CANCELED, True, False),
        ("something new", False, False),
    ],
)
def test_a_status_says_whether_the_api_is_done(
    status: str, is_terminal: bool, has_succeeded: bool
) -> None:
    remote = RemoteRun("remote", status)

    assert remote.is_terminal is is_terminal
    assert remote.has_succeeded is has_succeeded


@pytest.mark.parametrize(
    ("told", "ms"),
    [
        ("2026-05-06T10:00:00.123456+00:00", 1_778_061_600_123),
        ("2026-05-06T10:00:00Z", 1_778_061_600_000),
        ("2026-05-06T12:00:00+02:00", 1_778_061_600_000),
        ("2026-05-06T10:00:00", 1_778_061_600_000),
        (None, None),
        ("", None),
        ("yesterday", None),
        ("9999-99-99T00:00:00Z", None),
    ],
)
def test_the_time_that_the_api_took_a_run_is_read(told: str | None, ms: int | None) -> None:
    assert RemoteRun("remote", Status.QUEUED, created_at=told).created_ms == ms


def test_success_is_an_end() -> None:
    assert SUCCESSFUL_STATUSES < TERMINAL_STATUSES


def test_a_run_shows_its_prompt() -> None:
    assert run_in(RunState.QUEUED).prompt == "A banana"


def test_a_run_is_never_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        run_in(RunState.QUEUED).state = RunState.STORED  # type: ignore[misc]
