"""Settings shows the last audit, makes one on demand, and lists what was found out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from lib.bootstrap import Services
from lib.domain.audit import Audit
from lib.services.audit import AuditState
from lib.ui import wiring
from tests.pages.conftest import wait_until
from tests.pages.reading import ReadingPage

EVIL = "![x](https://evil.example/x.png)"
HOUR_MS = 3_600_000


class ToldAudits:
    """In the service's place: tells the state that a test made up."""

    def __init__(self, state: AuditState) -> None:
        self._state = state
        self.requests = 0

    def state(self) -> AuditState:
        return self._state

    def request(self) -> bool:
        self.requests += 1
        return True


@pytest.fixture
def tell(services: Services) -> Iterator[Any]:
    def telling(state: AuditState) -> ToldAudits:
        audits = ToldAudits(state)
        wiring.offer(replace(services, audits=audits))  # type: ignore[arg-type]
        return audits

    yield telling
    wiring.offer(services)


def script(services: Services, prompt: str, **body: Any) -> None:
    answer = httpx.post(
        f"{services.api_base_url}/v1/models/google/nano-banana-2/runs",
        json={"input": {"prompt": prompt, "resolution": "0.5K"}, **body},
        headers={"Authorization": "Bearer rf_live_sandbox"},
        trust_env=False,
    )
    assert answer.status_code == 201


def audit(services: Services, page: ReadingPage) -> None:
    before = services.audits.state().last
    page.press("audit_now")
    wait_until(lambda: services.audits.state().last != before)
    wait_until(lambda: not services.audits.state().is_running)
    page.run()


def test_before_the_first_audit_the_page_says_when_it_comes(services: Services) -> None:
    page = ReadingPage("settings")

    assert page.says("soon after the start")
    assert not page.has_table("What")


def test_an_audit_on_demand_tells_what_it_found(services: Services) -> None:
    script(services, "a kite", client_ref=EVIL)
    page = ReadingPage("settings")

    audit(services, page)

    (found,) = page.table("What").to_dict("records")
    assert found["What"] == "Made elsewhere"
    assert found["Detail"] == f"client_ref {EVIL}"
    (run,) = services.runs.recent(9)
    assert found["Run"].endswith(f"history?run={run.id}")
    assert not any("evil.example" in text for text in page.markdown())
    assert any("just now" in text for text in page.texts())


def test_an_audit_that_is_not_complete_says_why_and_what_follows(services: Services, tell) -> None:
    now = wiring.clock().now_ms()
    last = Audit(
        began_at=now - 2 * HOUR_MS - 1_500,
        ended_at=now - 2 * HOUR_MS,
        since=now - 72 * HOUR_MS,
        counted=1_234,
        adopted=2,
        different=3,
        difference_micros=-20_000,
        others=4,
        others_micros=400_000,
        problem=EVIL,
    )
    tell(AuditState(False, 0, last, ()))

    page = ReadingPage("settings")

    texts = page.texts()
    assert EVIL in texts
    assert any(text.startswith("2 h ago") and "took 1.5 s" in text for text in texts)
    assert any(text.startswith("1,234 since") for text in texts)
    assert "3, -$0.020 in all" in texts
    assert "4 for $0.400, which are not in these accounts" in texts
    assert page.says("It is tried again soon.")
    assert not any("evil.example" in text for text in page.markdown())


def test_while_an_audit_is_made_its_progress_stands_in_the_buttons_place(
    services: Services, tell
) -> None:
    tell(AuditState(True, 4_200, None, ()))

    page = ReadingPage("settings")

    assert page.says("4,200 runs so far")
    assert not page.has_button("audit_now")


def test_a_process_that_makes_none_says_where_they_are_made(
    services: Services, tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(services), "executes", False)
    tell(AuditState(False, 0, None, ()))

    page = ReadingPage("settings")

    assert page.says("by the Plantain that carries out the runs")
    assert not page.has_button("audit_now")
