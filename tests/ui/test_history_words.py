"""A row of the history says the same of a run as its card."""

from dataclasses import replace

import pytest

from lib.domain.run import Run, RunState
from lib.ui.card_states import Surroundings, standing
from lib.ui.history_words import GIVEN_UP, LABELS, state_words
from lib.ui.sizes import in_words


def a_run(state: RunState) -> Run:
    return Run("01", "sandbox", "m", "local", state, {}, b"", 0, "v", 0, remote_id="r")


@pytest.mark.parametrize("state", RunState)
def test_a_row_and_a_card_use_the_same_label(state: RunState) -> None:
    assert LABELS[state] == standing(a_run(state), Surroundings(0, 8)).label


def test_a_run_that_was_given_up_says_so_in_both() -> None:
    given_up = replace(a_run(RunState.PARKED), decided_at=1)
    words = {"pictures": 0, "num_images": 1, "nsfw_detected": None, "is_decided": True}

    assert standing(given_up, Surroundings(0, 8)).label == GIVEN_UP
    assert state_words(RunState.PARKED, **words) == GIVEN_UP
    assert state_words(RunState.STORED, **{**words, "pictures": 1}) == "Done"


@pytest.mark.parametrize(
    ("pictures", "num_images", "nsfw_detected", "words"),
    [
        (1, 1, None, "Done"),
        (1, 1, False, "Done"),
        (3, 4, False, "Done, 3 of 4 pictures"),
        (2, 1, False, "Done, 2 of 1 pictures"),
        (0, 1, True, "Done, 0 of 1 pictures, flagged as NSFW"),
    ],
)
def test_a_finished_run_says_what_is_unusual(
    pictures: int, num_images: int, nsfw_detected: bool | None, words: str
) -> None:
    said = state_words(
        RunState.STORED, pictures=pictures, num_images=num_images, nsfw_detected=nsfw_detected
    )

    assert said == words


@pytest.mark.parametrize("state", sorted(set(RunState) - {RunState.STORED}))
def test_a_run_without_an_end_is_not_said_to_lack_pictures(state: RunState) -> None:
    said = state_words(state, pictures=0, num_images=4, nsfw_detected=None)

    assert said == LABELS[state]


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (24_160_000, "24.2 MB"),
        (80_400_000_000, "80.4 GB"),
    ],
)
def test_sizes_have_the_unit_that_fits(size: int, words: str) -> None:
    assert in_words(size) == words
