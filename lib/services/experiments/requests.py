"""The dry run: every request of a plan as it will be sent, for the eye, as CSV and as JSON."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from lib.services.experiments.planning import Plan

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
    """All of them as a table; a field that is not sent is empty."""
    rows = request_rows(plan)
    fields = dict.fromkeys(name for row in rows for name in row if name not in (MONEY, THERE))
    written = io.StringIO()
    writer = csv.DictWriter(
        written, [*fields, MONEY, THERE], quoting=csv.QUOTE_ALL, lineterminator="\n"
    )
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _written(value) for name, value in row.items()})
    return written.getvalue()


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


def _written(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
