"""Rows into DataFrames whose columns always have the same dtypes, also when there are no rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

Row = Mapping[str, Any]

RUN_DTYPES: Mapping[str, str] = {
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
    "decided_at": "datetime64[ms, UTC]",
}
SLOT_DTYPES: Mapping[str, str] = {
    "slot": "datetime64[ms, UTC]",
    "runs": "Int64",
    "pictures": "Int64",
    "estimate_micros": "Int64",
    "cost_micros": "Int64",
}


def run_frame(rows: Sequence[Row]) -> pd.DataFrame:
    """Runs: RUN_DTYPES, then a column for each input field that occurs in their `input`."""
    table = frame(rows, RUN_DTYPES)
    inputs = [row["input"] for row in rows]
    for name in dict.fromkeys(key for values in inputs for key in values):
        if name not in table:
            # As objects: beside a missing value, a whole number would become a rounded float.
            table[name] = pd.Series([values.get(name) for values in inputs], dtype="object")
    return table


def frame(rows: Sequence[Row], dtypes: Mapping[str, str]) -> pd.DataFrame:
    """The columns that `dtypes` names, in its order."""
    columns = {
        name: _typed(pd.Series([row[name] for row in rows], dtype="object"), dtype)
        for name, dtype in dtypes.items()
    }
    return pd.DataFrame(columns)


def _typed(values: "pd.Series[Any]", dtype: Any) -> "pd.Series[Any]":
    if dtype.startswith("datetime64"):
        return pd.to_datetime(values.astype("Int64"), unit="ms", utc=True).astype(dtype)
    return values.astype(dtype)
