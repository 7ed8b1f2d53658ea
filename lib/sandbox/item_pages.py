"""Pages of records that are at hand, by the same rules as those of a table."""

import json
from typing import Any

from lib.sandbox.database import Database
from lib.sandbox.filters import Column
from lib.sandbox.listing import Listed, Page, Source, page


def page_of_items(
    database: Database, items: list[dict[str, Any]], wanted: Listed
) -> dict[str, Any]:
    """One page of the items; each has the same keys, and `id` among them."""
    if not items:
        return Page([], None, None).of([], None)
    columns = {name: _column(name, value) for name, value in items[0].items()}
    source = Source("FROM json_each(:items) WHERE 1", columns, {"items": json.dumps(items)})
    found = page(database, source, wanted, frozenset(columns))
    return found.of([json.loads(row["value"]) for row in found.rows], wanted.fields)


def _column(name: str, value: Any) -> Column:
    kind = {bool: "boolean", int: "integer"}.get(type(value), "text")
    return Column(f"json_extract(value, '$.{name}')", kind)
