"""The way out over HTTP: what was asked for comes while it is made, and nothing else does."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
from starlette.applications import Starlette

from lib.services.taking_away.taking_away import Outgoing
from lib.services.taking_away.transfer import BrokenOff
from lib.web.take_away import GONE, take_away_routes


class OneFile:
    """Has one file under one token."""

    def fetch(self, token: str) -> Outgoing | None:
        return (
            Outgoing("runs.zip", "application/zip", iter([b"one", b"", b"two"]))
            if token == "t"
            else None
        )


def ask(method: str, path: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        app = Starlette(routes=[take_away_routes(OneFile)])  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://plantain") as client:
            return await client.request(method, path)

    return asyncio.run(asked())


def test_a_file_comes_under_its_name_and_is_kept_nowhere() -> None:
    answer = ask("GET", "/take-away/t")
    assert (answer.status_code, answer.content) == (200, b"onetwo")
    assert answer.headers["content-disposition"] == 'attachment; filename="runs.zip"'
    assert answer.headers["cache-control"] == "no-store"


def test_what_nobody_asked_for_is_not_found_and_says_what_to_do() -> None:
    answer = ask("GET", "/take-away/guessed")
    assert (answer.status_code, answer.text) == (404, GONE)


def test_nothing_is_made_for_whoever_only_asks_about_it() -> None:
    answer = ask("HEAD", "/take-away/t")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_canceled_file_has_no_end() -> None:
    def broken_off() -> Iterator[bytes]:
        yield b"one"
        raise BrokenOff

    class Canceled:
        def fetch(self, _token: str) -> Outgoing:
            return Outgoing("runs.zip", "application/zip", broken_off())

    sent: list[Any] = []

    async def ask_for_it() -> None:
        app = Starlette(routes=[take_away_routes(Canceled)])  # type: ignore[arg-type]
        stays = asyncio.Event()

        async def receive() -> Any:
            await stays.wait()

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/take-away/t", "headers": []}
        await app({**scope, "query_string": b"", "asgi": {"spec_version": "2.3"}}, receive, send)

    asyncio.run(ask_for_it())
    assert [message.get("body") for message in sent[1:]] == [b"one"]
    assert all(message.get("more_body") for message in sent[1:]), "it would look whole"
