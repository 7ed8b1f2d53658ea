"""What one can do with a run from its card."""

from collections.abc import Callable

import pytest

from lib.bootstrap import Services
from lib.domain.run import Run, RunState
from tests.pages.generating import PROMPT, GeneratePage

Ended = Callable[[str], Run]
SETTINGS = {"plantain_max_open_runs": 1}
CHOSEN = {"resolution": "0.5K", "aspect_ratio": "21:9", "thinking_level": "minimal", "seed": 5}


@pytest.fixture
def page(services: Services) -> GeneratePage:
    return GeneratePage(services)


def test_use_again_fills_the_form_with_what_was_asked_for(page: GeneratePage, ended: Ended) -> None:
    run = ended(page.generate(prompt=PROMPT, **CHOSEN).id)
    page.fill(prompt="Something else", resolution="4K", seed=None, thinking_level=None)

    page.press(f"again_{run.id}")

    assert page.value("prompt") == PROMPT
    assert {name: page.value(name) for name in CHOSEN} == CHOSEN


def test_use_again_unsets_what_the_run_left_unset(page: GeneratePage, ended: Ended) -> None:
    run = ended(page.generate(prompt=PROMPT).id)
    page.fill(seed=9, thinking_level="high")

    page.press(f"again_{run.id}")

    assert page.value("seed") is None
    assert page.value("thinking_level") is None


def test_a_new_seed_differs_and_everything_else_is_the_same(
    page: GeneratePage, ended: Ended
) -> None:
    run = ended(page.generate(prompt=PROMPT, **CHOSEN).id)

    page.press(f"reseed_{run.id}")
    again = page.generate()

    assert again.input["seed"] != run.input["seed"]
    assert {**again.input, "seed": 5} == run.input


def test_use_again_works_while_other_runs_are_under_way(page: GeneratePage, ended: Ended) -> None:
    run = page.generate(prompt=f"{PROMPT} [slow]", seed=3)
    page.fill(prompt="Something else", seed=None)

    page.press(f"again_{run.id}")

    assert page.value("prompt") == run.prompt
    assert page.value("seed") == 3
    ended(run.id)


def test_a_deleted_run_is_gone_and_comes_back_when_undone(page: GeneratePage, ended: Ended) -> None:
    run = ended(page.generate(prompt=PROMPT).id)
    page.run().press(f"delete_{run.id}")
    assert not page.has_card(run)

    page.press("undo_delete")

    assert page.has_card(run)


def test_a_run_under_way_cannot_be_deleted(page: GeneratePage) -> None:
    run = page.generate(prompt=f"{PROMPT} [slow]")

    with pytest.raises(KeyError):
        page.app.button(key=f"delete_{run.id}")


def test_a_run_that_waits_can_be_taken_back_for_free(
    page: GeneratePage, services: Services, ended: Ended
) -> None:
    page.generate(prompt=f"{PROMPT} [slow]")
    waiting = page.generate(prompt=PROMPT)
    assert page.says("Waits to be sent. Up to 1 runs", page.card(waiting))

    page.press(f"cancel_{waiting.id}")

    assert ended(waiting.id).state is RunState.CANCELED
    card = page.run().card(waiting)
    assert page.says("Taken back before it was sent.", card)
    assert page.says("Cost \\$0.000", card)


def test_taking_back_too_late_says_so(page: GeneratePage, services: Services) -> None:
    page.generate(prompt=f"{PROMPT} [slow]")
    waiting = page.generate(prompt=PROMPT)
    services.runs.cancel(waiting.id)

    page.press(f"cancel_{waiting.id}")

    assert page.says("Too late")


def test_the_links_of_a_run_are_shown_when_asked_for(page: GeneratePage, ended: Ended) -> None:
    run = ended(page.generate(prompt=PROMPT, seed=5).id)

    page.app.session_state[f"link_{run.id}"] = True
    shown = page.run().texts(page.card(run))

    assert "/?prompt=A+red+kite+above+a+quiet+bay&seed=5" in shown
    assert f"/history?run={run.id}" in shown
