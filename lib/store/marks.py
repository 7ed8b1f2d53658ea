"""What people have marked runs with."""

from collections.abc import Sequence

import sqlalchemy as sa

from lib.domain.organising import Marks
from lib.store import schema_history

index, mark = schema_history.run_index, schema_history.mark
tag, run_tag = schema_history.tag, schema_history.run_tag


def marks_of(db: sa.Connection, run_id: str) -> Marks | None:
    """The marks of a run; None when there is no such run."""
    row = db.execute(
        sa.select(index.c.no, index.c.favourite, index.c.rating, mark.c.remark)
        .join(mark, mark.c.run_id == index.c.run_id, isouter=True)
        .where(index.c.run_id == run_id)
    ).one_or_none()
    if row is None:
        return None
    names = sa.select(tag.c.name).join(run_tag).where(run_tag.c.no == row.no).order_by(tag.c.name)
    return Marks(
        favourite=row.favourite == "true",
        rating=int(row.rating) if row.rating else None,
        tags=tuple(db.scalars(names)),
        remark=row.remark or "",
    )


def tags_of(db: sa.Connection, run_ids: Sequence[str]) -> dict[str, list[str]]:
    """The tags of these runs, by run; one without any is not among them."""
    query = (
        sa.select(index.c.run_id, tag.c.name)
        .join(run_tag, run_tag.c.no == index.c.no)
        .join(tag, tag.c.id == run_tag.c.tag_id)
        .where(index.c.run_id.in_(run_ids))
        .order_by(tag.c.name)
    )
    found: dict[str, list[str]] = {}
    for run_id, name in db.execute(query):
        found.setdefault(run_id, []).append(name)
    return found
