"""The price book in the database: every version there ever was, each as it was entered.

A version is never edited, only superseded by one that takes effect later; one that has not taken
effect yet can be withdrawn. Which one a run is made under is decided at its click.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from lib.domain.errors import PriceUnknown
from lib.domain.price_book import PRICE_BOOK, SHIPPED
from lib.domain.prices import BookEntry, Choice, Price, PriceVersion
from lib.store.database import writing
from lib.store.schema_charges import STANDS, price_version


class VersionTaken(Exception):
    """There is a version of that name, or one that takes effect at the same moment."""


STANDING = sa.select(price_version).where(
    price_version.c.model_id == sa.bindparam("model_id"), STANDS
)
IN_EFFECT = (
    STANDING.where(price_version.c.effective_from <= sa.bindparam("at"))
    .order_by(price_version.c.effective_from.desc())
    .limit(1)
)
THE_FIRST = STANDING.order_by(price_version.c.effective_from).limit(1)


class PriceVersions:
    """Reads and writes the price book."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def at(self, model_id: str, at: int) -> PriceVersion:
        """The version of a model that is in effect `at` (ms UTC).

        Before the first one, that one. Raises PriceUnknown when the book has none.
        """
        asked = {"model_id": model_id, "at": at}
        with self._engine.connect() as db:
            row = (
                db.execute(IN_EFFECT, asked).one_or_none()
                or db.execute(THE_FIRST, {"model_id": model_id}).one_or_none()
            )
        if row is None:
            raise PriceUnknown(f"No price is known for the model {model_id}.")
        return _version(row)

    def find(self, version_id: str) -> PriceVersion | None:
        """The version that a run was frozen with; None when the book has lost it."""
        with self._engine.connect() as db:
            return version_in(db, version_id)

    def all(self) -> list[BookEntry]:
        """Every version there ever was, the newest first."""
        query = sa.select(price_version).order_by(price_version.c.effective_from.desc())
        with self._engine.connect() as db:
            rows = db.execute(query).all()
        entries, ends = [], dict[str, int]()
        for row in rows:
            stands = row.withdrawn_at is None
            ends_at = ends.get(row.model_id) if stands else None
            if stands:
                ends[row.model_id] = row.effective_from
            entries.append(
                BookEntry(
                    *(_version(row), row.effective_from, ends_at, row.seen_at, row.entered_by),
                    withdrawn_at=row.withdrawn_at,
                )
            )
        return entries

    def add(self, version: PriceVersion, *, effective_from: int, seen_at: int, by: str) -> None:
        """Enter a version. Raises VersionTaken when its name or its moment is."""
        row = _row(version, effective_from=effective_from, seen_at=seen_at, by=by)
        try:
            with writing(self._engine) as db:
                db.execute(price_version.insert().values(**row))
        except sa.exc.IntegrityError as error:
            raise VersionTaken(version.id) from error

    def withdraw(self, version_id: str, *, at: int, by: str) -> bool:
        """Take back a version before it takes effect; False when it is too late for that."""
        with writing(self._engine) as db:
            done = db.execute(
                price_version.update()
                .where(price_version.c.id == version_id, STANDS)
                .where(price_version.c.effective_from > at)
                .values(withdrawn_at=at, withdrawn_by=by)
            )
            return bool(done.rowcount)


ONE_VERSION = sa.select(price_version).where(price_version.c.id == sa.bindparam("version_id"))


def version_in(db: sa.Connection, version_id: str) -> PriceVersion | None:
    """A version by its id, within the caller's transaction."""
    row = db.execute(ONE_VERSION, {"version_id": version_id}).one_or_none()
    return None if row is None else _version(row)


def seed(db: sa.Connection) -> None:
    """Enter the versions that come with the program and are not there yet."""
    known = set(db.scalars(sa.select(price_version.c.id)))
    for version in PRICE_BOOK:
        if version.id not in known:
            day = datetime.fromisoformat(version.effective_from).replace(tzinfo=UTC)
            at = int(day.timestamp() * 1000)
            row = _row(version, effective_from=at, seen_at=at, by=SHIPPED)
            db.execute(price_version.insert().values(**row))


def _row(version: PriceVersion, *, effective_from: int, seen_at: int, by: str) -> dict[str, Any]:
    return {
        "id": version.id,
        "model_id": version.model_id,
        "effective_from": effective_from,
        "source": version.source,
        "seen_at": seen_at,
        "entered_by": by,
        "choices": _told(version.choices),
    }


def _told(choices: Mapping[str, Mapping[Choice, Price]]) -> dict[str, list[dict[str, Any]]]:
    return {
        field: [
            {
                "choice": choice,
                "unit_micros": price.unit_micros,
                "sku": price.sku,
                "label": price.label,
                "assumed": price.assumed,
            }
            for choice, price in prices.items()
        ]
        for field, prices in choices.items()
    }


def _version(row: Any) -> PriceVersion:
    since = datetime.fromtimestamp(row.effective_from / 1000, UTC)
    is_day = row.effective_from % 86_400_000 == 0
    return PriceVersion(
        id=row.id,
        model_id=row.model_id,
        effective_from=since.date().isoformat() if is_day else since.isoformat(),
        source=row.source,
        choices={field: _prices(told) for field, told in row.choices.items()},
    )


def _prices(told: Iterable[Mapping[str, Any]]) -> dict[Choice, Price]:
    return {
        one["choice"]: Price(one["unit_micros"], one["sku"], one["label"], one["assumed"])
        for one in told
    }
