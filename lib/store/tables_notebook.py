"""The history for notebooks: the DataFrame that the pages get, read while Plantain works.

    from lib.store.tables import runs

    runs()                                                  # every run of ./data
    runs("data", "q=kite&rating=5&sort=cost", limit=100)    # what that link of History shows

Nothing is written. Start Python in the folder that Plantain is in, with its `.venv`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.catalog import MODELS
from lib.domain.history_link import PARAMETERS, query_from
from lib.domain.history_query import HistoryQuery
from lib.domain.input_field import FieldKind
from lib.store.asked import Asked, asked_of
from lib.store.database import DatabaseUnusable, open_to_read
from lib.store.migrate import newest_version, version_of

if TYPE_CHECKING:
    import pandas as pd

AT_A_TIME = 2_000
INPUT_DTYPES: Mapping[FieldKind, Any] = {
    FieldKind.TEXT: "str",
    FieldKind.CHOICE: "str",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.INTEGER: "Int64",
}


def runs(
    folder: str | Path = "data",
    link: str = "",
    *,
    limit: int | None = None,
    origin: str | None = None,
    person: str = "local",
    zone: str = "UTC",
) -> pd.DataFrame:
    """The runs of a data folder, one row each, in the order of the link: newest first.

    `link` is the address of a view of History, or what follows its question mark. `origin` is
    whose runs (`sandbox`, or an API's host); it may be left out where there are those of one
    alone. `person` is who asks for private collections, `zone` whose days the link means.

    Columns: HISTORY_DTYPES (lib/store/tables_history_frames.py) with the whole prompt; `tags`, a
    tuple of names; every field of the input: `str` for choices, `boolean`, `Int64`, and whole
    numbers of any size as `object` (`seed`). Money is micro-dollars, times are UTC.

    Raises ValueError for a link that cannot be read, DatabaseUnusable when there is no database or
    it is of another version of Plantain.
    """
    query = _query_of(link)
    engine = open_to_read(Path(folder) / "plantain.db")
    try:
        _check_version(engine)
        whose = origin or _only_origin(engine)
        asked = asked_of(query, origin=whose, viewer=person, zone=ZoneInfo(zone))
        return _typed(list(_pages(engine, asked, limit)))
    finally:
        engine.dispose()


def _query_of(link: str) -> HistoryQuery:
    text = link.partition("?")[2] if "?" in link else link
    parameters = parse_qs(text, keep_blank_values=True)
    asked = {name: values for name, values in parameters.items() if name in PARAMETERS}
    query, notes = query_from(asked)
    if notes:
        raise ValueError(" ".join(notes))
    return query


def _check_version(engine: sa.Engine) -> None:
    found = version_of(engine)
    if found != newest_version():
        raise DatabaseUnusable(
            f"The database has schema {found}, and this Plantain reads {newest_version()}: "
            "start Plantain on it once, or use the one that it belongs to."
        )


def _only_origin(engine: sa.Engine) -> str:
    with engine.connect() as db:
        found = [row[0] for row in db.exec_driver_sql("SELECT DISTINCT origin FROM run_index")]
    if len(found) > 1:
        names = ", ".join(sorted(found))
        raise ValueError(f"There are runs of several accounts: give origin as one of {names}.")
    return str(found[0]) if found else ""


def _pages(engine: sa.Engine, asked: Asked, limit: int | None) -> Iterator[pd.DataFrame]:
    from lib.store.tables_history import HistoryTables

    tables = HistoryTables(engine, may_write=False)
    cursor, left = None, limit
    while True:
        size = AT_A_TIME if left is None else min(left, AT_A_TIME)
        found = tables.rows(asked, limit=size, cursor=cursor, whole_prompts=True)
        yield found.runs
        left = None if left is None else left - len(found.runs)
        if not found.has_more or left == 0:
            return
        cursor = found.places[-1]


def _typed(pages: list[pd.DataFrame]) -> pd.DataFrame:
    """The pages under each other, with a column for every input field."""
    import pandas as pd

    from lib.store.tables_frames import objects

    table = pd.concat(pages, ignore_index=True)
    for rule in (rule for model in MODELS for rule in model.input_fields):
        if rule.name not in table:
            table[rule.name] = objects([None] * len(table))
        is_endless = rule.kind is FieldKind.INTEGER and rule.maximum is None
        if not is_endless:
            fitting = [_fitting(value, rule.kind) for value in table[rule.name]]
            table[rule.name] = pd.array(fitting, dtype=INPUT_DTYPES[rule.kind])
    return table


def _fitting(value: object, kind: FieldKind) -> object:
    """The value, or none where a run that was made elsewhere holds something else."""
    wanted = {FieldKind.BOOLEAN: bool, FieldKind.INTEGER: int}.get(kind, str)
    return value if type(value) is wanted else None
