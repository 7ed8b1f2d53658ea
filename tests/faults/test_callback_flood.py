"""100,000 callbacks that nobody should send, and 10,000 copies of a true one: nothing changes."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from lib.domain.callback import SigningSecrets
from lib.services import polling
from lib.services.polling import Polling
from tests.set_clock import SetClock
from tests.web.asgi import HOST, Answer, Header, call
from tests.web.callback_desk import RUN_ID, SECRET, Desk, a_callback, desk_at, signature

SEED = 20_261_123
FUZZED = 100_000
REPLAYS = 10_000
AT_A_TIME = 50
TRUE = a_callback()
METHODS = ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "post", "\x00", ""]
JSON_PIECES = [b"{", b"}", b"[", b"]", b'"', b"\\", b":", b",", b"null", b"1e999", b"\xff", b"\0"]


class Fuzz:
    """Makes requests of which none is a true callback. One seed, one sequence."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.random = random.Random(seed)
        self.desk = desk

    def request(self) -> dict[str, object]:
        """What `call` is given: something is wrong with it at one place at least."""
        body = self.body()
        headers = [HOST, *self.more_headers(), *self.signatures(body)]
        return {
            "method": self.often("POST", METHODS),
            "path": self.path(),
            "headers": headers,
            "chunks": self.chunks(body),
            "ends": self.random.random() > 0.05,
        }

    def often(self, usual: str, others: list[str]) -> str:
        return usual if self.random.random() < 0.9 else self.random.choice(others)

    def path(self) -> str:
        token = self.desk.path.rpartition("/")[2]
        made_up = [
            token,
            token[:-1],
            token[::-1],
            token.upper(),
            RUN_ID,
            f".{'0' * 32}",
            "../x",
            "%00",
            "é\u202e\x00\n",
            "\ud800",
            "a" * self.random.randrange(1, 5_000),
        ]
        chosen = self.random.choice(made_up)
        return self.often(f"/callbacks/runflow/{chosen}", [f"/callbacks/{chosen}", "/", "", chosen])

    def body(self) -> bytes:
        kind = self.random.randrange(6)
        if kind == 0:
            return self.random.randbytes(self.random.randrange(2_000))
        if kind == 1:
            return b"".join(self.random.choices(JSON_PIECES, k=self.random.randrange(60)))
        if kind == 2:
            return TRUE[: self.random.randrange(len(TRUE))]
        if kind == 3:
            changed = bytearray(TRUE)
            changed[self.random.randrange(len(TRUE))] ^= self.random.randrange(1, 256)
            return bytes(changed)
        return TRUE if kind == 4 else b"[" * self.random.randrange(3_000)

    def chunks(self, body: bytes) -> list[bytes]:
        if self.random.random() < 0.01:
            return [body, *[b"x" * 100_000] * 4]
        cut = self.random.randrange(len(body) + 1)
        return [body[:cut], body[cut:]]

    def more_headers(self) -> list[Header]:
        named = [b"content-length", b"content-encoding", b"content-type", b"runflow-request-id"]
        values = [b"", b"0", b"-1", b"9" * 40, b"gzip", b"\xff\xfe", b"identity", b"a" * 9_000]
        count = self.random.choice([0, 0, 1, 2])
        return [(self.random.choice(named), self.random.choice(values)) for _ in range(count)]

    def signatures(self, body: bytes) -> list[Header]:
        name, right = signature(body)
        wrong = [
            b"",
            right[:-1],
            right + b"0",
            right.upper(),
            b"sha256=" + right,
            self.random.randbytes(64),
            self.random.randbytes(32).hex().encode(),
            signature(body, "whsec_of_others")[1],
            signature(body + b" ")[1],
        ]
        # Never one alone that is right.
        kind = self.random.randrange(10)
        if kind == 0:
            return []
        if kind == 1:
            return [(name, right), (name, right)]
        return [(name, self.random.choice([value for value in wrong if value != right]))]


class UnsignedFuzz(Fuzz):
    """The same where there is no secret: the token is never the right one."""

    def path(self) -> str:
        return super().path().replace(self.desk.path, self.desk.path[:-1] + "g")


def run_all(desk: Desk, fuzz: Fuzz, count: int) -> Counter[int]:
    """Send so many requests, a few at a time; how often each status came."""
    seen: Counter[int] = Counter()

    async def some(number: int) -> None:
        for _ in range(number):
            answer: Answer = await call(desk.app, **fuzz.request())  # type: ignore[arg-type]
            seen[answer.status] += 1

    async def everything() -> None:
        await asyncio.gather(*(some(count // AT_A_TIME) for _ in range(AT_A_TIME)))

    asyncio.run(everything())
    return seen


@pytest.mark.parametrize(
    ("secrets", "kind", "refusal"),
    [
        (SigningSecrets(SECRET, "whsec_before"), Fuzz, 401),
        (SigningSecrets(), UnsignedFuzz, 404),
    ],
    ids=["signed", "unsigned"],
)
def test_no_made_up_callback_is_taken_or_brings_the_server_down(
    tmp_path: Path, secrets: SigningSecrets, kind: type[Fuzz], refusal: int
):
    with desk_at(tmp_path, secrets) as desk:
        before = desk.state()

        seen = run_all(desk, kind(desk, SEED), FUZZED // 2)

        assert sum(seen.values()) == FUZZED // 2
        assert [status for status in seen if status < 400 or status >= 500] == []
        assert {refusal, 404, 405, 413, 415} <= set(seen)
        assert seen[refusal] > FUZZED // 10
        assert desk.state() == before
        assert desk.looked == []
        health = desk.service.health()
        refused = sum(times for status, times in seen.items() if status not in (404, 405))
        counted = {count.reason: count.times for count in health.refusal_counts}
        counted.pop("wrong address", None)
        assert sum(counted.values()) == refused


def test_a_signed_body_of_any_kind_never_brings_the_server_down(tmp_path: Path):
    """What the API itself could send wrongly: kept when it is an object, else refused."""
    with desk_at(tmp_path, SigningSecrets(SECRET)) as desk:
        fuzz = Fuzz(desk, SEED)
        runs = desk.state()[0]

        async def everything() -> Counter[int]:
            seen: Counter[int] = Counter()
            for _ in range(2_000):
                body = fuzz.body()
                headers = [HOST, signature(body)]
                answer = await call(
                    desk.app, "POST", desk.path, headers=headers, chunks=fuzz.chunks(body)
                )
                seen[answer.status] += 1
            return seen

        seen = asyncio.run(everything())

        # A body made longer on its way is no longer what was signed, or is too large.
        assert {200, 400} <= set(seen) <= {200, 400, 401, 413}
        assert desk.state()[0] == runs


@pytest.fixture
def slow_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only hints lead to looks."""
    monkeypatch.setattr(polling, "PACE", ())
    monkeypatch.setattr(polling, "SLOWEST_S", 1e9)


def test_ten_thousand_copies_of_a_true_callback_are_one_look_in_ten_seconds(
    tmp_path: Path, slow_polls: None
):
    clock, looks = SetClock(), list[float]()
    loop = Polling(
        look=lambda _run_id: bool(looks.append(clock.since_start_s)), on_end=print, clock=clock
    )
    with desk_at(tmp_path, SigningSecrets(SECRET)) as desk:
        desk.service.start(loop.look_now)
        send = replaying(desk, [HOST, signature(TRUE)])
        assert send(1) == {200: 1}
        look_at_what_is_due(loop)
        before = desk.state()

        for _ in range(10):
            assert send(REPLAYS // 10) == {200: REPLAYS // 10}
            for _ in range(10):
                clock.pass_s(0.5)
                look_at_what_is_due(loop)

        assert desk.state() == before
        assert len(desk.inbox.recent(99)) == 1
        gaps = [later - earlier for earlier, later in pairwise(looks)]
        assert min(gaps) >= polling.BETWEEN_HINTS_S
        assert 5 <= len(looks) <= 7


def test_copies_after_the_end_of_a_run_are_no_look_at_all(tmp_path: Path):
    with desk_at(tmp_path, SigningSecrets(SECRET)) as desk:
        with desk.database.begin() as db:
            db.exec_driver_sql("UPDATE run SET state = 'stored'")
        send = replaying(desk, [HOST, signature(TRUE)])
        send(1)
        before = desk.state()

        assert send(1_000) == {200: 1_000}

        assert desk.state() == before
        assert desk.looked == []


def replaying(desk: Desk, headers: list[Header]) -> Callable[[int], Counter[int]]:
    """Sends the true callback so many times, some at once."""

    async def some(number: int, seen: Counter[int]) -> None:
        for _ in range(number):
            answer = await call(desk.app, "POST", desk.path, headers=headers, chunks=(TRUE,))
            seen[answer.status] += 1

    async def everything(count: int) -> Counter[int]:
        seen: Counter[int] = Counter()
        at_a_time = min(4, count)
        await asyncio.gather(*(some(count // at_a_time, seen) for _ in range(at_a_time)))
        return seen

    return lambda count: asyncio.run(everything(count))


def look_at_what_is_due(loop: Polling) -> None:
    """One turn of the schedule, without its threads."""
    with loop._changed:
        now = loop._clock.monotonic_s()
        wait = loop._wait(now)
        watched = loop._take_turn(now) if wait is not None and wait <= 0 else None
    if watched is not None:
        loop._look_once(watched)
