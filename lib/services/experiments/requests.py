"""The dry run: every request of a plan as it will be sent, for the eye, as CSV and as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from lib.services.experiments.planning import Plan
from lib.services.taking_away.csv_table import BYTE_ORDER_MARK, guarded, line

NUMBERS = ("cell", "repeat")
MONEY = "estimate_micros"
THERE = "there already"
"""The run whose pictures are used instead."""


def request_rows(plan: Plan) -> list[Mapping[str, Any]]:
    """One for each cell: its number, its input, and its estimate in micro-dollars."""
    return [
        {"cell": number, "repeat": priced.cell.repeat, **priced.cell.input}
        | {MONEY: priced.estimate_micros}
        | ({THERE: priced.made.run_id} if priced.made else {})
        for number, priced in enumerate(plan.cells, start=1)
    ]


def requests_csv(plan: Plan) -> str:
    """All of them as a table; a field that is not sent is empty, and no text is a formula."""
    rows = request_rows(plan)
    fields = dict.fromkeys(name for row in rows for name in row if name not in (MONEY, THERE))
    names = [*fields, MONEY, THERE]
    lines = (line(_guarded(row.get(name)) for name in names) for row in rows)
    return BYTE_ORDER_MARK + line(names) + "".join(lines)


def requests_json(plan: Plan) -> str:
    """All of them with the bodies that are sent: `input` is the API's."""
    told = [
        {
            "cell": number,
            "repeat": priced.cell.repeat,
            "model": plan.design.model_id,
            "input": dict(priced.cell.input),
            MONEY: priced.estimate_micros,
            "uses_pictures_of": priced.made.run_id if priced.made else None,
        }
        for number, priced in enumerate(plan.cells, start=1)
    ]
    return json.dumps(told, ensure_ascii=False, indent=1)


def _guarded(value: Any) -> Any:
    return guarded(value) if isinstance(value, str) else value
