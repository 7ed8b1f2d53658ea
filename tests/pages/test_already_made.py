"""'You already have this' on Generate: offered before the click, opened for nothing, counted."""

from lib.bootstrap import Services
from lib.domain.already_made import Saved
from tests.pages.conftest import Make, wait_until
from tests.pages.generating import PROMPT, GeneratePage

ALWAYS = (0, 10**15)
OFFER = "**You already have this**, for \\$0.000:"


def test_the_same_request_of_anyone_is_offered_and_another_is_not(
    services: Services, make: Make
) -> None:
    make(PROMPT, resolution="2K", num_images=2)

    page = GeneratePage(services, prompt=PROMPT, resolution="2K", num_images="2")
    assert page.says(OFFER)
    assert page.says("2 pictures")
    assert not page.fill(seed=7).says(OFFER)
    assert not GeneratePage(services, prompt=PROMPT).says(OFFER)


def test_using_it_opens_it_and_is_counted_as_saved(services: Services, make: Make) -> None:
    made = make(PROMPT, resolution="2K")
    before = services.already.saved(*ALWAYS)
    page = GeneratePage(services, prompt=PROMPT, resolution="2K")

    page.press("use_this_picture")

    assert page.app.query_params["run"] == made.id
    assert services.runs.recent(9) == [made], "something was sent"
    after = services.already.saved(*ALWAYS)
    assert after == Saved(before.times + 1, before.micros + 120_000)


def test_generate_makes_another_one_all_the_same(services: Services, make: Make) -> None:
    made = make(PROMPT)
    page = GeneratePage(services, prompt=PROMPT)
    assert page.says(OFFER)

    again = page.generate()

    assert again.id != made.id
    assert again.input == made.input


def test_what_this_form_has_just_made_is_not_offered_to_it(services: Services) -> None:
    page = GeneratePage(services)
    run = page.generate(prompt="A kite for myself")
    wait_until(lambda: not services.runs.has_open())

    assert not page.run().says(OFFER)
    assert GeneratePage(services, prompt=run.prompt).says(OFFER)


def test_a_deleted_one_is_neither_offered_nor_used(services: Services, make: Make) -> None:
    made = make("A kite that goes")
    page = GeneratePage(services, prompt=made.prompt)
    before = services.already.saved(*ALWAYS)
    services.runs.delete(made.id)

    page.press("use_this_picture")

    assert page.says("Its pictures were deleted meanwhile")
    assert services.already.saved(*ALWAYS) == before
    assert not page.run().says(OFFER)


def test_a_form_with_mistakes_is_offered_nothing(services: Services) -> None:
    assert not GeneratePage(services).fill(prompt="x").says(OFFER)
