"""Downloads: whole, within their caps, and each way to fail is its own decision."""

import gzip
import socket

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
