"""The cards: each way a run can go says what happened, what it cost, and what to do next."""

from collections.abc import Callable

import pytest

from lib.bootstrap import Services
from lib.domain.run import Run, RunState
from tests.pages.conftest import wait_until
from tests.pages.generating import PROMPT, GeneratePage

Ended = Callable[[str], Run]


def test_before_the_first_run_the_page_says_what_will_be_here(services: Services) -> None:
    page = GeneratePage(services)

    assert page.says("Your pictures will appear here")
    assert page.says("Treehouse hotel")


def test_an_example_fills_the_prompt_and_leaves_the_settings(services: Services) -> None:
    page = GeneratePage(services).fill(resolution="2K")

    page.press("example_treehouse")

    assert page.value("prompt").startswith("A bioluminescent treehouse hotel")
    assert page.value("resolution") == "2K"


def test_a_run_shows_its_pictures_cost_seed_and_time(services: Services, ended: Ended) -> None:
    page = GeneratePage(services)
    run = ended(page.generate(prompt=PROMPT, num_images=2, seed=42).id)

    card = page.run().card(run)

    assert page.says("Done", card)
    assert page.says("Cost \\$0.160 confirmed · estimate \\$0.160", card)
    assert page.says("Seed 42 · took", card)
    assert page.says("not flagged", card)
    shown = [address for image in card.image for address in image.value]
    assert shown == [f"/app/static/thumb/{picture.sha256}" for picture in run.pictures]


def test_pictures_come_by_address_never_as_bytes(services: Services, ended: Ended) -> None:
    page = GeneratePage(services)
    run = ended(page.generate(prompt=PROMPT).id)
    picture = run.pictures[0]

    card = page.run().card(run)

    assert [image.value for image in card.image] == [[f"/app/static/img/{picture.sha256}"]]
    downloads = [button.url for button in card.link_button]
    assert downloads == [f"/app/static/download/{picture.sha256}?run={run.id}"]


def test_another_tab_shows_the_same_runs(services: Services, ended: Ended) -> None:
    run = ended(GeneratePage(services).generate(prompt=PROMPT).id)

    assert GeneratePage(services).has_card(run)


def test_the_newest_run_is_on_top(services: Services, ended: Ended) -> None:
    page = GeneratePage(services)
    runs = [ended(page.generate(prompt=f"{PROMPT} {number}").id) for number in range(3)]

    shown = [text for text in page.run().texts() if text.startswith(PROMPT)]

    assert shown == [run.prompt for run in reversed(runs)]


def test_a_failed_run_says_why_in_the_apis_words_and_that_it_was_free(
    services: Services, ended: Ended
) -> None:
    page = GeneratePage(services)
    run = ended(page.generate(prompt=f"{PROMPT} [fail]").id)

    card = page.run().card(run)

    assert page.says("Failed", card)
    assert "The provider could not generate the image." in page.texts(card)
    assert "PROVIDER_ERROR · execution" in page.texts(card)
    assert page.says("It cost nothing.", card)
    assert page.says("change the prompt", card)


def test_a_run_without_credit_says_what_to_do(services: Services, ended: Ended) -> None:
    page = GeneratePage(services)
    run = ended(page.generate(prompt=f"{PROMPT} [no credit]").id)

    card = page.run().card(run)

    assert page.says("Out of credit", card)
    assert "Insufficient credit: add credits to go on." in page.texts(card)
    assert page.says("Add credit to the Runflow account", card)
    assert page.says("It cost nothing.", card)


def test_fewer_pictures_than_asked_are_counted(services: Services, ended: Ended) -> None:
    page = GeneratePage(services)
    run = ended(page.generate(prompt=f"{PROMPT} [partial]", num_images=3).id)

    card = page.run().card(run)

    assert "2 of 3 pictures came." in page.texts(card)
    assert page.says("Cost \\$0.160 confirmed · estimate \\$0.240", card)


def test_a_flagged_run_bears_a_badge(services: Services, ended: Ended) -> None:
    page = GeneratePage(services)
    run = ended(page.generate(prompt=f"{PROMPT} [flagged]").id)

    card = page.run().card(run)

    assert page.says("Flagged as NSFW", card)
    assert page.says("flagged as NSFW", card)


def test_a_lost_answer_says_that_nothing_is_paid_twice(services: Services, ended: Ended) -> None:
    page = GeneratePage(services)
    run = page.generate(prompt=f"{PROMPT} [lost answer]")
    wait_until(lambda: (services.runs.find(run.id) or run).state is RunState.UNKNOWN)

    card = page.run().card(run)

    assert page.says("Looking for it", card)
    assert page.says("nothing is paid twice", card)
    assert ended(run.id).state is RunState.STORED


def test_a_run_under_way_says_where_it_is(services: Services) -> None:
    page = GeneratePage(services)
    run = page.generate(prompt=f"{PROMPT} [slow]")
    wait_until(lambda: (services.runs.find(run.id) or run).status == "running")

    card = page.run().card(run)

    assert page.says("Running", card)
    assert page.says("The model is working", card)
    assert page.says("Estimate \\$0.080", card)


def test_more_runs_are_shown_when_asked_for(services: Services, ended: Ended) -> None:
    page = GeneratePage(services)
    for number in range(13):
        run = page.generate(prompt=f"{PROMPT} {number}")
    first = services.runs.recent(13)[-1]
    ended(run.id)
    assert not page.run().has_card(first)

    page.press("show_more")

    assert page.has_card(first)


@pytest.mark.parametrize("view", ["Facts", "Code", "JSON", "Story"])
def test_details_are_made_when_they_are_opened(services: Services, ended: Ended, view: str) -> None:
    told = {
        "Facts": "remote_id",
        "Code": "requests.post(",
        "JSON": '"client_ref"',
        "Story": "queued",
    }
    page = GeneratePage(services)
    run = ended(page.generate(prompt=PROMPT).id)
    assert not page.run().says(told[view], page.card(run))

    page.app.session_state[f"details_{run.id}"] = True
    page.app.session_state[f"view_{run.id}"] = view
    page.run()

    assert page.says(told[view], page.card(run))
