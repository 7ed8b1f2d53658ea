"""Tags and a collection on Generate: set before the click, kept for the next one, in the link."""

from collections.abc import Iterator

import pytest

from lib.bootstrap import Services
from lib.domain.budget import Scope
from lib.domain.organising import Sharing
from tests.pages.conftest import Make
from tests.pages.generating import PROMPT, GeneratePage
from tests.pages.reading import ReadingPage

EVIL = "![x](https://evil.example/x.png)"
LIMITED = f"limited {EVIL}"


@pytest.fixture
def kites(services: Services) -> Iterator[int]:
    made = services.organising.make_collection("Kites", sharing=Sharing.TEAM, by="local")
    yield made
    services.organising.delete_collection(made, by="local")


@pytest.fixture
def settings_page(services: Services) -> Iterator[ReadingPage]:
    yield ReadingPage("settings")
    for use in services.budgets.all_uses():
        services.budgets.end(use.budget.id, by="local")


def tags_of(services: Services, run_id: str) -> list[str]:
    return sorted(services.search.marks(run_id).tags)


def test_a_run_is_put_under_what_is_set_and_so_is_the_next(services: Services, kites: int) -> None:
    page = GeneratePage(services).fill(tag=["spring", EVIL], collection=kites)

    first = page.generate(prompt=PROMPT)
    second = page.generate(prompt="Another kite")

    for run in (first, second):
        assert tags_of(services, run.id) == sorted(["spring", EVIL])
        assert services.organising.collections_of(run.id, viewer="local") == [kites]
    assert page.says("2 tags, a collection")
    assert not any("evil.example" in str(text) for text in page.markdown())


def test_a_link_has_them_and_brings_them_back(services: Services, kites: int) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT, tag=["a", "b & c"], collection=kites)
    query = page.app.query_params

    assert (query["tag"], query["collection"]) == (["a", "b & c"], str(kites))
    again = GeneratePage(services, **query)
    assert (again.value("tag"), again.value("collection")) == (["a", "b & c"], kites)
    assert again.value("prompt") == PROMPT


def test_a_link_to_a_collection_that_is_gone_says_so(services: Services) -> None:
    page = GeneratePage(services, collection="4711", prompt=PROMPT)

    assert page.says("collection '4711' is not known here")
    assert page.generate().prompt == PROMPT


def test_a_collection_that_goes_while_it_is_set_is_let_go(services: Services) -> None:
    made = services.organising.make_collection("Gone", sharing=Sharing.TEAM, by="local")
    page = GeneratePage(services).fill(prompt=PROMPT, collection=made)
    services.organising.delete_collection(made, by="local")

    assert page.run().value("collection") is None
    assert page.generate().prompt == PROMPT


def test_a_name_that_no_tag_can_have_stands_at_the_button(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT, tag=["x" * 300]).press("generate")

    assert page.says("The name is too long (300)")
    assert services.runs.recent(9) == []


def test_another_tag_is_no_nervous_second_click(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT, tag=["one"])
    first = page.generate()

    second = page.generate(tag=["two"])

    assert tags_of(services, first.id) == ["one"]
    assert tags_of(services, second.id) == ["two"]


def test_a_tags_budget_made_in_settings_holds_at_the_click(
    services: Services, settings_page: ReadingPage, make: Make
) -> None:
    before = make(PROMPT)
    services.organising.tag([before.id], LIMITED, by="local")
    app = settings_page.app
    app.get_by_key("budget_scope").set_value(Scope.TAG)
    settings_page.run()
    app.get_by_key("budget_tag").set_value(LIMITED)
    app.get_by_key("budget_limit").set_value("0.18")
    settings_page.run().press("budget_make")
    assert settings_page.table("Until").iloc[-1]["Budget"] == f"Tag {LIMITED}, each month"
    page = GeneratePage(services).fill(prompt=PROMPT, tag=[LIMITED], num_images=2)

    page.press("generate")

    assert services.runs.recent(9) == [before]
    assert f"Tag {LIMITED}: $0.100 of $0.180 this month" in page.texts()
    assert page.says("has $0.100 left until")
    assert not any("evil.example" in str(text) for text in page.markdown())
    assert page.fill(tag=[]).generate().estimate_micros == 160_000


def test_a_collections_budget_is_made_of_those_the_team_sees(
    services: Services, settings_page: ReadingPage, kites: int
) -> None:
    app = settings_page.app
    app.get_by_key("budget_scope").set_value(Scope.COLLECTION)
    settings_page.run()
    app.get_by_key("budget_limit").set_value("1")
    settings_page.run().press("budget_make")
    assert settings_page.says("subject: say whose budget it is")

    app.get_by_key("budget_collection").set_value(kites)
    settings_page.run().press("budget_make")

    assert settings_page.table("Until").iloc[-1]["Budget"] == "Collection Kites, each month"
