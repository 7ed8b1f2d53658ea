"""Approvals: a dear request becomes a link, and an owner's yes or no to it counts once."""

from collections.abc import Callable, Iterator

import pytest

from lib.bootstrap import Services
from lib.domain.approval import ApprovalState
from lib.domain.run import Run
from lib.services import owners
from tests.pages.generating import PROMPT, GeneratePage
from tests.pages.reading import ReadingPage

EVIL = "![x](https://evil.example/x.png)"


@pytest.fixture
def threshold(services: Services) -> Iterator[None]:
    """An owner is asked above ten cents."""
    services.approvals.set_threshold(100_000, by="local")
    yield
    services.approvals.set_threshold(None, by="local")
    for one in services.approvals.waiting():
        services.approvals.refuse(one.id, by="local")


def ask(services: Services, prompt: str = PROMPT) -> str:
    GeneratePage(services).fill(prompt=prompt, num_images=2).press("generate")
    return services.approvals.waiting()[-1].id


@pytest.mark.usefixtures("threshold")
def test_a_dear_request_is_not_sent_and_its_link_stands_on_generate(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT, num_images=2)
    assert page.says("Generate asks one, and sends nothing yet")

    page.press("generate")

    assert services.runs.recent(9) == []
    (asked,) = services.approvals.waiting()
    assert page.says(f"approvals?request={asked.id}")
    assert GeneratePage(services).says(f"approvals?request={asked.id}"), "it is gone in a new tab"


@pytest.mark.usefixtures("threshold")
def test_a_double_click_asks_once(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT, num_images=2)

    page.press("generate").press("generate")

    assert services.approvals.count() == 1


@pytest.mark.usefixtures("threshold")
def test_what_is_not_dear_is_sent_as_ever(services: Services) -> None:
    page = GeneratePage(services)

    assert page.generate(prompt=PROMPT).estimate_micros == 80_000
    assert services.approvals.count() == 0


@pytest.mark.usefixtures("threshold")
def test_an_owner_accepts_from_the_link_and_the_run_is_made(
    services: Services, ended: Callable[[str], Run]
) -> None:
    asked = ask(services)
    page = ReadingPage("approvals", request=asked)
    assert page.says("Waits for an owner") or PROMPT in page.texts()

    page.press(f"approval_accept_{asked}")

    found = services.approvals.find(asked)
    assert found is not None
    assert found.run_id is not None
    assert ended(found.run_id).cost_micros == 160_000
    assert not page.has_button(f"approval_accept_{asked}")


@pytest.mark.usefixtures("threshold")
def test_a_refusal_says_who_and_why_behind_the_link(services: Services) -> None:
    asked = ask(services)
    page = ReadingPage("approvals", request=asked)
    page.app.get_by_key(f"approval_reason_{asked}").set_value(f"too dear {EVIL}")

    page.press(f"approval_refuse_{asked}")

    assert f"too dear {EVIL}" in page.texts()
    assert not any("evil.example" in str(text) for text in page.markdown())
    assert services.runs.recent(9) == []


@pytest.mark.usefixtures("threshold")
def test_who_is_no_owner_can_only_look(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    page = GeneratePage(services).fill(prompt=EVIL, num_images=2, tag=[EVIL])
    page.press("generate")
    asked = services.approvals.waiting()[-1].id
    monkeypatch.setattr(owners, "OWNERS", frozenset({"ada"}))

    page = ReadingPage("approvals")

    assert EVIL in page.texts()
    assert f"Under {EVIL}" in page.texts()
    assert not any("evil.example" in str(text) for text in page.markdown())
    assert page.says("An owner has to accept or refuse it.")
    assert not page.has_button(f"approval_accept_{asked}")
    monkeypatch.undo()
    assert services.approvals.find(asked).state is ApprovalState.WAITING  # type: ignore[union-attr]


def test_a_link_that_leads_nowhere_says_so(services: Services) -> None:
    assert any("no such request" in text for text in ReadingPage("approvals", request="x").texts())


def test_without_requests_the_page_says_what_will_stand_there(services: Services) -> None:
    assert ReadingPage("approvals").says("No request waits for an owner.")


def test_the_price_is_set_in_settings(services: Services) -> None:
    page = ReadingPage("settings")
    page.app.get_by_key("ask_above").set_value("0.25")
    page.run().press("ask_above_set")
    assert services.approvals.threshold() == 250_000

    page.app.get_by_key("ask_above").set_value("")
    page.run().press("ask_above_set")

    assert services.approvals.threshold() is None
