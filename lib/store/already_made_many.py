"""The same question for thousands of requests at once: a few queries for each batch of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from lib.domain.already_made import Made
from lib.store import schema
from lib.store.schema_history import IS_OF_USE
from lib.store.schema_history import run_index as index

AT_A_TIME = 500
picture = schema.picture.c
CAN_BE_SHOWN = picture.problem.is_(None) & picture.freed_at.is_(None)


def newest_of_many(db: sa.Connection, origin: str, wanted: Mapping[str, int]) -> dict[str, Made]:
    """For each fingerprint the newest run with as many pictures as are wanted, if there is one."""
    by_pictures: dict[int, list[str]] = defaultdict(list)
    for fingerprint, pictures in wanted.items():
        by_pictures[pictures].append(fingerprint)
    found: dict[str, Made] = {}
    for pictures, fingerprints in by_pictures.items():
        for some in _batches(fingerprints):
            found |= _batch(db, origin, some, pictures)
    return found


def _batch(
    db: sa.Connection, origin: str, fingerprints: Sequence[str], pictures: int
) -> dict[str, Made]:
    numbers = list(db.scalars(_newest_numbers(origin, fingerprints, pictures)))
    if not numbers:
        return {}
    of_run = (index.c.fingerprint, index.c.run_id, index.c.created_by, index.c.created_at)
    runs = db.execute(sa.select(*of_run).where(index.c.no.in_(numbers))).all()
    shown = _pictures(db, [row.run_id for row in runs])
    return {
        row.fingerprint: Made(row.run_id, row.created_by, row.created_at, of[0], len(of))
        for row in runs
        if (of := shown.get(row.run_id))  # the bin may have been emptied in between
    }


def _newest_numbers(
    origin: str, fingerprints: Sequence[str], pictures: int
) -> sa.Select[tuple[int]]:
    here = sa.select(sa.func.count()).where(picture.run_id == index.c.run_id, CAN_BE_SHOWN)
    return (
        sa.select(sa.func.max(index.c.no))
        .where(index.c.origin == origin, index.c.fingerprint.in_(fingerprints), IS_OF_USE)
        .where(here.correlate(index).scalar_subquery() >= pictures)
        .group_by(index.c.fingerprint)
    )


def _pictures(db: sa.Connection, run_ids: Sequence[str]) -> dict[str, list[str]]:
    query = sa.select(picture.run_id, picture.sha256).where(picture.run_id.in_(run_ids))
    found: dict[str, list[str]] = defaultdict(list)
    for row in db.execute(query.where(CAN_BE_SHOWN).order_by(picture.run_id, picture.number)):
        found[row.run_id].append(row.sha256)
    return found


def _batches(of: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(of), AT_A_TIME):
        yield of[begin : begin + AT_A_TIME]
