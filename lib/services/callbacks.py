"""Callbacks: the address that is sent with a run, and what a callback that comes there sets off.

A callback is proved, kept once, answered, and only then looked into: it says "look", and looking
asks the API. Too early, too late, repeated, out of order or about a run of others, it is harmless.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from lib.domain.callback import (
    Callback,
    CallbackRefused,
    Proof,
    Reason,
    Received,
    Refusal,
    RefusalCount,
    SigningSecrets,
    prove_by_signature,
    run_of,
    token_of,
)
from lib.domain.clock import Clock
from lib.domain.errors import NotWritten
from lib.domain.run import Run, RunState
from lib.runflow.lenient_json import UnusableAnswer, plain
from lib.runflow.wire_callback import parse_callback
from lib.services.callback_refusals import LONGEST_REQUEST_ID, CallbackRefusals
from lib.store.inbox import KEPT_FOR_MS, Inbox
from lib.store.records import Records

PATH = "/callbacks/runflow/"
SHOWN = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A callback as it came: the address's token, the values of two headers, and the raw body."""

    token: str
    body: bytes = field(repr=False)
    signatures: Sequence[str] = ()
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class CallbackHealth:
    """How callbacks are doing. `address` is where they come, None when runs are polled only."""

    address: str | None
    has_current_secret: bool
    has_previous_secret: bool
    received: Sequence[Received]
    refused: Sequence[Refusal]
    refusal_counts: Sequence[RefusalCount]


class CallbackService:
    """Takes callbacks for one installation.

    `public_url` is where the API reaches it. `secrets` may sign; without any the token of the
    address has to be right. Until `start` callbacks are kept and nothing is looked into.
    """

    def __init__(
        self,
        *,
        inbox: Inbox,
        records: Records,
        clock: Clock,
        origin: str,
        public_url: str | None,
        installation_secret: str,
        secrets: SigningSecrets,
    ) -> None:
        self._inbox = inbox
        self._records = records
        self._clock = clock
        self._origin = origin
        self._public_url = public_url
        self._installation_secret = installation_secret
        self._secrets = secrets
        self._look_now: Callable[[str], None] = _leave_it_to_another_process
        self._look_for: Callable[[str], None] = _leave_it_to_another_process
        self._ask_again: Callable[[str], None] = _leave_it_to_another_process
        self._refusals = CallbackRefusals(inbox, clock)

    def start(
        self,
        look_now: Callable[[str], None],
        look_for: Callable[[str], None] = lambda _remote_id: None,
        ask_again: Callable[[str], None] = lambda _run_id: None,
    ) -> None:
        """Call `look_now` with the id of each run that has to be looked at; forget what is old.

        `look_for` is called with the API's id of a run that the ledger does not know, `ask_again`
        with our id of a parked one.
        """
        self._look_now, self._look_for, self._ask_again = look_now, look_for, ask_again
        with suppress(NotWritten):  # there is time for that at the next start
            self._inbox.forget_before(self._clock.now_ms() - KEPT_FOR_MS)

    @property
    def address(self) -> str | None:
        """Where callbacks come, without a run's token; None when the API cannot reach us."""
        return None if self._public_url is None else self._public_url + PATH

    def trust(self, secrets: SigningSecrets) -> None:
        """From now on these sign."""
        self._secrets = secrets

    def url_for(self, run_id: str) -> str | None:
        """The `callback_url` of a run; None when the API cannot reach us."""
        if self.address is None:
            return None
        return self.address + token_of(run_id, self._installation_secret)

    # -- taking one ------------------------------------------------------------------------------

    def prove(self, delivery: Delivery) -> Proof:
        """By what a delivery is known to be genuine. Nothing of it is parsed, nothing is waited for.

        Raises CallbackRefused.
        """
        if self._secrets:
            return prove_by_signature(delivery.signatures, delivery.body, self._secrets)
        if self._run_of(delivery) is None:
            raise CallbackRefused(Reason.WRONG_ADDRESS)
        return Proof.TOKEN

    def keep(self, delivery: Delivery, proof: Proof) -> Received:
        """Put a proved delivery into the inbox, where it is once; it is on disk on return.

        Raises CallbackRefused when it is not JSON as callbacks are.
        """
        try:
            callback = parse_callback(delivery.body)
        except UnusableAnswer as error:
            raise CallbackRefused(Reason.UNUSABLE) from error
        received = Received(
            sha256=hashlib.sha256(delivery.body).hexdigest(),
            received_at=self._clock.now_ms(),
            proof=proof,
            run_id=self._named_run(delivery, callback, proof),
            remote_id=callback.remote_id if proof is not Proof.TOKEN else None,
            event=callback.event,
            status=callback.status,
            request_id=_storable(delivery.request_id),
        )
        self._inbox.put(received)
        return received

    def look_into(self, received: Received) -> None:
        """See that the run it is about is looked at, if that can bring anything."""
        run, remote_id = self._find(received), received.remote_id
        if run is not None and run.state is RunState.ACCEPTED:
            self._look_now(run.id)
        if run is not None and run.state is RunState.PARKED:
            self._ask_again(run.id)
        if remote_id is not None and (run is None or run.remote_id not in (None, remote_id)):
            self._look_for(remote_id)

    def accepted(self, run_id: str) -> None:
        """The API has this run: a callback may have come before that was known."""
        run = self._records.find(run_id)
        if run is not None and self._inbox.tells_of(run.id, run.remote_id):
            self._look_now(run_id)

    def _named_run(self, delivery: Delivery, callback: Callback, proof: Proof) -> str | None:
        """Our run's id, by the address; else by the metadata, which only a signature vouches for."""
        by_address = self._run_of(delivery)
        return by_address or (callback.client_ref if proof is not Proof.TOKEN else None)

    def _run_of(self, delivery: Delivery) -> str | None:
        return run_of(delivery.token, self._installation_secret)

    def _find(self, received: Received) -> Run | None:
        """The run by the API's id; else by ours. Runs of another API are none of it."""
        if received.remote_id is not None:
            run = self._records.find_remote(received.remote_id, origin=self._origin)
            if run is not None:
                return run
        run = self._records.find(received.run_id) if received.run_id else None
        return run if run is not None and run.origin == self._origin else None

    # -- refusing, and telling -------------------------------------------------------------------

    def refuse(self, reason: Reason, request_id: str | None, body: bytes) -> bool:
        """Count a refused delivery. True when `write_refusals` is due."""
        return self._refusals.note(reason, _storable(request_id), body)

    def write_refusals(self) -> None:
        """Put the counts on disk."""
        self._refusals.write()

    def about(self, run: Run) -> Sequence[Received]:
        """The newest callbacks about a run, newest first."""
        return self._inbox.about(run.id, run.remote_id, limit=SHOWN)

    def health(self) -> CallbackHealth:
        """How callbacks are doing."""
        self._refusals.write()
        return CallbackHealth(
            address=self.address,
            has_current_secret=bool(self._secrets.current),
            has_previous_secret=bool(self._secrets.previous),
            received=self._inbox.recent(SHOWN),
            refused=self._inbox.refusals(SHOWN),
            refusal_counts=self._inbox.refusal_counts(),
        )


def _leave_it_to_another_process(_run_id: str) -> None:
    """Whoever executes polls, and finds the end of the run by itself."""


def _storable(request_id: str | None) -> str | None:
    return str(plain(request_id))[:LONGEST_REQUEST_ID] if request_id else None
