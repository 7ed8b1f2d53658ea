"""Downloads lead outside only: whatever the URL, the redirect or the name says."""

import socket
import ssl
from pathlib import Path

import httpcore
import pytest

from lib.domain.errors import NeverSent
from lib.runflow.download import DownloadBlocked, Downloads
from lib.runflow.retry import Patience
from tests.runflow.scripted_server import answer

PICTURE = b"\x89PNG\r\n"
ONCE = Patience(tries=1)
STORAGE_EXAMPLE = Path(__file__).with_name("storage_example.pem")
"""A certificate for that name alone, signed by itself, with its key: good for these tests only."""
PUBLIC_ADDRESS = "93.184.216.34"


class Diverted(httpcore.NetworkBackend):
    """Leads every connection to a port of this machine, and keeps where it was to go."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._real = httpcore.SyncBackend()
        self.meant: list[tuple[str, int]] = []

    def connect_tcp(self, host, port, *args, **kwargs):
        self.meant.append((host, port))
        return self._real.connect_tcp("127.0.0.1", self._port, *args, **kwargs)


def listed(words: str) -> list[str]:
    return words.split()


BLOCKED_URLS = listed("""
    http://storage.example/x http://93.184.216.34/x http://storage.example:443/x
    https://storage.example:8443/x https://storage.example:80/x https://storage.example:22/x
    https://user@storage.example/x https://user:password@storage.example/x https://:p@storage.example/
    https://storage.example@127.0.0.1/x https:///x https:// //storage.example/x /x x
    ftp://storage.example/x file:///etc/passwd file://localhost/etc/passwd gopher://storage.example/
    unix:///var/run/docker.sock javascript:alert(1) blob:https://a.example/1 ws://storage.example/
    https://127.0.0.1/x https://127.1/x https://2130706433/x https://0x7f000001/x https://0177.0.0.1/x
    https://0/x https://[::1]/x https://[::]/x https://[::ffff:127.0.0.1]/x https://[::ffff:7f00:1]/x
    https://[64:ff9b::7f00:1]/x https://[2002:7f00:1::]/x https://[fd00:ec2::254]/x https://[fe80::1]/x
    https://10.0.0.1/x https://172.16.0.1/x https://192.168.1.1/x https://100.64.0.1/x
    https://169.254.169.254/latest/meta-data/ https://0.0.0.0/x https://224.0.0.1/x
    https://255.255.255.255/x https://168.63.129.16/x https://localhost/x
    https://[::1 https://a:b/x https://storage.example:99999/x
""")  # fmt: skip


@pytest.mark.parametrize("url", ["", " ", "https://a\n/x", *BLOCKED_URLS])
def test_nothing_is_fetched_from_inside(serve, url):
    server = serve(answer(200, PICTURE))
    network = Diverted(server.port)
    downloads = Downloads(api_base_url="https://api.runflow.io", network=network)

    with pytest.raises(DownloadBlocked):
        downloads.fetch(url)

    assert network.meant == []
    assert server.requests == []


@pytest.mark.parametrize(
    "location",
    [*(url for url in BLOCKED_URLS if ":" in url), "data:text/plain,inside", "//127.0.0.1/x"],
)
def test_a_redirect_leads_nowhere_that_was_not_allowed_at_first(serve, location):
    server = serve(answer(302, b"", Location=location), answer(200, PICTURE))
    elsewhere = Diverted(server.port)

    with pytest.raises(DownloadBlocked):
        Downloads(api_base_url=server.base_url, network=elsewhere).fetch(server.base_url + "/x")

    assert len(server.requests) == 1
    assert elsewhere.meant == [("127.0.0.1", server.port)]


def test_this_machine_is_closed_when_the_api_is_elsewhere(serve):
    server = serve(answer(200, PICTURE))
    downloads = Downloads(api_base_url="https://api.runflow.io")

    with pytest.raises(DownloadBlocked):
        downloads.fetch(server.base_url + "/x")

    assert server.requests == []


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:{other}", "http://localhost:{own}", "http://127.0.0.2:{own}"]
)
def test_only_the_sandboxs_own_place_is_open(serve, place):
    server, other = serve(answer(200, PICTURE)), serve(answer(200, PICTURE))

    with pytest.raises(DownloadBlocked):
        Downloads(api_base_url=server.base_url).fetch(
            place.format(own=server.port, other=other.port) + "/x"
        )

    assert server.requests + other.requests == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["10.0.0.1", "93.184.216.34"],
        ["::1"],
        ["fe80::1%eth0"],
    ],
)
def test_a_name_with_any_inner_address_is_refused(serve, addresses):
    server = serve(answer(200, PICTURE))
    network = Diverted(server.port)
    downloads = Downloads(
        api_base_url="https://api.runflow.io", network=network, resolve=lambda *_: addresses
    )

    with pytest.raises(DownloadBlocked, match="not on the public internet"):
        downloads.fetch("https://storage.example/x")

    assert network.meant == []


def test_the_sandboxs_name_must_stay_on_this_machine(serve):
    server = serve(answer(200, PICTURE))
    network = Diverted(server.port)
    place = f"http://localhost:{server.port}"
    downloads = Downloads(api_base_url=place, network=network, resolve=lambda *_: [PUBLIC_ADDRESS])

    with pytest.raises(DownloadBlocked):
        downloads.fetch(place + "/x")

    assert network.meant == []


@pytest.mark.parametrize(
    "failure", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")]
)
def test_an_unknown_name_is_unreachable(failure):
    def resolve(*_):
        raise failure

    downloads = Downloads(api_base_url="https://api.runflow.io", resolve=resolve)

    with pytest.raises(NeverSent):
        downloads.fetch("https://storage.example/x", patience=ONCE)


def test_a_name_without_addresses_is_unreachable():
    downloads = Downloads(api_base_url="https://api.runflow.io", resolve=lambda *_: [])

    with pytest.raises(NeverSent):
        downloads.fetch("https://storage.example/x", patience=ONCE)


@pytest.fixture
def secure(serve, monkeypatch):
    """Start a TLS server named storage.example, whose own certificate is trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(STORAGE_EXAMPLE)
    monkeypatch.setattr(
        "lib.runflow.download.httpx.create_ssl_context",
        lambda **_: ssl.create_default_context(cafile=STORAGE_EXAMPLE),
    )

    def start(*acts):
        server = serve(*acts)
        server.secured_by = context
        return server

    return start


def over_tls(server, resolve=lambda *_: [PUBLIC_ADDRESS]):
    network = Diverted(server.port)
    return network, Downloads(
        api_base_url="https://api.runflow.io", network=network, resolve=resolve
    )


def test_the_checked_address_is_connected_and_tls_still_checks_the_name(secure):
    server = secure(answer(200, PICTURE))
    network, downloads = over_tls(server)

    assert downloads.fetch("https://storage.example/x") == PICTURE
    assert network.meant == [(PUBLIC_ADDRESS, 443)]
    assert server.requests[0].header("Host") == "storage.example"


def test_a_server_with_another_name_is_not_trusted(secure):
    server = secure(answer(200, PICTURE))
    _, downloads = over_tls(server)

    with pytest.raises(NeverSent, match="CERTIFICATE_VERIFY_FAILED"):
        downloads.fetch("https://impostor.example/x", patience=ONCE)

    assert server.requests == []


def test_a_name_that_changes_its_address_is_looked_up_once_a_connection(secure):
    server = secure(answer(200, PICTURE))
    answers = iter([[PUBLIC_ADDRESS], ["127.0.0.1"], ["127.0.0.1"]])
    network, downloads = over_tls(server, resolve=lambda *_: next(answers))

    assert downloads.fetch("https://storage.example/x") == PICTURE
    assert network.meant == [(PUBLIC_ADDRESS, 443)]
    with pytest.raises(DownloadBlocked):
        downloads.fetch("https://storage.example/x")
    assert network.meant == [(PUBLIC_ADDRESS, 443)]


def test_a_name_that_turns_inside_between_two_hops_is_refused(secure):
    server = secure(answer(302, b"", Location="https://storage.example/y", Connection="close"))
    answers = iter([[PUBLIC_ADDRESS], ["169.254.169.254"]])
    network, downloads = over_tls(server, resolve=lambda *_: next(answers))

    with pytest.raises(DownloadBlocked):
        downloads.fetch("https://storage.example/x")

    assert network.meant == [(PUBLIC_ADDRESS, 443)]


def test_the_second_address_is_tried_when_the_first_does_not_answer(secure):
    server = secure(answer(200, PICTURE))
    network, downloads = over_tls(server, resolve=lambda *_: ["2606:4700::1", PUBLIC_ADDRESS])
    to_anywhere = network.connect_tcp

    def no_ipv6(host, *args, **kwargs):
        if ":" in host:
            raise httpcore.ConnectError("no route")
        return to_anywhere(host, *args, **kwargs)

    network.connect_tcp = no_ipv6

    assert downloads.fetch("https://storage.example/x") == PICTURE
    assert network.meant == [(PUBLIC_ADDRESS, 443)]
