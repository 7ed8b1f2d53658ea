"""What a card's head says of a run: what is waited for, in plain words."""

from dataclasses import replace

import pytest

from lib.domain.run import RunState, Status
from lib.ui.card_states import standing
from tests.ui.runs import AROUND, NOW, PICTURE, a_failed_run, a_run


@pytest.mark.parametrize("state", RunState, ids=str)
def test_every_state_has_a_label_of_its_own(state: RunState) -> None:
    labels = {standing(a_run(other), AROUND).label for other in RunState}

    assert standing(a_run(state), AROUND).label
    assert len(labels) == len(RunState)


def test_a_queued_run_says_how_many_go_at_a_time() -> None:
    assert "Up to 8 runs" in standing(a_run(RunState.QUEUED), AROUND).sentence


def test_a_queued_run_that_could_not_be_sent_says_when_the_next_try_is() -> None:
    run = a_run(RunState.QUEUED, due_at=NOW + 2_100)

    assert standing(run, AROUND).sentence == "Nothing was sent yet. Next try in 3\u00a0s."


def test_where_runs_are_not_carried_out_a_queued_one_says_who_does_it() -> None:
    elsewhere = replace(AROUND, executes=False)

    assert "the Plantain that carries out" in standing(a_run(RunState.QUEUED), elsewhere).sentence


def test_after_a_lost_answer_the_api_is_asked_first() -> None:
    run = a_run(RunState.UNKNOWN, due_at=NOW + 4_000)

    assert standing(run, AROUND).sentence == (
        "The API's answer was lost. It is asked before anything is sent again; "
        "nothing is paid twice. Next look in 4\u00a0s."
    )


@pytest.mark.parametrize("http_status", [409, 429, 503])
def test_an_api_that_asks_to_wait_has_not_lost_an_answer(http_status: int) -> None:
    said = standing(a_run(RunState.UNKNOWN, http_status=http_status), AROUND).sentence

    assert said.startswith("The API did not take it now.")
    assert "nothing is paid twice" in said


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (Status.QUEUED, "In the API's queue · 10\u00a0s"),
        (Status.DISPATCHING, "The API hands it to the model · 10\u00a0s"),
        (Status.RUNNING, "The model is working · 10\u00a0s"),
        (Status.SUCCEEDED, "Fetching the pictures."),
        ("pondering", "The API says: pondering · 10\u00a0s"),
    ],
)
def test_a_run_at_the_api_says_what_happens_there(status: str, told: str) -> None:
    run = a_run(RunState.ACCEPTED, status=status)

    assert standing(run, AROUND).sentence == told


@pytest.mark.parametrize(
    ("came", "asked", "told"),
    [
        (1, 1, ""),
        (2, 3, "2 of 3 pictures came."),
        (3, 1, "3 pictures came where 1 was asked for."),
    ],
)
def test_pictures_are_counted_against_what_was_asked(came: int, asked: int, told: str) -> None:
    pictures = tuple(replace(PICTURE, index=index) for index in range(came))
    run = a_run(RunState.STORED, input={"num_images": asked}, pictures=pictures)

    assert standing(run, AROUND).sentence == told


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"http_status": 400}, "Refused"),
        ({"http_status": 401}, "Key refused"),
        ({"http_status": 402}, "Out of credit"),
        ({"http_status": 403}, "Key refused"),
        ({"http_status": 404}, "Not found"),
        ({"http_status": 422}, "Refused"),
        ({}, "Not sent"),
        ({"remote_id": "run_1"}, "Failed"),
    ],
)
def test_each_way_to_fail_is_called_differently(values: dict[str, object], label: str) -> None:
    assert standing(a_failed_run(**values), AROUND).label == label
