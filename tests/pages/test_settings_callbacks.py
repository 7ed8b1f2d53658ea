"""Settings tells how callbacks are doing: where they come, what came, what was refused and why."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.bootstrap import Services
from lib.domain.callback import Reason, SigningSecrets, signature_of
from lib.services.callbacks import CallbackService, Delivery
from lib.ui import wiring
from tests.pages.reading import ReadingPage
from tests.web.callback_desk import SECRET, Desk, a_callback, desk_at

EVIL = "![x](https://evil.example/x.png)"


def offer(services: Services, callbacks: CallbackService) -> None:
    wiring.offer(replace(services, callbacks=callbacks))


@pytest.fixture
def desk(services: Services, tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path, SigningSecrets(SECRET, "whsec_before")) as desk:
        offer(services, desk.service)
        yield desk
        wiring.offer(services)


def receive(desk: Desk, body: bytes, request_id: str) -> None:
    delivery = Delivery("t", body, [signature_of(body, SECRET)], request_id)
    desk.service.keep(delivery, desk.service.prove(delivery))


def test_before_the_first_callback_it_says_where_they_will_come(desk: Desk) -> None:
    texts = ReadingPage("settings").texts()

    assert "https://plantain.example/callbacks/runflow/…" in texts
    assert "set, and the previous one is still taken" in texts
    assert "none yet" in texts


def test_without_an_address_it_says_what_to_set(services: Services) -> None:
    texts = ReadingPage("settings").texts()

    assert any("PLANTAIN_PUBLIC_URL" in text for text in texts)


def test_what_came_is_listed_with_the_id_for_support(desk: Desk) -> None:
    receive(desk, a_callback(), "req-42")
    receive(desk, a_callback(event=EVIL), EVIL)

    page = ReadingPage("settings")

    table = page.table("Known by")
    assert "req-42" in set(table["Runflow-Request-Id"])
    assert "run.completed" in set(table["Event"])
    assert set(table["Known by"]) == {"its signature"}
    assert not any("evil.example" in str(text) for text in page.markdown())


def test_what_was_refused_is_counted_with_its_reason(desk: Desk) -> None:
    for _ in range(3):
        desk.service.refuse(Reason.WRONG_SIGNATURE, "req-43", b"x")
    desk.service.refuse(Reason.TOO_LARGE, None, b"x")

    page = ReadingPage("settings")

    counts = page.table("Times").set_index("Refused for")["Times"]
    assert dict(counts) == {"wrong signature": 3, "too large": 1}
    assert "req-43" in set(page.table("Refused at")["Runflow-Request-Id"])
    assert "4" in page.texts()


def test_the_secrets_are_nowhere_on_the_page(desk: Desk) -> None:
    receive(desk, a_callback(), "req-44")

    page = ReadingPage("settings")

    tables = [item.value.to_csv() for item in page.app.dataframe]
    assert "whsec" not in "\n".join([*page.texts(), *map(str, page.markdown()), *tables])
