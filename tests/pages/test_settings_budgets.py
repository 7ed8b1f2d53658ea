"""Budgets in Settings: made, changed and ended there, and each open hold leads to its run."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from lib.bootstrap import Services
from lib.domain.budget import OverBudget, Scope, Window
from lib.domain.run import Run
from lib.services import owners
from tests.pages.reading import ReadingPage

MODEL = "google/nano-banana-2"


@pytest.fixture
def page(services: Services) -> Iterator[ReadingPage]:
    yield ReadingPage("settings")
    for use in services.budgets.all_uses():
        services.budgets.end(use.budget.id, by="local")


def fill(page: ReadingPage, **values: object) -> ReadingPage:
    for key, value in values.items():
        page.app.get_by_key(key).set_value(value)
        page.run()
    return page


def click(services: Services, **values: object) -> str:
    return services.runs.submit(
        MODEL, {"prompt": "a kite", **values}, click_token=str(values), created_by="local"
    )


def test_a_budget_that_is_made_counts_at_once(services: Services, page: ReadingPage) -> None:
    assert page.says("There is no budget yet")

    fill(page, budget_limit="0.00").press("budget_make")

    assert page.table("Until").iloc[0]["Budget"] == "Team, each month"
    assert any("counts from now on" in toast.value for toast in page.app.toast)
    with pytest.raises(OverBudget):
        click(services)


@pytest.mark.parametrize("typed", ["", "ten", "1e999", "-1"])
def test_what_is_no_limit_is_refused_with_the_remedy(page: ReadingPage, typed: str) -> None:
    fill(page, budget_limit=typed).press("budget_make")

    assert any(text.startswith("limit: give an amount") for text in page.texts())
    assert page.app.get_by_key("budget_limit").value == typed
    assert not page.has_table("Until")


def test_a_persons_budget_for_a_time_ends_with_its_last_day(page: ReadingPage) -> None:
    days = {"budget_first_day": date(2026, 1, 5), "budget_last_day": date(2026, 1, 4)}
    terms = {"budget_scope": Scope.PERSON, "budget_window": Window.ONCE, "budget_limit": "1"}

    fill(page, **terms).press("budget_make")
    fill(page, **days).press("budget_make")
    assert any(text.startswith("last_day: give one") for text in page.texts())
    fill(page, budget_last_day=date(2026, 1, 31)).press("budget_make")

    made = page.table("Until").iloc[-1]
    assert made["Budget"] == "Person local, from 2026-01-05 to 2026-01-31"
    assert made["Until"] == "2026-02-01 00:00 UTC"


def test_a_budget_is_changed_and_ended_and_both_are_on_record(
    services: Services, page: ReadingPage
) -> None:
    fill(page, budget_limit="1.00").press("budget_make")
    (use,) = services.budgets.all_uses()
    key = f"budget_{use.budget.id}"

    fill(page, **{f"{key}_limit": "$1,250.50"}).press(f"{key}_change")
    assert page.table("Until").iloc[0]["Limit"] == "$1,250.50"
    page.press(f"{key}_end")

    assert not page.has_table("Until")
    history = page.table("Done").head(3)
    assert list(history["Done"]) == ["ended", "changed", "made"]
    assert list(history["Limit"]) == ["$1,250.50", "$1,250.50", "$1.00"]


def test_each_hold_stands_with_its_age_its_person_and_a_link_to_its_run(
    services: Services, page: ReadingPage, ended: Callable[[str], Run]
) -> None:
    fill(page, budget_limit="100").press("budget_make")
    run_id = click(services, prompt="[slow] a kite", num_images=2)
    page.run()

    held = page.table("Since")
    ended(run_id)

    assert list(held["Amount"]) == ["$0.160"]
    assert list(held["Person"]) == ["local"]
    assert held["Run"][0].endswith(f"/history?run={run_id}")
    assert not page.run().has_table("Since")


def test_who_is_no_owner_sees_budgets_and_sets_none(
    services: Services, page: ReadingPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(page, budget_limit="1.00").press("budget_make")
    monkeypatch.setattr(owners, "OWNERS", frozenset({"ada"}))
    page.run()

    assert page.says("Budgets are set by owners.")
    assert page.has_table("Until")
    assert not page.has_button("budget_make")
    (use,) = services.budgets.all_uses()
    with pytest.raises(owners.NotAnOwner):
        services.budgets.end(use.budget.id, by="local")
    monkeypatch.undo()
