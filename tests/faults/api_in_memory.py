"""An API in memory that takes, loses, delays and lies as it is told, and counts what it charges.

It stands where `Client` and `Downloads` stand and raises what they raise. A request can also land
late: its sender has given up (or died) long before the API takes it.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO

from PIL import Image

from lib.domain.errors import (
    AnswerLost,
    Conflict,
    CreditExhausted,
    InputRefused,
    KeyRefused,
    ModelUnavailable,
    NeverSent,
    NotFound,
    TooManyRequests,
)
from lib.domain.output import Artifact, Output
from lib.domain.run import Failure, RemoteRun, Status
from lib.runflow.download import DownloadBlocked, DownloadBroken, DownloadExpired
from lib.runflow.wire import client_ref_sent

COST_MICROS = 80_000
SLOWEST_ACCEPT_S = 55.0
SLOWEST_LIST_S = 5.0
"""Together still within the quiet time of 65 s: what the protocol is built for."""

REFUSALS = {
    "400": (InputRefused, 400),
    "401": (KeyRefused, 401),
    "402": (CreditExhausted, 402),
    "404": (NotFound, 404),
    "409": (Conflict, 409),
    "429": (TooManyRequests, 429),
    "503 unavailable": (ModelUnavailable, 503),
}
POSTS = (
    *("accept", "accept", "accept", "accept, answer lost", "accept, die", "die", "never sent"),
    *("lost on the way", "land late", "land late", "land late", "land late, die"),
    *("land late, 409", "answer as a stranger"),
    *REFUSALS,
)
LISTS = ("true", "true", "true", "lost", "429")
POLLS = ("true", "true", "true", "running", "unheard-of", "404", "lost", "another's", "no cost")
POLLS += ("negative cost", "no pictures")
BAD_POLLS = ("404", "another's", "no pictures")
FILES = ("true", "true", "true", "expired", "cut off", "no answer", "no picture", "inside")
ENDINGS = (Status.SUCCEEDED, Status.SUCCEEDED, Status.SUCCEEDED, Status.FAILED, Status.CANCELED)


class Died(BaseException):
    """The process was killed here: nothing after this line happens."""


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (4, 3), "teal").save(file, "PNG")
    return file.getvalue()


PICTURE = picture()
NO_PICTURE = b"<html><script>alert('not a picture')</script></html>"


@dataclass
class Taken:
    """A run at the API. Times are monotonic seconds."""

    run: RemoteRun
    ends_as: str
    ends_at_s: float
    listed_from_s: float


@dataclass
class ApiInMemory:
    """What happens next stands in `posts`, `lists`, `polls` and `files`; all goes well when empty.

    `witness` is told of each POST, before anything of it happens.
    """

    now_s: Callable[[], float]
    witness: Callable[[str, bytes], None] = lambda _key, _body: None
    honours_keys: bool = True
    ending: str = Status.SUCCEEDED
    takes_s: float = 2.0
    picture_url: str = "https://storage.example/kite.png"
    posts: deque[str] = field(default_factory=deque)
    lists: deque[str] = field(default_factory=deque)
    polls: deque[str] = field(default_factory=deque)
    files: deque[str] = field(default_factory=deque)
    late_s: float = SLOWEST_ACCEPT_S
    list_lag_s: float = SLOWEST_LIST_S
    taken: dict[str, Taken] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    under_way: list[tuple[float, str, str]] = field(default_factory=list)
    times_taken: Counter[str] = field(default_factory=Counter)

    def charged_micros(self) -> int:
        """What all runs that ended have cost."""
        self.land()
        return sum(self._as_it_is(taken).cost_micros or 0 for taken in self.taken.values())

    def cost_of(self, client_ref: str) -> int:
        """What the runs of one client_ref cost, when they have ended or once they will."""
        runs = [taken for taken in self.taken.values() if taken.run.client_ref == client_ref]
        return sum(COST_MICROS for taken in runs if taken.ends_as == Status.SUCCEEDED)

    def land(self) -> None:
        """Take what was under way until now."""
        landed = [entry for entry in self.under_way if entry[0] <= self.now_s()]
        self.under_way = [entry for entry in self.under_way if entry[0] > self.now_s()]
        for at_s, key, client_ref in sorted(landed):
            self._take(key, client_ref, at_s)

    def _take(self, key: str, client_ref: str, at_s: float) -> RemoteRun:
        if self.honours_keys and key in self.by_key:
            return self.taken[self.by_key[key]].run
        remote_id = f"remote-{len(self.taken):04d}"
        run = RemoteRun(
            remote_id, Status.QUEUED, client_ref=client_ref, created_at=f"{len(self.taken):08d}"
        )
        self.taken[remote_id] = Taken(run, self.ending, at_s + self.takes_s, at_s + self.list_lag_s)
        self.by_key[key] = remote_id
        self.times_taken[client_ref] += 1
        return run

    def _as_it_is(self, taken: Taken) -> RemoteRun:
        if self.now_s() < taken.ends_at_s:
            return replace(taken.run, status=Status.RUNNING)
        if taken.ends_as != Status.SUCCEEDED:
            failure = Failure("PROVIDER_ERROR", "no kites today")
            return replace(taken.run, status=taken.ends_as, failure=failure, cost_micros=0)
        output = Output(outputs=(Artifact(self.picture_url),))
        return replace(taken.run, status=taken.ends_as, output=output, cost_micros=COST_MICROS)

    # -- as the client ---------------------------------------------------------------------------

    def create_run(self, _model_id: str, body: bytes, *, idempotency_key: str) -> RemoteRun:
        self.witness(idempotency_key, body)
        self.land()
        word = self.posts.popleft() if self.posts else "accept"
        client_ref = client_ref_sent(body) or idempotency_key
        if word in REFUSALS:
            self._refuse(word)
        if word == "never sent":
            raise NeverSent("the connection was refused")
        if word == "die":
            raise Died
        if word.startswith("land late"):
            self.under_way.append((self.now_s() + self.late_s, idempotency_key, client_ref))
            self._refuse("409") if word.endswith("409") else self._lose(word)
        if word == "lost on the way":
            self._lose(word)
        run = self._take(idempotency_key, client_ref, self.now_s())
        if word == "answer as a stranger":
            return next(iter(self.taken.values())).run
        if word != "accept":
            self._lose(word)
        return run

    def _refuse(self, word: str) -> None:
        leaf, status = REFUSALS[word]
        raise leaf("said the API", http_status=status)

    def _lose(self, word: str) -> None:
        if word.endswith("die"):
            raise Died
        raise AnswerLost(word)

    def find_by_client_ref(self, client_ref: str, *, patience: object) -> tuple[RemoteRun, ...]:
        self.land()
        word = self.lists.popleft() if self.lists else "true"
        if word == "lost":
            raise AnswerLost("no lists today")
        if word in REFUSALS:
            self._refuse(word)
        return tuple(
            self._as_it_is(taken)
            for taken in reversed(self.taken.values())
            if taken.run.client_ref == client_ref and taken.listed_from_s <= self.now_s()
        )

    def get_run(self, remote_id: str, *, patience: object) -> RemoteRun:
        self.land()
        word = self.polls.popleft() if self.polls else "true"
        if word == "lost":
            raise AnswerLost("no answer")
        if word in REFUSALS:
            self._refuse(word)
        if remote_id not in self.taken:
            raise NotFound("no such run", http_status=404)
        return self._told(self._as_it_is(self.taken[remote_id]), word)

    def _told(self, run: RemoteRun, word: str) -> RemoteRun:
        match word:
            case "running" | "unheard-of":
                return replace(run, status=word, output=Output(), cost_micros=None)
            case "another's":
                return replace(run, client_ref="somebody else's")
            case "no cost":
                return replace(run, cost_micros=None)
            case "negative cost":
                return replace(run, cost_micros=-COST_MICROS)
            case "no pictures":
                return replace(run, output=Output())
            case _:
                return run

    # -- as the downloads ------------------------------------------------------------------------

    def fetch(self, _url: str) -> bytes:
        match self.files.popleft() if self.files else "true":
            case "expired":
                raise DownloadExpired("no longer")
            case "cut off":
                raise DownloadBroken("it ended early")
            case "no answer":
                raise AnswerLost("no answer")
            case "inside":
                raise DownloadBlocked("it leads inside")
            case "no picture":
                return NO_PICTURE
            case _:
                return PICTURE
