"""Cards of runs that are hard to come by: parked, broken pictures, odd costs and answers."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.run import CostBasis, Failure, Run, RunState
from lib.ui.card_failures import next_step
from lib.ui.card_pictures import width_for
from tests.ui.runs import AROUND, PICTURE, a_failed_run, a_run


def card_of(run: Run) -> AppTest:
    """The card, drawn alone."""

    def script(run, around):
        from lib.ui.run_card import draw_card

        draw_card(run, around)

    drawn = AppTest.from_function(script, args=(run, AROUND)).run()
    assert not drawn.exception, drawn.exception
    return drawn


def texts(card: AppTest) -> str:
    return "\n".join(item.value for item in [*card.text, *card.code])


def words(card: AppTest) -> str:
    return "\n".join(item.value for item in [*card.markdown, *card.caption])


def test_a_parked_run_says_what_is_known_and_that_a_person_decides() -> None:
    card = card_of(
        a_run(
            RunState.PARKED,
            remote_id="run_77",
            note="The API does not know this run.",
            cost_basis=CostBasis.IN_DOUBT,
        )
    )

    assert "Needs a decision" in words(card)
    assert "may have been charged" in words(card)
    assert "Cost in doubt" in words(card)
    assert "cost nothing" not in words(card)
    assert "The API does not know this run." in texts(card)
    assert "run_77" in texts(card)


def test_a_run_that_was_given_up_says_what_is_counted_and_can_be_taken_back() -> None:
    card = card_of(
        a_run(
            RunState.PARKED,
            decided_at=1,
            cost_micros=80_000,
            cost_basis=CostBasis.COMPUTED,
        )
    )

    assert "Given up" in words(card)
    assert "Cost \\$0.080 as decided" in words(card)
    assert "\\$0.080 is counted as its cost" in words(card)
    assert "may have been charged" not in words(card)
    assert [button.label for button in card.button if "undecide" in str(button.key)] == [
        "Take it back"
    ]


def test_a_failed_run_that_was_charged_does_not_claim_to_be_free() -> None:
    card = card_of(a_failed_run(remote_id="run_1", cost_micros=40_000))

    assert "It cost \\$0.040." in words(card)
    assert "nothing" not in words(card)


def test_a_failed_run_of_unknown_cost_does_not_claim_to_be_free() -> None:
    card = card_of(a_failed_run(remote_id="run_1", cost_micros=None, cost_basis=None))

    assert "not known yet" in words(card)
    assert "nothing" not in words(card)


def test_a_file_that_is_no_picture_is_kept_and_can_be_downloaded() -> None:
    broken = replace(PICTURE, width=None, height=None, mime="application/octet-stream")
    broken = replace(broken, problem="It is not a whole PNG.", size_bytes=812)
    card = card_of(a_run(RunState.STORED, pictures=(broken,), cost_micros=80_000))

    assert "cannot be shown. It is kept." in words(card)
    assert "It is not a whole PNG." in texts(card)
    assert not card.image
    assert [button.value for button in card.link_button] == ["File · 812 bytes"]


@pytest.mark.parametrize(
    ("width", "height", "drawn"),
    [(1024, 1024, 520), (384, 3072, 65), (3072, 384, 4160), (896, 1200, 388), (1, 9_999, 1)],
)
def test_a_picture_keeps_its_shape_and_is_never_too_tall(
    width: int, height: int, drawn: int
) -> None:
    picture = replace(PICTURE, width=width, height=height)

    assert width_for(picture, tallest=520) == drawn


def test_a_large_original_is_shown_as_its_thumbnail() -> None:
    run = a_run(RunState.STORED, pictures=(replace(PICTURE, size_bytes=24_000_000),))

    assert card_of(run).image[0].value == [f"/app/static/thumb/{PICTURE.sha256}"]


def test_the_words_of_the_api_are_never_markdown() -> None:
    evil = "![x](https://evil.example/x.png)"
    run = a_failed_run(failure=Failure(evil, evil, evil), remote_id="run_1", seed_used=evil)

    card = card_of(run)

    assert evil in texts(card)
    assert "evil.example" not in words(card)


def test_an_odd_status_and_note_are_never_markdown() -> None:
    evil = "**![x](https://evil.example/x.png)**"
    card = card_of(a_run(RunState.ACCEPTED, status=evil, note=evil))

    assert evil in texts(card)
    assert "evil.example" not in words(card)


@pytest.mark.parametrize(
    ("http_status", "told"),
    [
        (401, "Check the API key"),
        (402, "Add credit"),
        (403, "Check the API key"),
        (404, "does not offer this model"),
        (422, "Correct what the API names"),
        (None, "Check the connection"),
    ],
)
def test_each_refusal_has_its_own_next_step(http_status: int | None, told: str) -> None:
    assert told in next_step(a_failed_run(http_status=http_status))
