"""With a public address the API comes in to `/callbacks/`; nobody else comes in anywhere."""

import asyncio
from pathlib import Path

import httpx
import pytest

from lib.web.entrance import Entrance, host_of
from lib.web.loopback import own_url
from tests.plantain_server import PlantainServer
from tests.web.asgi import Header, call

PUBLIC = b"plantain.example"
OUTSIDE = ("203.0.113.5", 4711)
INSIDE = ("127.0.0.1", 4711)
FORWARDED: list[list[Header]] = [
    [(b"x-forwarded-for", b"203.0.113.5")],
    [(b"x-forwarded-for", b"127.0.0.1")],
    [(b"X-Forwarded-Host", b"plantain.example")],
    [(b"x-real-ip", b"127.0.0.1")],
    [(b"forwarded", b"for=127.0.0.1")],
    [(b"via", b"1.1 tunnel")],
]
OTHER_PATHS = [
    "/",
    "/_stcore/health",
    "/_stcore/upload_file/x/y",
    "/app/static/img/x",
    "/plantain/health",
    "/callbacks",
    "/callbacksx/runflow/t",
    "//callbacks/runflow/t",
    "/Callbacks/runflow/t",
    "/x/../callbacks/runflow/t",
]


def comes_in(
    path: str,
    *headers: Header,
    host: bytes | None = PUBLIC,
    public: str | None = "plantain.example",
    client: tuple[str, int] | None = INSIDE,
) -> bool:
    reached = []

    async def app(scope, receive, send):
        reached.append(scope["path"])

    named = [] if host is None else [(b"host", host)]
    entrance = Entrance(app, lambda: public)
    answer = asyncio.run(call(entrance, "POST", path, headers=[*named, *headers], client=client))
    assert bool(reached) is (answer.status == 0)
    return bool(reached)


@pytest.mark.parametrize("host", [PUBLIC, b"Plantain.Example", b"plantain.example:8443"])
@pytest.mark.parametrize("forwarded", [[], *FORWARDED])
@pytest.mark.parametrize("client", [INSIDE, OUTSIDE])
def test_a_callback_comes_in_under_the_public_name(host: bytes, forwarded, client):
    assert comes_in("/callbacks/runflow/t", *forwarded, host=host, client=client)


@pytest.mark.parametrize("path", OTHER_PATHS)
@pytest.mark.parametrize("client", [INSIDE, OUTSIDE])
def test_nothing_else_is_to_be_had_under_the_public_name(path: str, client):
    assert not comes_in(path, client=client)


@pytest.mark.parametrize("path", OTHER_PATHS)
@pytest.mark.parametrize("forwarded", FORWARDED)
def test_a_proxy_that_calls_us_by_our_own_name_gets_no_page_either(path: str, forwarded):
    assert not comes_in(path, *forwarded, host=b"127.0.0.1:8501")
    assert comes_in("/callbacks/runflow/t", *forwarded, host=b"127.0.0.1:8501")


@pytest.mark.parametrize("host", [b"127.0.0.1:8501", b"localhost:8501"])
def test_this_machine_comes_in_everywhere(host: bytes):
    for path in ("/", "/_stcore/health", "/callbacks/runflow/t"):
        assert comes_in(path, host=host)
        assert comes_in(path, host=host, public=None)


def test_the_sandbox_comes_in_also_by_the_newer_address_of_this_machine():
    assert comes_in("/callbacks/runflow/t", host=b"[::1]:8501", client=("::1", 5), public=None)


@pytest.mark.parametrize(
    "host", [None, b"", b"evil.example", b"plantain.example.evil.example", b"[", b"\xff", b"a@b:c"]
)
def test_a_callback_under_another_name_stays_outside(host: bytes | None):
    assert not comes_in("/callbacks/runflow/t", host=host)


def test_a_callback_with_two_names_stays_outside():
    assert not comes_in("/callbacks/runflow/t", (b"host", b"evil.example"))


@pytest.mark.parametrize("host", [PUBLIC, b"evil.example", b"127.0.0.1"])
def test_without_a_public_address_nobody_from_outside_comes_in(host: bytes):
    assert not comes_in("/callbacks/runflow/t", host=host, public=None, client=OUTSIDE)
    for forwarded in FORWARDED:
        assert not comes_in("/callbacks/runflow/t", *forwarded, host=host, public=None)


@pytest.mark.parametrize("path", ["/_stcore/stream", "/callbacks/runflow/t"])
def test_a_websocket_under_the_public_name_is_closed(path: str):
    reached, sent = [], []

    async def app(scope, receive, send):
        reached.append(scope["path"])

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "websocket", "path": path, "headers": [(b"host", PUBLIC)], "client": INSIDE}
    asyncio.run(Entrance(app, lambda: "plantain.example")(scope, receive, send))

    assert reached == []
    assert sent


def test_addresses_are_put_together_and_taken_apart():
    assert own_url("127.0.0.1", 8501) == "http://127.0.0.1:8501"
    assert own_url("::1", 8501) == "http://[::1]:8501"
    assert host_of("https://Plantain.Example:8443/x") == "plantain.example"
    assert host_of(None) is None


def test_the_real_server_has_one_door_for_the_public_name(tmp_path: Path):
    environment = {"PLANTAIN_PUBLIC_URL": "https://plantain.example"}
    public = {"Host": "plantain.example"}
    with (
        PlantainServer(tmp_path / "data", environment=environment) as plantain,
        httpx.Client(base_url=plantain.url, trust_env=False) as http,
    ):
        for forwarded in ({}, {"X-Forwarded-For": "203.0.113.5"}):
            named = public | forwarded
            # By its secret or, until the sandbox has agreed on one, by its token: it was looked at.
            assert http.post("/callbacks/runflow/t", headers=named).text.startswith("Refused: ")
            assert http.get("/callbacks/runflow/t", headers=named).status_code == 405
            assert http.post("/callbacks/x", headers=named).status_code == 404
            for path in ("/", "/_stcore/health", "/plantain/health", "/app/static/img/x"):
                assert http.get(path, headers=named).status_code in (400, 403)
        assert http.get("/", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
        assert http.get("/").status_code == 200
