"""Only this machine comes in, and only under its own name."""

import asyncio
from pathlib import Path

import httpx
import pytest

from lib.web.loopback import LoopbackOnly, NotLoopback, check_address
from tests.plantain_server import PlantainServer


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machines_own_addresses_are_fine(address: str):
    check_address(address)


@pytest.mark.parametrize("address", [None, "0.0.0.0", "::", "192.168.1.5", "plantain.example"])
def test_an_address_that_others_reach_is_refused_at_the_start(address: str | None):
    with pytest.raises(NotLoopback, match=r"server\.address"):
        check_address(address)


@pytest.mark.parametrize(
    ("client", "comes_in"),
    [
        (("127.0.0.1", 5), True),
        (("::1", 5), True),
        (("::ffff:127.0.0.1", 5), True),
        (("10.0.0.7", 5), False),
        (("::ffff:10.0.0.7", 5), False),
        (None, False),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_connection_from_elsewhere_does_not_reach_the_app(client, comes_in: bool, kind: str):
    reached, sent = [], []

    async def app(scope, receive, send):
        reached.append(scope["type"])

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(LoopbackOnly(app)({"type": kind, "client": client}, receive, send))

    assert bool(reached) is comes_in
    assert bool(sent) is not comes_in


def test_a_name_that_is_not_ours_is_refused_everywhere(plantain: PlantainServer):
    foreign = {"Host": "evil.example"}

    for path in ("/", "/_stcore/health", "/plantain/health", "/app/static/img/x"):
        assert httpx.get(plantain.url + path, headers=foreign, trust_env=False).status_code == 400
    assert httpx.get(plantain.url + "/", trust_env=False).status_code == 200


def test_a_server_that_others_could_reach_does_not_start(tmp_path: Path):
    server = PlantainServer(tmp_path / "data", arguments=["--server.address=0.0.0.0"])

    with pytest.raises(AssertionError, match=r"server\.address is 0\.0\.0\.0"):
        server.__enter__()
