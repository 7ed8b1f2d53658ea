"""A part of the state machine: callbacks, true ones and forged ones, while secrets change hands."""

import hashlib
import hmac
import json
from collections import Counter
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from lib.domain.callback import CallbackRefused, SigningSecrets
from lib.domain.run import RunState
from lib.services.callbacks import Delivery
from tests.faults import api_in_memory as api_words
from tests.faults.api_in_memory import ApiInMemory
from tests.faults.small_plantain import SmallPlantain

CHANGES = ("at the API", "in the settings", "in the settings", "the old one is dropped", "no more")
SIGNATURES = ("the API's", "the API's", "current", "previous", "a stranger's", "of other bytes")
SIGNATURES += ("in capitals", "two", "none")
ADDRESSES = ("its own", "its own", "another run's", "forged")
EVENTS = ("run.completed", "run.failed", "run.cancelled", "run.partial_succeeded", "run.danced")
BODIES = ("whole", "whole", "without metadata", "of a run that nobody knows", "no JSON")


def signed(body: bytes, secret: str) -> str:
    """As the vendor's page has it: the hex HMAC-SHA256 of the raw body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class CallingBack(RuleBasedStateMachine):
    """What a history has to offer is set by the machine that this is a part of.

    A callback is taken if it is genuine and refused if not; either way no run changes by it. About
    an accepted or a parked run it leads to a look, and what that look brings is the API's word,
    true or false.
    """

    seen: ClassVar[Counter[str]]
    api: ApiInMemory
    plantain: SmallPlantain
    run_ids: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.secrets_made = 0
        self.apis_secret = "whsec_0"

    def mortal(self, what: str) -> AbstractContextManager[Any]:
        """Within it the process may die."""
        raise NotImplementedError

    def lies(self, poll: str) -> None:
        """This is what the API will say."""
        raise NotImplementedError

    def forget_words(self) -> None:
        """The API is true and well again."""
        raise NotImplementedError

    def rows(self) -> list[Any]:
        """The ledger's runs."""
        raise NotImplementedError

    def ask_again(self, run_id: str) -> None:
        """About a parked run, where audits are made."""

    # -- secrets ---------------------------------------------------------------------------------

    @rule(change=st.sampled_from(CHANGES))
    def secrets_change(self, change: str) -> None:
        """The API's secret, or those of the settings, which count from the next start on."""
        self.seen[f"secrets, {change}"] += 1
        if change == "at the API":
            self.secrets_made += 1
            self.apis_secret = f"whsec_{self.secrets_made}"
            return
        self.plantain.secrets = self.changed(self.plantain.secrets, change)
        self.plantain.restart()

    def changed(self, now: SigningSecrets, change: str) -> SigningSecrets:
        if change == "no more":
            return SigningSecrets()
        if change == "the old one is dropped" or now.current == self.apis_secret:
            return SigningSecrets(now.current)
        return SigningSecrets(self.apis_secret, now.current)

    # -- callbacks -------------------------------------------------------------------------------

    @precondition(lambda self: self.run_ids)
    @rule(
        which=st.integers(0, 5),
        signature=st.sampled_from(SIGNATURES),
        address=st.sampled_from(ADDRESSES),
        event=st.sampled_from(EVENTS),
        kind=st.sampled_from(BODIES),
        copies=st.integers(1, 3),
        poll=st.sampled_from(api_words.POLLS),
    )
    def call_back(
        self,
        which: int,
        signature: str,
        address: str,
        event: str,
        kind: str,
        copies: int,
        poll: str,
    ) -> None:
        """Early, late, again, in any order: the API's words are about no moment in particular."""
        run_id = self.run_ids[which % len(self.run_ids)]
        body = self.body(run_id, event, kind)
        delivery = Delivery(self.token(run_id, address), body, self.signatures(signature, body))
        is_good = kind != "no JSON" and self.is_genuine(delivery, address)
        before = self.rows()
        with self.mortal(f"callback, {signature}, {'taken' if is_good else 'refused'}"):
            for _ in range(copies):
                assert self.is_taken(delivery) is is_good, f"{signature}, {address}, {kind}"
            assert self.rows() == before, "a callback has changed a run by itself"
            if is_good and kind == "whole" and address == "its own":
                assert self.leads_to_a_look(run_id), f"nobody looks at {run_id}"
            self.look_at_what_was_said(poll)
        self.forget_words()

    def body(self, run_id: str, event: str, kind: str) -> bytes:
        if kind == "no JSON":
            return f'{{"run_id": "{run_id}"'.encode()
        theirs = [taken.run for taken in self.api.taken.values() if taken.run.client_ref == run_id]
        is_known = theirs and kind != "of a run that nobody knows"
        told = {"run_id": theirs[0].remote_id if is_known else "remote-9999", "event": event}
        told["status"] = event.removeprefix("run.")
        if kind == "whole":
            return json.dumps(told | {"metadata": {"client_ref": run_id}}).encode()
        return json.dumps(told).encode()

    def token(self, run_id: str, address: str) -> str:
        ours = run_id if address == "its own" else self.run_ids[-1]
        url = self.plantain.callbacks.url_for(ours) or ""
        token = url.rpartition("/")[2]
        return f"{token[:-1]}{'0' if token[-1] != '0' else '1'}" if address == "forged" else token

    def signatures(self, kind: str, body: bytes) -> list[str]:
        secrets = self.plantain.secrets
        right = signed(body, self.apis_secret)
        match kind:
            case "none":
                return []
            case "two":
                return [right, right]
            case "in capitals":
                return [right.upper()]
            case "of other bytes":
                return [signed(body + b" ", self.apis_secret)]
            case "a stranger's":
                return [signed(body, "whsec_of_a_stranger")]
            case "the API's":
                return [right]
            case _:
                secret = secrets.current if kind == "current" else secrets.previous
                return [signed(body, secret or "whsec_that_is_not_set")]

    def is_genuine(self, delivery: Delivery, address: str) -> bool:
        secrets = [self.plantain.secrets.current, self.plantain.secrets.previous]
        known = [signed(delivery.body, secret) for secret in secrets if secret]
        if not known:
            return address != "forged"
        return len(delivery.signatures) == 1 and delivery.signatures[0] in known

    def is_taken(self, delivery: Delivery) -> bool:
        callbacks = self.plantain.callbacks
        try:
            received = callbacks.keep(delivery, callbacks.prove(delivery))
        except CallbackRefused:
            return False
        callbacks.look_into(received)
        return True

    def leads_to_a_look(self, run_id: str) -> bool:
        run = self.plantain.records.find(run_id)
        match run and run.state:
            case RunState.ACCEPTED:
                return run_id in self.plantain.hinted
            case RunState.PARKED:
                return run_id in self.plantain.asked_again
            case _:
                return True

    def look_at_what_was_said(self, poll: str) -> None:
        hinted = self.plantain.hinted
        while hinted:
            self.lies(poll)
            self.api.polls.append(poll)
            self.plantain.settlement.look(hinted.pop())
        while self.plantain.asked_again:
            self.api.polls.append(poll)
            self.ask_again(self.plantain.asked_again.pop())
