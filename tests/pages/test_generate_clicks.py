"""One click is one run, also when it is made twice; and what is refused is never sent."""

from lib.bootstrap import Services
from tests.pages.generating import PROMPT, GeneratePage


def runs_of(services: Services) -> int:
    return len(services.runs.recent(50))


def test_a_double_click_makes_one_run(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT)

    page.press("generate").press("generate")

    assert runs_of(services) == 1
    assert page.says("both clicks made one run")


def test_a_second_click_with_another_input_makes_a_second_run(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT)

    page.press("generate")
    page.fill(seed=8).press("generate")

    assert runs_of(services) == 2


def test_two_tabs_with_the_same_input_make_two_runs(services: Services) -> None:
    for page in (GeneratePage(services), GeneratePage(services)):
        page.fill(prompt=PROMPT).press("generate")

    assert runs_of(services) == 2


def test_a_click_says_at_once_that_the_run_is_queued(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT).press("generate")

    assert page.says("Queued.")


def test_a_click_after_a_refused_one_makes_a_run(services: Services) -> None:
    page = GeneratePage(services).press("generate")

    run = page.generate(prompt=PROMPT)

    assert run.prompt == PROMPT
