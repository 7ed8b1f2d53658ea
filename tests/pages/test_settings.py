"""Settings: which account and where everything lies; the page never waits long, nor tells the key."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from lib.bootstrap import Services
from lib.domain.clock import SystemClock
from lib.runflow.api import Client
from lib.runflow.secret import Secret
from lib.services.account import AccountService
from lib.settings import Settings
from lib.ui import wiring
from tests.pages.reading import ReadingPage
from tests.runflow.scripted_server import Act, ScriptedServer, answer

KEY = "rf_live_canary0123456789abcdef"
EVIL = "![x](https://evil.example/x.png)"


@pytest.fixture
def with_account(services: Services) -> Iterator[Callable[[Act], ScriptedServer]]:
    """Lets the page ask an API that answers as told, with a key."""
    opened: list[ScriptedServer | Client] = []

    def ask(act: Act) -> ScriptedServer:
        server = ScriptedServer((act,)).__enter__()
        client = Client(server.base_url, Secret(KEY))
        opened.extend((client, server))
        wiring.offer(
            replace(
                services,
                account=AccountService(client, SystemClock()),
                settings=Settings(
                    plantain_data_dir=services.settings.plantain_data_dir, runflow_api_key=KEY
                ),
                api_base_url=server.base_url,
            )
        )
        return server

    yield ask
    wiring.offer(services)
    for thing in opened:
        thing.__exit__(None, None, None)


def everything(page: ReadingPage) -> str:
    tables = [item.value.to_csv() for item in page.app.dataframe]
    return "\n".join([*page.texts(), *map(str, page.markdown()), *tables])


def test_the_sandbox_and_its_play_money_are_named(services: Services) -> None:
    page = ReadingPage("settings")

    assert "Plantain's own sandbox" in page.texts()
    assert services.api_base_url in page.texts()
    assert page.metric("Balance, play money").value.startswith("$")
    assert page.says("The API answers and takes the key.")


def test_the_data_folder_the_versions_and_the_prices_are_there(services: Services) -> None:
    page = ReadingPage("settings")

    assert str(services.settings.plantain_data_dir.resolve()) in page.texts()
    assert "1.67.0" in page.texts()
    prices = page.table("A picture").set_index("Part")
    assert dict(prices["A picture"])["2K image"] == "$0.120"
    assert "assumed" in prices["Known"]["2K image"]
    assert "vendor" in prices["Known"]["1K image"]


def test_every_setting_stands_with_its_origin(services: Services) -> None:
    table = ReadingPage("settings").table("Setting").set_index("Setting")

    assert set(table.index) == {name.upper() for name in Settings.model_fields}
    assert table["From"]["PLANTAIN_MAX_OPEN_RUNS"] == "default"


def test_of_the_key_the_page_shows_four_characters(
    with_account: Callable[[Act], ScriptedServer],
) -> None:
    with_account(answer(200, {"balance": "12.50", "currency": "USD"}))

    page = ReadingPage("settings")

    assert "set, ends in cdef" in page.texts()
    assert page.metric("Balance").value == "$12.50"
    assert KEY not in everything(page)
    assert KEY[:-4] not in everything(page)


def test_a_refused_key_says_what_to_do_and_never_the_key(
    with_account: Callable[[Act], ScriptedServer],
) -> None:
    with_account(answer(401, {"code": "UNAUTHORIZED", "message": f"{EVIL} {KEY}"}))

    page = ReadingPage("settings")

    assert page.says("Check RUNFLOW_API_KEY")
    assert any(EVIL in text for text in page.texts())
    assert not any("evil.example" in str(text) for text in page.markdown())
    assert KEY not in everything(page)


def test_the_rest_of_the_page_stands_when_the_api_is_down(
    with_account: Callable[[Act], ScriptedServer],
) -> None:
    with_account(Act(then="reset"))

    page = ReadingPage("settings")

    assert any(item.title == "No answer" for item in page.app.warning)
    assert page.has_table("Setting")
    assert not page.app.metric


def test_check_again_asks_again(with_account: Callable[[Act], ScriptedServer]) -> None:
    server = with_account(answer(200, {"balance": "12.50", "currency": "USD"}, then="keep"))
    page = ReadingPage("settings")
    page.run()
    assert len(server.requests) == 1

    page.press("check_again")

    assert len(server.requests) == 2
