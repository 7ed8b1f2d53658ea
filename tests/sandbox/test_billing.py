"""The balance: held for open runs, debited at their end, never for a failed one."""

from decimal import Decimal

import pytest

from tests.sandbox.running import wait_for


def test_a_new_account_holds_a_hundred_dollars(start_sandbox):
    balance = start_sandbox().api.get("/v1/billing/balance").json()

    assert balance["balance"] == "100.00"
    assert balance["balance_cents"] == 10_000
    assert balance["currency"] == "USD"


def test_a_run_is_debited_once_when_it_ends_though_nobody_asks_for_it(start_sandbox):
    sandbox = start_sandbox(seconds=1.5)
    run = sandbox.create(num_images=2, resolution="1K").json()
    assert sandbox.balance() == "100.00"
    assert sandbox.charges() == []

    assert wait_for(sandbox.charges) == [
        {
            "run_id": run["id"],
            "client_ref": None,
            "idempotency_key": None,
            "amount_micros": 160_000,
            "at": sandbox.run(run["id"])["completed_at"],
        }
    ]
    assert sandbox.balance() == "99.84"


def test_failed_runs_are_free(start_sandbox):
    sandbox = start_sandbox()
    run = sandbox.ended("[fail]")

    assert run["cost"] == "0.00"
    assert sandbox.balance() == "100.00"
    assert sandbox.charges() == []


def test_a_run_is_refused_that_costs_more_than_open_runs_leave(start_sandbox):
    sandbox = start_sandbox(seconds=500, balance="0.19")
    assert sandbox.create().status_code == 201
    assert sandbox.create(num_images=2).status_code == 201

    refused = sandbox.create()

    assert (refused.status_code, refused.json()["code"]) == (402, "INSUFFICIENT_CREDIT")
    assert sandbox.balance() == "0.19"


def test_the_last_cent_can_be_spent(start_sandbox):
    sandbox = start_sandbox(balance="0.06")
    sandbox.ended()

    assert sandbox.balance() == "0.00"
    assert sandbox.create().status_code == 402


def test_the_balance_survives_a_restart_unless_it_is_set_anew(start_sandbox):
    start_sandbox(balance="5").ended()
    assert start_sandbox().balance() == "4.94"
    assert start_sandbox(balance="7.50").balance() == "7.50"


def test_the_balances_are_also_listed(start_sandbox):
    body = start_sandbox().api.get("/v1/credit-balances").json()

    assert body["items"][0]["balance_usd"] == body["balance"] == "100.00"


@pytest.mark.parametrize("threshold", ["2.50", 2.5])
def test_the_threshold_is_set_under_an_optimistic_lock(start_sandbox, threshold):
    api = start_sandbox().api
    seen = api.get("/v1/billing/balance").json()["updated_at"]
    change = {"low_balance_threshold": threshold, "updated_at": seen}

    changed = api.patch("/v1/billing/balance", json=change)
    assert Decimal(changed.json()["low_balance_threshold"]) == Decimal("2.5")

    again = api.patch("/v1/billing/balance", json=change)
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT")


@pytest.mark.parametrize("threshold", [-1, "-0.01", "many", True, None, [], "NaN"])
def test_a_threshold_that_is_no_amount_is_422(sandbox, threshold):
    answer = sandbox.api.patch("/v1/billing/balance", json={"low_balance_threshold": threshold})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "low_balance_threshold"]
