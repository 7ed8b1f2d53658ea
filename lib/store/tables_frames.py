"""Rows into DataFrames whose columns always have the same dtypes, also when there are no rows."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

NOT_A_TIME = np.iinfo(np.int64).min
Row = Mapping[str, Any]


def frame(rows: Sequence[Row], dtypes: Mapping[str, str]) -> pd.DataFrame:
    """The columns that `dtypes` names, in its order."""
    columns = {name: _typed([row[name] for row in rows], dtype) for name, dtype in dtypes.items()}
    return pd.DataFrame(columns, copy=False)


def objects(values: Sequence[Any]) -> Any:
    """The values as they are: a column of whatever they are."""
    array = np.empty(len(values), dtype="object")
    array[:] = values
    return array


def _typed(values: list[Any], dtype: Any) -> Any:
    # Arrays and no Series: a page has thirty columns, and each Series takes as long as the query.
    if dtype == "object":
        return objects(values)
    if dtype.startswith("datetime64"):
        at_ms = np.array([NOT_A_TIME if at is None else at for at in values], np.int64)
        return pd.DatetimeIndex(at_ms.view("M8[ms]")).tz_localize("UTC").array
    return pd.array(values, dtype=_dtype(dtype))


@cache
def _dtype(name: str) -> Any:
    """The dtype of a name, which pandas takes a while to find."""
    return pd.api.types.pandas_dtype(name)
