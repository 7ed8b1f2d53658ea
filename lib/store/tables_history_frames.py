"""The DataFrames of the history: their columns and dtypes, the same with and without rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from lib.store.tables_frames import Row, frame

HISTORY_DTYPES: Mapping[str, str] = {
    "no": "Int64",
    "id": "str",
    "created_at": "datetime64[ms, UTC]",
    "state": "str",
    "status": "str",
    "prompt": "str",
    "pictures": "Int64",
    "thumbnail": "str",
    "estimate_micros": "Int64",
    "cost_micros": "Int64",
    "cost_basis": "str",
    "duration_ms": "Int64",
    "nsfw_detected": "boolean",
    "failure_code": "str",
    "failure_message": "str",
    "note": "str",
    "created_by": "str",
    "model_id": "str",
    "favourite": "boolean",
    "rating": "Int64",
    "remark": "str",
    "seed_used": "object",
    "parent_id": "str",
    "parent_kind": "str",
    "deleted_at": "datetime64[ms, UTC]",
    "decided_at": "datetime64[ms, UTC]",
}
"""One row a run. `prompt` is cut after PROMPT_LENGTH characters; `thumbnail` is the sha256 of the
first picture that can be shown; money is micro-dollars. `no` is the run's number in the history."""
PICTURE_DTYPES: Mapping[str, str] = {
    "run_id": "str",
    "number": "Int64",
    "sha256": "str",
    "mime": "str",
    "width": "Int64",
    "height": "Int64",
    "size_bytes": "Int64",
    "problem": "str",
}
"""One row a picture of the runs of a page, in their order. `number` counts from 0."""
FACET_DTYPES: Mapping[str, str] = {
    "filter": "str",
    "value": "str",
    "label": "str",
    "runs": "Int64",
    "is_exact": "boolean",
    "is_chosen": "boolean",
}
"""One row a value of a filter. `label` is what to show for it where that is not the value itself:
the name of a collection."""
PROMPT_LENGTH = 1_000


def history_frame(rows: Sequence[Row]) -> pd.DataFrame:
    """Runs: HISTORY_DTYPES, `tags` (a tuple of names), then each input field that occurs."""
    inputs: list[Mapping[str, Any]] = [_fields(row["input"]) for row in rows]
    names = dict.fromkeys(key for values in inputs for key in values)
    others = [name for name in names if name not in HISTORY_DTYPES]
    # As objects: beside a missing value, a whole number would become a rounded float.
    dtypes = {**HISTORY_DTYPES, "tags": "object", **dict.fromkeys(others, "object")}
    return frame(
        [{**values, **row} for row, values in zip(rows, _all_of(inputs, others), strict=True)],
        dtypes,
    )


def _all_of(inputs: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Iterator[Row]:
    return ({name: values.get(name) for name in names} for values in inputs)


def _fields(values: Any) -> Mapping[str, Any]:
    return values if isinstance(values, Mapping) else {}
