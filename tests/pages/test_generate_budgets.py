"""Budgets on Generate: what is left stands beside the price, and a refusal says what would fit."""

from collections.abc import Callable, Iterator

import pytest

from lib.bootstrap import Services
from lib.domain.budget import Scope, Strength, Terms, Window
from lib.domain.run import Run
from tests.pages.generating import PROMPT, GeneratePage

Set = Callable[..., int]


@pytest.fixture
def set_budget(services: Services) -> Iterator[Set]:
    """Sets a budget that leaves so much from now on, and ends it after the test."""
    made: list[int] = []

    def leave(micros: int, window: Window = Window.DAY, **others: object) -> int:
        values = {"scope": Scope.TEAM, "subject": "", "strength": Strength.HARD, **others}
        before = Terms(window=window, limit_micros=0, zone="UTC", **values)
        made.append(services.budgets.make(before, by="local"))
        use = next(one for one in services.budgets.all_uses() if one.budget.id == made[-1])
        limit = use.used_micros + micros
        services.budgets.change(made[-1], limit_micros=limit, strength=before.strength, by="local")
        return limit

    yield leave
    for budget_id in made:
        services.budgets.end(budget_id, by="local")


def test_without_budgets_nothing_is_said_of_them(services: Services) -> None:
    assert not GeneratePage(services).says("budget")


def test_what_is_left_stands_beside_the_estimate(services: Services, set_budget: Set) -> None:
    set_budget(500_000)
    set_budget(200_000, Window.MONTH, scope=Scope.PERSON, subject="local")
    page = GeneratePage(services)

    assert page.says("The team: \\$0.500 of")
    assert page.says("You: \\$0.200 of")
    assert page.says("this month")


def test_a_run_that_does_not_fit_is_refused_and_nothing_of_the_form_is_lost(
    services: Services, set_budget: Set
) -> None:
    set_budget(200_000)
    page = GeneratePage(services).fill(prompt=PROMPT, num_images=4, resolution="2K", seed=7)

    page.press("generate")

    assert services.runs.recent(9) == []
    assert page.says("Nothing was sent: this run does not fit into one budget.")
    assert page.says("This costs $0.480; the team has $0.200 left until ")
    assert [page.value(name) for name in ("prompt", "num_images", "resolution", "seed")] == [
        *(PROMPT, 4, "2K", 7)
    ]


def test_one_click_makes_the_request_fit_and_the_next_sends_it(
    services: Services, set_budget: Set, ended: Callable[[str], Run]
) -> None:
    set_budget(330_000)
    page = GeneratePage(services).fill(prompt=PROMPT, num_images=4, resolution="4K")
    page.press("generate")

    page.press("budget_1K")
    assert not page.says("Nothing was sent")
    run = page.generate()

    assert (run.input["num_images"], run.input["resolution"]) == (4, "1K")
    assert run.prompt == PROMPT
    assert ended(run.id).cost_micros == 320_000
    assert page.run().says("\\$0.010 of")


def test_where_no_picture_fits_the_page_says_so(services: Services, set_budget: Set) -> None:
    set_budget(10_000)
    page = GeneratePage(services)

    assert page.says("No picture of any size fits")
    assert not any(str(button.key).startswith("budget_") for button in page.app.button)


def test_a_soft_budget_warns_and_lets_through(services: Services, set_budget: Set) -> None:
    set_budget(0, strength=Strength.SOFT)
    page = GeneratePage(services).fill(prompt=PROMPT)

    assert page.says("This budget only warns.")
    assert page.generate().estimate_micros == 80_000


def test_budgets_of_others_are_not_shown(services: Services, set_budget: Set) -> None:
    set_budget(0, scope=Scope.PERSON, subject="ada")

    assert not GeneratePage(services).says("budget")
