"""What the tests of the client share: a key to look for, scripted servers, retries that do not wait."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
import stamina

from lib.runflow.api import Client
from lib.runflow.secret import Secret
from tests.runflow.scripted_server import ScriptedServer

KEY = "rf_live_canary0123456789abcdef"


@pytest.fixture(autouse=True)
def _retries_do_not_wait() -> Iterator[None]:
    with stamina.set_testing(True, attempts=5, cap=True):
        yield


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    """Start a server that plays the given acts."""
    with ExitStack() as stack:
        yield lambda *acts: stack.enter_context(ScriptedServer(acts))


@pytest.fixture
def client_at() -> Iterator[Callable[..., Client]]:
    """Open a client of the API at a base URL."""
    with ExitStack() as stack:

        def open_client(base_url: str = "https://api.runflow.test", **options: object) -> Client:
            return stack.enter_context(Client(base_url, Secret(KEY), **options))

        yield open_client


@pytest.fixture
def client_told(client_at) -> Callable[..., tuple[Client, list[httpx.Request]]]:
    """A client whose API gives the prepared answers in turn (the last one again and again)."""

    def open_client(*answers: httpx.Response | Exception) -> tuple[Client, list[httpx.Request]]:
        asked: list[httpx.Request] = []

        def handler(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            prepared = answers[min(len(asked), len(answers)) - 1]
            if isinstance(prepared, Exception):
                raise prepared
            return httpx.Response(
                prepared.status_code, headers=prepared.headers, content=prepared.content
            )

        return client_at(transport=httpx.MockTransport(handler)), asked

    return open_client
