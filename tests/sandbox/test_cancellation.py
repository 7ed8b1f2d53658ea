"""Cancellation by an admin."""

import uuid

import pytest

from tests.sandbox.running import wait_for


def cancel(sandbox, run_id, **body):
    return sandbox.admin.post(f"/v1/admin/runs/{run_id}/cancellation", json=body)


def test_a_queued_run_is_canceled_for_nothing(start_sandbox):
    sandbox = start_sandbox(seconds=500)
    run = sandbox.create().json()
    answer = cancel(sandbox, run["id"], reason="not needed")

    assert answer.status_code == 201
    assert (answer.json()["status_code"], answer.json()["cost"]) == ("canceled", "0.00")
    assert sandbox.run(run["id"])["status_code"] == "canceled"
    assert sandbox.balance() == "100.00"


def test_a_running_run_is_billed_all_the_same(start_sandbox):
    sandbox = start_sandbox(seconds=0.002)
    run = sandbox.create("[stuck]").json()
    wait_for(lambda: sandbox.run(run["id"])["status_code"], lambda status: status == "running")

    canceled = cancel(sandbox, run["id"]).json()
    assert (canceled["status_code"], canceled["cost"]) == ("canceled", "0.06")
    assert sandbox.balance() == "99.94"


def test_a_run_that_has_ended_stays_as_it_is(start_sandbox, receiver):
    sandbox = start_sandbox()
    run = sandbox.ended(callback_url=receiver.url)
    receiver.wait()
    answer = cancel(sandbox, run["id"])

    assert answer.status_code == 200
    assert answer.json()["status_code"] == "succeeded"
    assert len(sandbox.api.get(f"/v1/runs/{run['id']}/callback").json()) == 1


def test_what_was_held_for_a_canceled_run_can_be_spent(start_sandbox):
    sandbox = start_sandbox(seconds=500, balance="0.06")
    run = sandbox.create().json()
    assert sandbox.create().status_code == 402

    cancel(sandbox, run["id"])
    assert sandbox.create().status_code == 201


@pytest.mark.parametrize("reason", ["no", "x" * 501, 7])
def test_a_bad_reason_is_422(sandbox, reason):
    assert cancel(sandbox, str(uuid.uuid4()), reason=reason).status_code == 422


def test_an_unknown_run_is_404(sandbox):
    assert cancel(sandbox, str(uuid.uuid4())).status_code == 404
