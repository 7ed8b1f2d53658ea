"""Which pictures look alike: all likenesses, packed beside each other, compared at once.

Comparing a million takes a few milliseconds, so there is no index that could miss one.
"""

import sqlalchemy as sa

from lib.store import schema, schema_history
from lib.store.database import writing

BLOCK = 65_536
FOLD_AT = 2_048
"""So many likenesses are read one by one; more are packed first."""
NONE = -(2**63)
"""Fills the places of a block that have none; see `likeness_of`."""

picture, likeness = schema.picture, schema_history.likeness


class Likenesses:
    """Keeps what pictures look like, and finds those that are alike."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def alike(self, sha256: str, *, at_most: int, limit: int) -> list[tuple[str, int]]:
        """The pictures that differ in at most so many of the 64 bits, the most alike first.

        Each with its distance, the picture itself among them; nothing when its likeness is not
        known.
        """
        with self._engine.connect() as db:
            bits = db.scalar(sa.select(likeness.c.bits).where(likeness.c.sha256 == sha256))
        return [] if bits is None else self.alike_to(int(bits), at_most=at_most, limit=limit)

    def alike_to(self, bits: int, *, at_most: int, limit: int) -> list[tuple[str, int]]:
        """As `alike`, for a picture that need not be here."""
        self._fold_when_due()
        with self._engine.connect() as db:
            db.exec_driver_sql("BEGIN")
            nearest = _nearest(db, bits, at_most, limit)
            names = sa.select(likeness.c.no, likeness.c.sha256).where(likeness.c.no.in_(nearest))
            found = {row[0]: str(row[1]) for row in db.execute(names)}
        return [(found[no], distance) for no, distance in nearest.items() if no in found]

    def knows(self, sha256: str) -> bool:
        """Whether the likeness of a picture is known."""
        query = sa.select(likeness.c.no).where(likeness.c.sha256 == sha256)
        with self._engine.connect() as db:
            return db.scalar(query) is not None

    # -- filling ---------------------------------------------------------------------------------

    def unknown(self, *, after: str = "", limit: int) -> list[str]:
        """Pictures whose likeness is not known yet, in the order of their sha256."""
        query = (
            sa.select(picture.c.sha256).distinct().where(_is_unknown(), picture.c.sha256 > after)
        )
        with self._engine.connect() as db:
            return list(db.scalars(query.order_by(picture.c.sha256).limit(limit)))

    def count_unknown(self) -> int:
        """How many there are."""
        query = sa.select(sa.func.count(picture.c.sha256.distinct())).where(_is_unknown())
        with self._engine.connect() as db:
            return int(db.scalar(query) or 0)

    def put(self, sha256: str, bits: int) -> None:
        """Write down what a picture looks like."""
        with writing(self._engine) as db:
            db.execute(picture.update().where(picture.c.sha256 == sha256).values(likeness=bits))

    # -- packing ---------------------------------------------------------------------------------

    def _fold_when_due(self) -> None:
        with self._engine.connect() as db:
            waiting = len(_unpacked(db, FOLD_AT + 1))
        while waiting > FOLD_AT:
            with writing(self._engine) as db:
                waiting = _fold(db)


def _nearest(db: sa.Connection, bits: int, at_most: int, limit: int) -> dict[int, int]:
    """The numbers of the nearest likenesses, and how far each is."""
    import numpy as np

    query = "SELECT block, data FROM likeness_block ORDER BY block"
    nos, distances = [], []
    for block, data in db.exec_driver_sql(query):
        known = np.frombuffer(data, "<i8")
        far = np.bitwise_count((known ^ np.int64(bits)).view(np.uint64))
        near = np.flatnonzero((far <= at_most) & (known != NONE))
        nos.append(near + block * BLOCK)
        distances.append(far[near])
    rest = np.array(_unpacked(db), np.int64).reshape(-1, 2)
    far = np.bitwise_count((rest[:, 1] ^ np.int64(bits)).view(np.uint64))
    nos.append(rest[far <= at_most, 0])
    distances.append(far[far <= at_most])
    every, far = np.concatenate(nos), np.concatenate(distances)
    order = np.lexsort((-every, far))[:limit]
    return dict(zip(every[order].tolist(), far[order].tolist(), strict=True))


def _unpacked(db: sa.Connection, limit: int = -1) -> list[tuple[int, int]]:
    query = (
        "SELECT no, bits FROM likeness"
        " WHERE no > coalesce((SELECT max(last_no) FROM likeness_block), 0) ORDER BY no LIMIT ?"
    )
    return [(row[0], row[1]) for row in db.exec_driver_sql(query, (limit,))]


def _fold(db: sa.Connection) -> int:
    """Pack what belongs to the first block that is not full; gives how many are left."""
    import numpy as np

    waiting = _unpacked(db)
    if not waiting:
        return 0
    block = waiting[0][0] // BLOCK
    kept = db.exec_driver_sql("SELECT data FROM likeness_block WHERE block = ?", (block,)).scalar()
    values = np.full(BLOCK, NONE, "<i8") if kept is None else np.frombuffer(kept, "<i8").copy()
    mine = [(no, bits) for no, bits in waiting if no // BLOCK == block]
    values[[no % BLOCK for no, _bits in mine]] = [bits for _no, bits in mine]
    db.exec_driver_sql(
        "INSERT INTO likeness_block (block, last_no, data) VALUES (?, ?, ?) ON CONFLICT (block)"
        " DO UPDATE SET last_no = excluded.last_no, data = excluded.data",
        (block, mine[-1][0], values.tobytes()),
    )
    return len(waiting) - len(mine)


def _is_unknown() -> sa.ColumnElement[bool]:
    return sa.and_(
        picture.c.likeness.is_(None), picture.c.problem.is_(None), picture.c.freed_at.is_(None)
    )
