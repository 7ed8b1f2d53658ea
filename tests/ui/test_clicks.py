"""Which clicks on Generate are one, however slow the page is."""

from lib.ui.clicks import NERVOUS_FOR_S, after_drawing, after_making, for_input, new_click

SAME, OTHER = "same input", "other input"


def test_each_click_token_is_its_own() -> None:
    assert new_click().token != new_click().token


def test_the_first_click_uses_the_token_minted_with_the_form() -> None:
    minted = new_click()

    assert for_input(minted, SAME, now_s=0) == minted


def test_a_second_click_before_anything_was_drawn_is_the_first_one_however_late() -> None:
    made = after_making(new_click(), SAME, "run")

    assert for_input(made, SAME, now_s=3_600).token == made.token


def test_a_second_click_within_a_second_of_seeing_the_outcome_is_the_first_one() -> None:
    seen = after_drawing(after_making(new_click(), SAME, "run"), now_s=100)

    assert for_input(seen, SAME, now_s=100 + NERVOUS_FOR_S - 0.01).token == seen.token


def test_a_later_click_with_the_same_input_is_a_new_one() -> None:
    seen = after_drawing(after_making(new_click(), SAME, "run"), now_s=100)

    assert for_input(seen, SAME, now_s=100 + NERVOUS_FOR_S).token != seen.token


def test_a_click_with_another_input_is_always_a_new_one() -> None:
    made = after_making(new_click(), SAME, "run")

    assert for_input(made, OTHER, now_s=0).token != made.token


def test_an_echo_does_not_prolong_the_time_of_echoes() -> None:
    seen = after_drawing(after_making(new_click(), SAME, "run"), now_s=100)
    echo = after_drawing(after_making(seen, SAME, "run"), now_s=100.9)

    assert for_input(echo, SAME, now_s=101).token != seen.token


def test_drawing_a_form_that_made_nothing_changes_nothing() -> None:
    minted = new_click()

    assert after_drawing(minted, now_s=5) == minted
