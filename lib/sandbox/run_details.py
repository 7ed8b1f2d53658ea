"""What hangs on a run: logs, steps and evaluations. The sandbox has none of them, in due form."""

from typing import Any

from lib.sandbox.calls import Answer, Call
from lib.sandbox.errors import field_error, invalid, not_found
from lib.sandbox.item_pages import page_of_items
from lib.sandbox.listing import listed
from lib.sandbox.runs import find_run

LONGEST_REASON = 2000


async def empty_list(call: Call) -> dict[str, Any]:
    """Logs, node-runs and evaluations of a run; `any` stands for all runs."""
    if call.path["run_id"] != "any":
        find_run(call.world, call.path["run_id"])
    return page_of_items(call.world.database, [], listed(call.query))


async def no_node_run(call: Call) -> dict[str, Any]:
    """`GET /v1/runs/{run_id}/node-runs/{id}`: a plain model run has no steps."""
    raise not_found(f"Node run {call.path['node_run_id']!r}")


def no_evaluation(call: Call) -> Answer:
    """`PATCH .../evaluations/{evaluation_id}/feedback`: checked, then there is none."""
    find_run(call.world, call.path["run_id"])
    body = call.json_object()
    if not isinstance(body.get("is_positive"), bool | None):
        message = "Input should be a boolean or null"
        raise invalid([field_error(["body", "is_positive"], message, "bool_type")])
    reason = body.get("reason")
    if not isinstance(reason, str | None) or len(reason or "") > LONGEST_REASON:
        message = f"Input should be null or at most {LONGEST_REASON} characters"
        raise invalid([field_error(["body", "reason"], message, "string_type")])
    raise not_found(f"Evaluation {call.path['evaluation_id']!r}")
