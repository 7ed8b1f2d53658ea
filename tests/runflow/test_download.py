"""Downloads: from allowed places only, whole, once the redirects are through, and without the key."""

import gzip
import socket
import ssl
from pathlib import Path

import httpcore
import pytest

from lib.domain.errors import AnswerLost, ApiError, ApiUnreachable, NeverSent
from lib.runflow.download import (
    DownloadBlocked,
    DownloadBroken,
    DownloadCutOff,
    DownloadExpired,
    Downloads,
    StorageBusy,
)
from lib.runflow.retry import Patience
from tests.runflow.scripted_server import Act, ScriptedServer, answer

PICTURE = b"\x89PNG\r\n" + bytes(range(256)) * 40
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


def from_sandbox(server: ScriptedServer, **options) -> Downloads:
    return Downloads(api_base_url=server.base_url, **options)


def fetch(server: ScriptedServer, path: str = "/x.png", patience: Patience = ONCE, **options):
    return from_sandbox(server, **options).fetch(server.base_url + path, patience=patience)


def test_a_file_comes_as_it_is(serve):
    server = serve(answer(200, PICTURE))

    assert fetch(server, "/out/a%20b.png?X-Amz-Signature=%2Fa%3D&b=c+d") == PICTURE
    sent = server.requests[0]
    assert sent.line == "GET /out/a%20b.png?X-Amz-Signature=%2Fa%3D&b=c+d HTTP/1.1"
    assert sent.header("Host") == f"127.0.0.1:{server.port}"
    assert sent.header("Authorization") is None
    assert sent.header("Accept-Encoding") == "identity"


def test_a_file_in_chunks_comes_whole(serve):
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (b"abc", b"defg"))
    server = serve(
        Act(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")
    )

    assert fetch(server) == b"abcdefg"


def test_a_file_that_ends_with_the_connection_is_taken(serve):
    server = serve(Act(b"HTTP/1.0 200 OK\r\n\r\n" + PICTURE))

    assert fetch(server) == PICTURE


def head(length: int, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n" % (length, more)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
FAILURES = {
    "400": (answer(400, b"<Code>ExpiredToken</Code>"), DownloadExpired),
    "401": (answer(401, b""), DownloadExpired),
    "403": (answer(403, b"<Code>AccessDenied</Code>"), DownloadExpired),
    "404": (answer(404, b""), DownloadExpired),
    "410": (answer(410, b""), DownloadExpired),
    "empty": (answer(200, b""), DownloadBroken),
    "chunked and empty": (Act(CHUNKED + b"0\r\n\r\n"), DownloadBroken),
    "announced too large": (Act(head(10**12)), DownloadBroken),
    "endless": (Act(CHUNKED + b"400\r\n" + b"x" * 1024 + b"\r\n" + b"ffff\r\n" + b"x" * 65_535), DownloadBroken),
    "compressed": (answer(200, gzip.compress(b"x" * 9_000), Content_Encoding="gzip"), DownloadBroken),
    "cut": (Act(head(len(PICTURE)) + PICTURE[:-1]), DownloadCutOff),
    "cut by a reset": (Act(head(len(PICTURE)) + PICTURE[:-1], then="reset"), DownloadCutOff),
    "cut after the head": (Act(head(len(PICTURE))), DownloadCutOff),
    "cut within a chunk": (Act(CHUNKED + b"ff\r\nabc"), DownloadCutOff),
    "cut between chunks": (Act(CHUNKED + b"3\r\nabc\r\n"), DownloadCutOff),
    "a chunk that lies": (Act(CHUNKED + b"zz\r\nabc"), DownloadCutOff),
    "204": (Act(b"HTTP/1.1 204 No Content\r\n\r\n"), AnswerLost),
    "206": (answer(206, b"part"), AnswerLost),
    "304": (Act(b"HTTP/1.1 304 Not Modified\r\n\r\n"), AnswerLost),
    "429": (answer(429, b"", Retry_After="7"), StorageBusy),
    "500": (answer(500, b""), AnswerLost),
    "503": (answer(503, b""), StorageBusy),
    "silence": (Act(then="hang"), AnswerLost),
    "silence within the body": (Act(head(len(PICTURE)) + b"x", then="hang"), AnswerLost),
    "nothing": (Act(), AnswerLost),
    "reset": (Act(then="reset"), AnswerLost),
    "not HTTP": (Act(b"SSH-2.0\r\n\r\n"), AnswerLost),
    "redirect to nowhere": (answer(302, b""), AnswerLost),
}  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES)
def test_each_failure_is_its_own_decision(serve, failure):
    act, leaf = FAILURES[failure]
    server = serve(act)

    with pytest.raises(leaf) as caught:
        fetch(server, read_timeout_s=0.2, largest_bytes=20_000)

    assert type(caught.value) is leaf
    assert "X-Amz" not in str(caught.value)


def test_the_cap_itself_is_allowed(serve):
    server = serve(answer(200, b"x" * 1_000))

    assert len(fetch(server, largest_bytes=1_000)) == 1_000


def test_a_length_that_does_not_fit_is_seen(serve):
    server = serve(Act(b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n1234567"))

    with pytest.raises(DownloadCutOff):
        fetch(server)


def test_a_missing_server_is_never_sent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    downloads = Downloads(api_base_url=f"http://127.0.0.1:{port}")

    with pytest.raises(NeverSent):
        downloads.fetch(f"http://127.0.0.1:{port}/x", patience=ONCE)


@pytest.mark.parametrize(
    "drip",
    [
        Act(head(1_000) + b"x" * 1_000, drip=0.02),
        Act(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1_000, drip=0.02),
    ],
    ids=["body", "head"],
)
def test_a_slow_drip_ends_at_the_deadline(serve, drip):
    server = serve(drip)

    with pytest.raises(ApiUnreachable):
        fetch(server, within_s=0.3)

    assert len(server.requests) == 1


def test_a_page_may_have_less_patience_with_one_try(serve):
    server = serve(Act(then="hang"))

    with pytest.raises(AnswerLost):
        fetch(server, patience=Patience(tries=1, timeout_s=0.1))


@pytest.mark.parametrize(
    "first",
    [
        Act(head(9) + b"x"),
        Act(),
        answer(500, b""),
        answer(503, b""),
        answer(429, b"", Retry_After="2"),
    ],
    ids=["cut off", "nothing", "500", "503", "429"],
)
def test_what_may_pass_is_fetched_again(serve, first):
    server = serve(first, first, answer(200, PICTURE))

    assert fetch(server, patience=Patience()) == PICTURE
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "refusal",
    [
        answer(403, b""),
        answer(200, b""),
        Act(head(10**12)),
        answer(302, b"", Location="http://10.0.0.1/"),
        answer(503, b"", Retry_After="3600"),
    ],
    ids=["expired", "empty", "too large", "blocked", "an hour"],
)
def test_what_will_not_pass_is_fetched_once(serve, refusal):
    server = serve(refusal, answer(200, PICTURE))

    with pytest.raises(ApiError):
        fetch(server, patience=Patience())

    assert len(server.requests) == 1


def test_three_redirects_are_followed_and_a_fourth_is_not(serve):
    hops = [answer(code, b"", Location=f"/{code}") for code in (301, 302, 307)]
    server = serve(*hops, answer(200, PICTURE))
    endless = serve(answer(308, b"", Location="/again"))

    assert fetch(server) == PICTURE
    with pytest.raises(DownloadBlocked, match="more than 3"):
        fetch(endless)
    assert [request.line.split()[1] for request in server.requests] == [
        "/x.png",
        "/301",
        "/302",
        "/307",
    ]
    assert len(endless.requests) == 4


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
        fetch(server, network=elsewhere)

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
        from_sandbox(server).fetch(place.format(own=server.port, other=other.port) + "/x")

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
