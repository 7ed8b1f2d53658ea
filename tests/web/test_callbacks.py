"""The address of callbacks: bounded while reading, proved before parsing, on disk before the answer."""

import asyncio
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.domain.callback import SigningSecrets, signature_of
from lib.web import callbacks
from lib.web.callbacks import LARGEST_BODY
from tests.web.asgi import HOST, Answer, Header, call
from tests.web.callback_desk import RUN_ID, SECRET, Desk, a_callback, desk_at, signature

BODY = a_callback()
SIGNED = signature(BODY)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path, SigningSecrets(SECRET)) as desk:
        yield desk


@pytest.fixture
def unsigned_desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path, SigningSecrets()) as desk:
        yield desk


def post(desk: Desk, *headers: Header, path: str | None = None, **more) -> Answer:
    more.setdefault("chunks", (BODY,))
    return asyncio.run(call(desk.app, "POST", path or desk.path, headers=[HOST, *headers], **more))


def why(desk: Desk) -> list[str]:
    """The reasons for which callbacks were refused, as Settings tells them."""
    return [count.reason for count in desk.service.health().refusal_counts]


def test_a_signed_callback_is_kept_answered_and_then_looked_into(desk: Desk):
    answer = post(desk, SIGNED, (b"runflow-request-id", b"req-7"))

    assert (answer.status, answer.body) == (200, b"Kept.")
    (kept,) = desk.service.health().received
    assert (kept.request_id, kept.event, kept.run_id) == ("req-7", "run.completed", RUN_ID)
    assert desk.looked == [RUN_ID]


def test_it_is_on_disk_before_it_is_answered(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    def full(_received: object) -> bool:
        raise sa.exc.OperationalError("INSERT", {}, OSError("disk is full"))

    monkeypatch.setattr(desk.inbox, "put", full)

    answer = post(desk, SIGNED)

    assert answer.status == 503
    assert desk.looked == []


def test_it_is_answered_even_if_looking_into_it_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(type(desk.service), "look_into", lambda *_: 1 / 0)

    assert post(desk, SIGNED).status == 200
    assert "polling sees to its run" in caplog.text


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "x"]
)
def test_other_methods_are_not_allowed(desk: Desk, method: str):
    answer = asyncio.run(call(desk.app, method, desk.path, headers=[HOST, SIGNED]))

    assert (answer.status, answer.headers[b"allow"]) == (405, b"POST")


@pytest.mark.parametrize(
    "path",
    [
        "/callbacks/",
        "/callbacks/runflow",
        "/callbacks/runflow/",
        "/callbacks/runflow/a/b",
        "/callbacks/other/token",
        "/callbacks/Runflow/token",
        "/callbacks/runflow/../secrets",
    ],
)
def test_other_paths_are_not_found(desk: Desk, path: str):
    assert post(desk, SIGNED, path=path).status == 404


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ((), "no signature"),
        ((SIGNED, SIGNED), "more than one signature"),
        (((b"runflow-signature", b""),), "malformed signature"),
        (((b"runflow-signature", SIGNED[1].upper()),), "malformed signature"),
        (((b"runflow-signature", b"sha256=" + SIGNED[1]),), "malformed signature"),
        (((b"runflow-signature", b"\xff\xfe" * 32),), "malformed signature"),
        (((b"runflow-signature", SIGNED[1] + b", " + SIGNED[1]),), "malformed signature"),
        ((signature(BODY, "whsec_of_others"),), "wrong signature"),
        ((signature(BODY + b"\n"),), "wrong signature"),
    ],
)
def test_what_is_not_signed_as_it_should_be_is_refused_and_changes_nothing(
    desk: Desk, headers: tuple[Header, ...], reason: str
):
    before = desk.state()

    answer = post(desk, *headers)

    assert answer.status == 401
    assert desk.state() == before
    assert desk.looked == []
    assert why(desk) == [reason]


def test_the_signature_is_checked_before_anything_is_parsed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    def parse(_body: bytes) -> None:
        raise AssertionError("parsed too early")

    monkeypatch.setattr("lib.services.callbacks.parse_callback", parse)

    assert post(desk, signature(b"another body")).status == 401


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 200_000, b"1e999"])
def test_a_signed_body_that_is_no_callback_is_refused(desk: Desk, body: bytes):
    before = desk.state()

    answer = post(desk, signature(body), chunks=(body,))

    assert answer.status == 400
    assert desk.state() == before


def test_a_body_in_many_pieces_is_one_body(desk: Desk):
    pieces = [BODY[at : at + 7] for at in range(0, len(BODY), 7)]

    assert post(desk, SIGNED, chunks=pieces).status == 200


def test_the_largest_body_is_taken_and_one_byte_more_is_not(desk: Desk):
    def body_of(size: int) -> bytes:
        return b'{"x":"' + b"a" * (size - 8) + b'"}'

    largest = body_of(LARGEST_BODY)
    assert post(desk, signature(largest), chunks=(largest,)).status == 200
    larger = body_of(LARGEST_BODY + 1)
    assert post(desk, signature(larger), chunks=(larger,)).status == 413


def test_an_endless_body_is_cut_off_while_it_is_read(desk: Desk):
    read = []

    async def count() -> None:
        read.append(1)

    answer = post(desk, SIGNED, chunks=[b"x" * 65_536] * 1_000, drip=count)

    assert answer.status == 413
    assert len(read) <= 6


def test_a_body_that_says_it_is_too_large_is_not_read_at_all(desk: Desk):
    async def never() -> None:
        raise AssertionError("it was read")

    answer = post(desk, SIGNED, (b"content-length", b"999999999"), drip=never)

    assert answer.status == 413
    assert why(desk) == ["too large"]


@pytest.mark.parametrize("length", [b"", b"-5", b"abc", b"1e9", b"\xb2", b"9" * 5_000, b"0"])
def test_a_length_that_makes_no_sense_does_no_harm(desk: Desk, length: bytes):
    assert post(desk, SIGNED, (b"content-length", length)).status == 200


def test_a_body_that_drips_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(callbacks, "BODY_WITHIN_S", 0.05)

    async def drip() -> None:
        await asyncio.sleep(0.02)

    answer = post(desk, SIGNED, chunks=[b"x"] * 10_000, drip=drip)

    assert answer.status == 408
    assert why(desk) == ["too slow"]


def test_a_sender_that_goes_away_leaves_nothing_behind(desk: Desk):
    before = desk.state()

    post(desk, SIGNED, chunks=(BODY[:20],), ends=False)

    assert desk.state() == before
    assert why(desk) == ["broken off"]


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"br", b"GZIP", b"identity, gzip", b""])
def test_an_encoded_body_is_refused_unread(desk: Desk, encoding: bytes):
    packed = gzip.compress(BODY)
    answer = post(desk, signature(packed), (b"content-encoding", encoding), chunks=(packed,))

    assert answer.status == 415


def test_while_the_database_is_slow_the_loop_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    async def two() -> Answer:
        kept, loop = asyncio.Event(), asyncio.get_running_loop()

        def slow(_received: object) -> bool:
            # Returns only when the loop has done something else meanwhile.
            return asyncio.run_coroutine_threadsafe(kept.wait(), loop).result(20)

        monkeypatch.setattr(desk.inbox, "put", slow)
        first = asyncio.create_task(
            call(desk.app, "POST", desk.path, headers=[HOST, SIGNED], chunks=(BODY,))
        )
        second = await call(desk.app, "POST", desk.path, headers=[HOST], chunks=(BODY,))
        assert second.status == 401
        kept.set()
        return await first

    assert asyncio.run(two()).status == 200


def test_without_a_secret_the_token_decides(unsigned_desk: Desk):
    before = unsigned_desk.state()
    other = unsigned_desk.path.replace(RUN_ID, RUN_ID[:-1] + "2")

    assert post(unsigned_desk, path=other).status == 404
    assert post(unsigned_desk, path="/callbacks/runflow/" + RUN_ID).status == 404
    assert (unsigned_desk.state(), unsigned_desk.looked) == (before, [])
    assert post(unsigned_desk).status == 200
    assert unsigned_desk.looked == [RUN_ID]


def test_while_secrets_change_both_are_taken_over_http(tmp_path: Path):
    with desk_at(tmp_path, SigningSecrets("whsec_new", SECRET)) as desk:
        assert post(desk, SIGNED).status == 200
        body = a_callback(event="run.failed")
        new = (b"runflow-signature", signature_of(body, "whsec_new").encode())
        assert post(desk, new, chunks=(body,)).status == 200
        assert post(desk, signature(BODY, "whsec_older")).status == 401


def test_no_answer_echoes_what_was_sent_or_tells_the_secret(desk: Desk):
    evil = b"<script>alert(1)</script>"
    for headers in [(SIGNED,), (), ((b"runflow-signature", evil),)]:
        answer = post(desk, *headers, (b"runflow-request-id", evil), chunks=(evil,))
        assert b"script" not in answer.body
        assert SECRET.encode() not in answer.body
        assert answer.headers[b"content-type"].startswith(b"text/plain")
