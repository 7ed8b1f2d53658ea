"""Admin cancellation. A run that is running is billed all the same: the provider goes on.

A run that had not started costs nothing. Whether and how the API charges is only hinted at in its
pages ("billed for what the provider charged"); this is the reading that can be tested.
"""

from typing import Any

from lib.sandbox.auth import require_admin
from lib.sandbox.billing import commit_micros
from lib.sandbox.calls import Answer, Call
from lib.sandbox.errors import field_error, invalid
from lib.sandbox.life import TERMINAL
from lib.sandbox.run_records import record, status_at
from lib.sandbox.runs import find_run

SHORTEST_REASON, LONGEST_REASON = 3, 500


def cancel(call: Call) -> Answer:
    """`POST /v1/admin/runs/{run_id}/cancellation`: 201 when it moved, 200 when it had ended."""
    require_admin(call.caller)
    _check_reason(call.json_object(optional=True).get("reason"))
    row = find_run(call.world, call.path["run_id"])
    if status_at(row, call.now) in TERMINAL:
        return Answer(200, record(call.world, row, call.now, call.base_url))
    _end(call, row)
    row = find_run(call.world, row["id"])
    return Answer(201, record(call.world, row, call.now, call.base_url))


def _end(call: Call, row: Any) -> None:
    has_started = status_at(row, call.now) == "running"
    cost = row["cost_micros"] if has_started else 0
    call.world.database.run(
        "UPDATE run SET end_status = 'canceled', completed_at = :now, cost_micros = :cost, "
        "started_at = CASE WHEN started_at <= :now THEN started_at END, "
        "failure_code = NULL, failure_message = NULL, failure_stage_code = NULL WHERE id = :id",
        {"now": call.now, "cost": cost, "id": row["id"]},
    )
    commit_micros(call.world.database, cost - row["cost_micros"])
    call.world.callbacks_due.set()


def _check_reason(reason: Any) -> None:
    if reason is None:
        return
    if not isinstance(reason, str) or not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        message = f"Input should be null or {SHORTEST_REASON} to {LONGEST_REASON} characters"
        raise invalid([field_error(["body", "reason"], message, "string_type")])
