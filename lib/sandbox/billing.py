"""The account: what it holds, what open runs will take of it, what has been charged.

The cost of a run is set aside when it is accepted and counts as charged from its end on. Both
follow from the stored runs and the time alone, so they are exact though nobody looks.
"""

from typing import Any

from lib.sandbox.calls import Answer, Call
from lib.sandbox.clock import iso
from lib.sandbox.database import Database
from lib.sandbox.errors import Refusal, conflict, field_error, invalid
from lib.sandbox.money import MICROS, to_micros, to_text

MOST_DOLLARS = 10**9


def available_micros(database: Database) -> int:
    """The balance less what open runs will cost."""
    row = database.one("SELECT opening_micros - committed_micros AS available FROM account")
    return int(row["available"])


def balance_micros(database: Database, now: int) -> int:
    """The balance: every run that has ended is paid, none that is open."""
    row = database.one(
        "SELECT COALESCE(SUM(cost_micros), 0) AS open FROM run WHERE completed_at > ?", (now,)
    )
    return available_micros(database) + int(row["open"])


def require_credit(database: Database, estimate: int) -> None:
    """Raises 402 when the estimate is more than is available."""
    available = available_micros(database)
    if estimate > available:
        raise Refusal(
            402,
            "INSUFFICIENT_CREDIT",
            f"Insufficient credit: the run costs ${to_text(estimate)}, "
            f"available are ${to_text(available)}. Add credits to go on.",
        )


def commit_micros(database: Database, cost: int) -> None:
    """Set aside what an accepted run costs; a negative amount gives back."""
    database.run("UPDATE account SET committed_micros = committed_micros + ?", (cost,))


def _record(call: Call) -> dict[str, Any]:
    """Both documented shapes in one: decimal text, and cents with a currency."""
    account = call.world.database.one("SELECT * FROM account")
    micros = balance_micros(call.world.database, call.now)
    is_low = account["threshold_micros"] > 0 and micros < account["threshold_micros"]
    return {
        "id": account["balance_id"],
        "org_id": call.world.org_id,
        "balance": to_text(micros),
        "low_balance_threshold": to_text(account["threshold_micros"]),
        "low_balance_notified_at": iso(account["updated_at"]) if is_low else None,
        "created_at": iso(account["created_at"]),
        "updated_at": iso(account["updated_at"]),
        "balance_cents": micros // 10_000,
        "currency": "USD",
    }


async def balance(call: Call) -> dict[str, Any]:
    """`GET /v1/billing/balance`."""
    return _record(call)


async def credit_balances(call: Call) -> dict[str, Any]:
    """`GET /v1/credit-balances`: a list of the one balance, its fields repeated on top."""
    found = {**_record(call)}
    found["balance_usd"] = found["balance"]
    return {**found, "items": [found], "first": None, "next": None, "previous": None}


def update(call: Call) -> Answer:
    """`PATCH /v1/billing/balance`: the threshold, under the optimistic lock `updated_at`."""
    body = call.json_object()
    account = call.world.database.one("SELECT * FROM account")
    micros = _threshold(body.get("low_balance_threshold", to_text(account["threshold_micros"])))
    if body.get("updated_at") not in (None, iso(account["updated_at"])):
        raise conflict("The balance was changed meanwhile: read it again for its updated_at.")
    call.world.database.run(
        "UPDATE account SET threshold_micros = ?, updated_at = ?", (micros, call.now)
    )
    return Answer(200, _record(call))


def _threshold(value: Any) -> int:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError("Input should be a number of dollars")
        micros = to_micros(str(value))
        if not 0 <= micros <= MOST_DOLLARS * MICROS:
            raise ValueError(f"Input should be from 0 to {MOST_DOLLARS}")
    except ValueError as error:
        loc: list[str | int] = ["body", "low_balance_threshold"]
        raise invalid([field_error(loc, str(error), "decimal_parsing")]) from error
    return micros
