"""A callback says "look" and no more: early, late, repeated, out of order or about others' runs."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from lib.domain.callback import (
    CallbackRefused,
    Proof,
    Reason,
    Received,
    SigningSecrets,
    signature_of,
)
from lib.domain.run import RunState
from lib.services.callback_refusals import BETWEEN_WRITES_S, LONGEST_EXCERPT
from lib.services.callbacks import PATH, CallbackService, Delivery
from lib.store.inbox import REFUSALS_KEPT, Inbox
from tests.services.conftest import World
from tests.services.scripted_api import ScriptedApi
from tests.set_clock import SetClock

SECRET = "whsec_of_a_test"
SIGNED_BY_IT = SigningSecrets(SECRET)
PUBLIC = "https://plantain.example"


@dataclass
class Desk:
    """The service, and which runs it wanted to have looked at."""

    service: CallbackService
    inbox: Inbox
    looked: list[str] = field(default_factory=list)
    looked_for: list[str] = field(default_factory=list)
    asked_again: list[str] = field(default_factory=list)

    def receive(self, delivery: Delivery) -> Received:
        """All that happens to a callback, in its order."""
        received = self.service.keep(delivery, self.service.prove(delivery))
        self.service.look_into(received)
        return received


@pytest.fixture
def open_desk(world: World) -> Callable[..., Desk]:
    def open_one(secrets: SigningSecrets = SIGNED_BY_IT, origin: str = "sandbox") -> Desk:
        inbox = Inbox(world.database, origin=origin)
        service = CallbackService(
            inbox=inbox,
            records=world.records,
            clock=world.clock,
            origin=origin,
            public_url=PUBLIC,
            installation_secret="of this installation",
            secrets=secrets,
        )
        desk = Desk(service, inbox)
        service.start(desk.looked.append, desk.looked_for.append, desk.asked_again.append)
        return desk

    return open_one


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


def token(desk: Desk, run_id: str = "01-run") -> str:
    address = desk.service.url_for(run_id)
    assert address is not None
    return address.removeprefix(PUBLIC + PATH)


def body(remote_id: str | None, client_ref: str | None = "01-run", **more: object) -> bytes:
    told = {"event": "run.completed", "run_id": remote_id, "status": "succeeded"}
    return json.dumps({**told, "metadata": {"client_ref": client_ref}, **more}).encode()


def signed(content: bytes, token: str = "of-another-installation", **more: object) -> Delivery:
    return Delivery(token, content, [signature_of(content, SECRET)], **more)


def accepted(world: World, run_id: str = "01-run") -> str:
    world.click(run_id)
    remote_id = world.send(run_id).remote_id
    assert remote_id is not None
    return remote_id


def test_a_callback_of_an_accepted_run_says_look(world: World, desk: Desk):
    remote_id = accepted(world)

    received = desk.receive(signed(body(remote_id), request_id="req-1"))

    assert desk.looked == ["01-run"]
    assert desk.inbox.recent(9) == [received]
    assert (received.event, received.request_id) == ("run.completed", "req-1")
    assert world.run().state is RunState.ACCEPTED


def test_a_callback_before_the_answer_of_the_post_is_kept_and_matched_when_that_is_known(
    world: World, desk: Desk
):
    world.click()
    attempt = world.ledger.intend("01-run", quiet_ms=1)
    assert attempt is not None

    desk.receive(signed(body("r-early")))
    assert desk.looked == []
    assert world.run().state is RunState.SENDING

    world.ledger.accept("01-run", "r-early", status="queued")
    desk.service.accepted("01-run")
    assert desk.looked == ["01-run"]


@pytest.mark.parametrize("known_by", ["the API's id", "the metadata", "the address"])
def test_an_early_callback_is_matched_by_whatever_names_the_run(
    world: World, desk: Desk, known_by: str
):
    world.click()
    desk.receive(
        signed(
            body(
                "r-early" if known_by == "the API's id" else None,
                "01-run" if known_by == "the metadata" else None,
            ),
            token(desk) if known_by == "the address" else "of-another-installation",
        )
    )

    world.ledger.intend("01-run", quiet_ms=1)
    world.ledger.accept("01-run", "r-early", status="queued")
    desk.service.accepted("01-run")

    assert desk.looked == ["01-run"]


def test_a_run_that_no_callback_told_of_is_not_looked_at_out_of_turn(world: World, desk: Desk):
    accepted(world)

    desk.service.accepted("01-run")

    assert desk.looked == []


def test_a_callback_after_the_end_changes_nothing(world: World, desk: Desk, api: ScriptedApi):
    remote_id = accepted(world)
    world.settlement.look("01-run")
    before, asked = world.run(), len(api.gets)

    desk.receive(signed(body(remote_id, event="run.failed", status="failed")))

    assert before.state is RunState.STORED
    assert (world.run(), len(api.gets), desk.looked) == (before, asked, [])


def test_callbacks_out_of_order_all_say_look_and_decide_nothing(world: World, desk: Desk):
    remote_id = accepted(world)

    for event in ("run.completed", "run.cancelled", "run.begun", "run.failed"):
        desk.receive(signed(body(remote_id, event=event)))

    assert set(desk.looked) == {"01-run"}
    assert world.run().state is RunState.ACCEPTED
    assert len(desk.inbox.recent(9)) == 4


def test_the_same_callback_again_is_kept_once(world: World, desk: Desk):
    remote_id = accepted(world)

    for _ in range(20):
        desk.receive(signed(body(remote_id)))

    assert len(desk.inbox.recent(99)) == 1


def test_a_callback_about_a_run_of_others_is_kept_and_harmless(world: World, desk: Desk):
    accepted(world)

    desk.receive(signed(body("somebody-elses", "another-run")))
    desk.receive(signed(body(None, None)))
    desk.receive(signed(b"{}"))

    assert desk.looked == []
    assert desk.looked_for == ["somebody-elses"]
    assert len(desk.inbox.recent(9)) == 3


def test_a_second_run_for_a_click_is_looked_for(world: World, desk: Desk):
    accepted(world)

    desk.receive(signed(body("another-remote-id"), token(desk)))

    assert desk.looked_for == ["another-remote-id"]


def test_a_callback_that_comes_before_the_answer_is_no_strangers(world: World, desk: Desk):
    world.click()
    world.ledger.intend("01-run", quiet_ms=1000)

    desk.receive(signed(body("not-known-yet"), token(desk)))

    assert desk.looked_for == []


def test_a_callback_that_only_its_address_proves_names_no_other_run(
    world: World, open_desk: Callable[..., Desk]
):
    accepted(world)
    without_secret = open_desk(SigningSecrets())

    without_secret.receive(Delivery(token(without_secret), body("somebody-elses")))

    assert without_secret.looked_for == []


@pytest.mark.parametrize("secrets", [SIGNED_BY_IT, SigningSecrets()])
def test_a_callback_of_a_parked_run_has_the_api_asked_again(
    world: World, open_desk: Callable[..., Desk], secrets: SigningSecrets
):
    remote_id = accepted(world)
    world.ledger.finish("01-run", RunState.PARKED)
    desk = open_desk(secrets)

    desk.receive(signed(body(remote_id), token(desk)))

    assert desk.asked_again == ["01-run"]
    assert (desk.looked, desk.looked_for) == ([], [])
    assert world.run().state is RunState.PARKED


def test_a_callback_of_one_api_says_nothing_of_a_run_at_another(
    world: World, open_desk: Callable[..., Desk]
):
    remote_id = accepted(world)
    real = open_desk(origin="api.runflow.io")

    real.receive(signed(body(remote_id), token(real)))

    assert real.looked == []


def test_a_signed_callback_is_about_the_run_that_it_names_not_the_address(world: World, desk: Desk):
    remote_id = accepted(world)
    accepted(world, "02-run")

    desk.receive(signed(body(remote_id), token(desk, "02-run")))

    assert desk.looked == ["01-run"]


def test_with_a_secret_the_right_address_is_no_proof(world: World, desk: Desk):
    with pytest.raises(CallbackRefused) as refused:
        desk.service.prove(Delivery(token(desk), body("r")))

    assert refused.value.reason is Reason.NO_SIGNATURE


def test_without_a_secret_the_address_proves_that_run_and_no_other(
    world: World, open_desk: Callable[..., Desk]
):
    desk = open_desk(SigningSecrets())
    accepted(world)
    other = accepted(world, "02-run")

    received = desk.receive(Delivery(token(desk), body(other, "02-run"), ["0" * 64]))

    assert received.proof is Proof.TOKEN
    assert desk.looked == ["01-run"]
    assert not desk.inbox.tells_of("02-run", other)
    with pytest.raises(CallbackRefused) as refused:
        desk.service.prove(Delivery("02-run." + "0" * 32, body(other)))
    assert refused.value.reason is Reason.WRONG_ADDRESS


def test_a_secret_that_was_replaced_is_taken_as_long_as_it_is_set(
    world: World, open_desk: Callable[..., Desk]
):
    remote_id = accepted(world)
    delivery = signed(body(remote_id))

    both = open_desk(SigningSecrets("whsec_new", SECRET))
    assert both.receive(delivery).proof is Proof.PREVIOUS_SECRET

    with pytest.raises(CallbackRefused):
        open_desk(SigningSecrets("whsec_new")).service.prove(delivery)


def test_a_signed_body_that_is_no_callback_is_refused_and_not_kept(desk: Desk):
    delivery = signed(b"[]")

    with pytest.raises(CallbackRefused) as refused:
        desk.service.keep(delivery, desk.service.prove(delivery))

    assert refused.value.reason is Reason.UNUSABLE
    assert desk.inbox.recent(9) == []


def test_a_process_that_does_not_execute_keeps_callbacks_and_looks_at_nothing(
    world: World, desk: Desk
):
    remote_id = accepted(world)
    desk.service.start(lambda _run_id: None)

    desk.receive(signed(body(remote_id)))

    assert desk.looked == []
    assert desk.inbox.tells_of("01-run", remote_id)


def test_a_flood_of_refusals_is_a_write_now_and_then(desk: Desk, clock: SetClock):
    due = [desk.service.refuse(Reason.NO_SIGNATURE, "req", b"x" * 5_000)]
    desk.service.write_refusals()
    due += [desk.service.refuse(Reason.WRONG_SIGNATURE, None, b"") for _ in range(500)]
    clock.pass_s(BETWEEN_WRITES_S)
    due += [desk.service.refuse(Reason.WRONG_SIGNATURE, None, b"")]

    assert (due[0], any(due[1:-1]), due[-1]) == (True, False, True)
    assert len(desk.inbox.refusals(999)) == 1
    health = desk.service.health()
    assert {count.reason: count.times for count in health.refusal_counts} == {
        "no signature": 1,
        "wrong signature": 501,
    }
    kept = desk.inbox.refusals(999)
    assert len(kept) == REFUSALS_KEPT
    assert max(len(refusal.excerpt) for refusal in kept) <= LONGEST_EXCERPT


def test_health_tells_the_address_and_that_there_is_a_secret_but_not_which(
    world: World, open_desk: Callable[..., Desk]
):
    desk = open_desk(SigningSecrets(SECRET, "whsec_old"))
    desk.receive(signed(body("r")))

    health = desk.service.health()

    assert health.address == f"{PUBLIC}{PATH}"
    assert (health.has_current_secret, health.has_previous_secret) == (True, True)
    assert len(health.received) == 1
    assert "whsec" not in repr(health)
