"""What the pages say and offer while no run may be made, and that all of it goes by itself."""

from collections.abc import Iterator

import pytest

from lib.bootstrap import Services
from lib.domain.errors import NotAccepting
from lib.ui import banner, state
from tests.pages.conftest import wait_until
from tests.pages.generating import PROMPT, GeneratePage
from tests.pages.reading import ReadingPage

MB = 1_000_000


class Disk:
    """As much room as the test says."""

    def __init__(self) -> None:
        self.free = 1_000 * MB

    def __call__(self, _folder: object) -> int:
        return self.free


@pytest.fixture
def disk(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk()
    monkeypatch.setattr(services.fitness, "_free_bytes", disk)
    yield disk
    disk.free = 1_000 * MB


def alarms(app: object) -> list[str]:
    return [error.value for error in app.error]


def test_a_full_disk_is_said_on_top_and_generate_is_off_until_there_is_room(
    services: Services, disk: Disk
) -> None:
    disk.free = 120 * MB
    page = GeneratePage(services)

    (alarm,) = alarms(page.app)
    assert "120 MB left" in alarm
    assert "Make room" in alarm
    assert "Everything can be read" in alarm
    assert page.app.button(key="generate").disabled
    assert any("120 MB left" in text for text in page.texts()), "the reason stands at the button"

    disk.free = 1_000 * MB
    page.run()
    assert alarms(page.app) == []
    assert not page.app.button(key="generate").disabled
    assert page.generate(prompt=PROMPT).is_open


def test_a_click_in_the_moment_before_the_page_knows_records_nothing(
    services: Services, disk: Disk
) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT)
    disk.free = 120 * MB

    page.press("generate")

    assert page.newest() is None
    assert any("no run was made" in text or "120 MB left" in text for text in page.texts())
    with pytest.raises(NotAccepting, match="120 MB left"):
        services.runs.submit(
            "google/nano-banana-2", {"prompt": PROMPT}, click_token="t", created_by="local"
        )


@pytest.mark.parametrize("name", ["history", "costs", "settings"])
def test_every_page_can_be_read_and_says_it(services: Services, disk: Disk, name: str) -> None:
    disk.free = 120 * MB

    page = ReadingPage(name)

    assert any("120 MB left" in alarm for alarm in alarms(page.app))
    assert page.app.title


def test_a_run_that_waits_for_room_says_so_on_its_card_and_goes_on(
    services: Services, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.runs, "_refuse_if_unfit", lambda: None)
    disk.free = 120 * MB
    run_id = services.runs.submit(
        "google/nano-banana-2",
        {"prompt": PROMPT, "resolution": "0.5K"},
        click_token="early",
        created_by="local",
    )
    wait_until(lambda: (services.runs.find(run_id).note or "").startswith("Not sent now."))
    page = GeneratePage(services)

    assert page.says("120 MB left", page.card(services.runs.find(run_id)))
    disk.free = 1_000 * MB
    wait_until(lambda: not services.runs.find(run_id).is_open)
    assert services.runs.find(run_id).state == "stored"


def test_the_systems_own_words_are_plain_text(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.fitness._engine, "trouble", "**bold** ![](http://evil.example)")
    page = GeneratePage(services)

    assert "**bold** ![](http://evil.example)" in page.texts()
    assert all("evil" not in text for text in [*page.markdown(), *alarms(page.app)])


def test_a_banner_is_stale_once_things_change(
    services: Services, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[tuple[str, ...] | None] = [None]
    monkeypatch.setattr(state, "note_fitness", lambda codes: noted.__setitem__(0, codes))
    monkeypatch.setattr(state, "noted_fitness", lambda: noted[0])
    assert not banner.is_stale(), "a page without a banner has none to renew"

    state.note_fitness(("executes",))
    assert not banner.is_stale()
    disk.free = 120 * MB
    assert banner.is_stale()
    state.note_fitness(("executes", "low_disk"))
    assert not banner.is_stale()
    disk.free = 110 * MB
    assert not banner.is_stale(), "a figure alone does not redraw the page"
