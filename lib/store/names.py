"""What people give names to: tags, collections and saved searches."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.budget import Scope
from lib.domain.clock import Clock
from lib.domain.history_link import parameters_of, query_from
from lib.domain.history_query import HistoryQuery
from lib.domain.organising import ChangeKind, Collection, NameUnusable, SavedSearch, Sharing
from lib.store import schema, schema_history
from lib.store.database import writing
from lib.store.schema_budgets import budget
from lib.store.schema_history import Place

tag, collection = schema_history.tag, schema_history.collection
run_tag, run_collection = schema_history.run_tag, schema_history.run_collection
saved_search = schema_history.saved_search
AT_ONCE = 20_000
"""So many runs come back into a collection in one transaction: writers wait no longer for it."""


@dataclass(frozen=True, slots=True)
class RemovedCollection:
    """A collection that was deleted, and the numbers of its runs: all that brings it back."""

    collection: Collection
    numbers: "array[int]"


class Names:
    """Keeps tags, collections and saved searches. Private ones are their maker's alone."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    # -- tags ------------------------------------------------------------------------------------

    def tag_id(self, name: str, *, by: str) -> int:
        """The tag of that name; made the first time."""
        with writing(self._engine) as db:
            known = db.scalar(sa.select(tag.c.id).where(tag.c.name == name))
            return known or self._insert(db, tag, name=name, created_by=by)

    def find_tag(self, name: str) -> int | None:
        """The tag of that name, if there is one."""
        with self._engine.connect() as db:
            return db.scalar(sa.select(tag.c.id).where(tag.c.name == name))

    def tag_ids(self, names: Iterable[str]) -> dict[str, int]:
        """The tags of these names, of those that there are."""
        query = sa.select(tag.c.name, tag.c.id).where(tag.c.name.in_(list(names)))
        with self._engine.connect() as db:
            return {row.name: row.id for row in db.execute(query)}

    def label_names(
        self, tag_ids: Iterable[int], collection_ids: Iterable[int], *, viewer: str
    ) -> list[str]:
        """What these tags are called, and those of these collections that the viewer sees."""
        query = sa.union_all(
            sa.select(tag.c.name).where(tag.c.id.in_(list(tag_ids))),
            sa.select(collection.c.name).where(
                collection.c.id.in_(list(collection_ids)), seen_by(collection, viewer)
            ),
        )
        with self._engine.connect() as db:
            return list(db.scalars(query))

    def tags(self) -> list[str]:
        """The names of all tags that any run has, in order."""
        used = sa.exists().where(run_tag.c.tag_id == tag.c.id)
        with self._engine.connect() as db:
            return list(db.scalars(sa.select(tag.c.name).where(used).order_by(tag.c.name)))

    # -- collections -----------------------------------------------------------------------------

    def make_collection(self, name: str, *, sharing: Sharing, by: str) -> int:
        """A new, empty collection. Raises NameUnusable when the viewer sees one of that name."""
        with writing(self._engine) as db:
            self._check_free(db, collection, name, by)
            values = {"id": _unused_id(db), "name": name, "sharing": sharing}
            return self._insert(db, collection, created_by=by, **values)

    def change_collection(
        self, collection_id: int, *, by: str, name: str, sharing: Sharing
    ) -> bool:
        """Rename or share one that the person sees; False when she sees none of that id."""
        with writing(self._engine) as db:
            self._check_free(db, collection, name, by, but=collection_id)
            done = db.execute(
                collection.update()
                .where(collection.c.id == collection_id, seen_by(collection, by))
                .values(name=name, sharing=sharing)
            )
            return bool(done.rowcount)

    def delete_collection(self, collection_id: int, *, by: str) -> RemovedCollection | None:
        """Take a collection away that the person sees; its runs stay where they are."""
        this = run_collection.c.collection_id == collection_id
        with writing(self._engine) as db:
            query = sa.select(collection).where(collection.c.id == collection_id)
            row = db.execute(query.where(seen_by(collection, by))).one_or_none()
            if row is None:
                return None
            numbers = array("q", db.scalars(sa.select(run_collection.c.no).where(this)))
            self._keep_id(db, collection_id, by)
            db.execute(run_collection.delete().where(this))
            db.execute(collection.delete().where(collection.c.id == collection_id))
            gone = Collection(row.id, row.name, Sharing(row.sharing), row.created_by, len(numbers))
            return RemovedCollection(gone, numbers)

    def _keep_id(self, db: sa.Connection, collection_id: int, by: str) -> None:
        """Write down that its number was used: runs that were clicked into it left no change."""
        values = {"kind": ChangeKind.UNCOLLECT, "value": collection_id, "by": by}
        db.execute(schema_history.change.insert().values(**values, at=self._clock.now_ms()))

    def bring_back_collection(self, removed: RemovedCollection) -> int:
        """Make a deleted collection again, with its runs; its id, the old one where that is free.

        Raises NameUnusable when its name is taken now.
        """
        gone = removed.collection
        values: dict[str, Any] = {"name": gone.name, "sharing": gone.sharing}
        with writing(self._engine) as db:
            self._check_free(db, collection, gone.name, gone.created_by)
            same = sa.select(collection.c.id).where(collection.c.id == gone.id)
            if db.scalar(same) is None:
                values["id"] = gone.id
            made = self._insert(db, collection, created_by=gone.created_by, **values)
        for at in range(0, len(removed.numbers), AT_ONCE):
            rows = [{"collection_id": made, "no": no} for no in removed.numbers[at : at + AT_ONCE]]
            with writing(self._engine) as db:
                db.execute(run_collection.insert().prefix_with("OR IGNORE", dialect="sqlite"), rows)
        return made

    def collections_of(self, run_id: str, *, viewer: str) -> list[int]:
        """The ids of the collections that a run is in, of those that the viewer sees."""
        index = schema_history.run_index
        query = (
            sa.select(collection.c.id)
            .join(run_collection, run_collection.c.collection_id == collection.c.id)
            .join(index, index.c.no == run_collection.c.no)
            .where(index.c.run_id == run_id, seen_by(collection, viewer))
        )
        with self._engine.connect() as db:
            return list(db.scalars(query.order_by(sa.func.lower(collection.c.name))))

    def collections(self, *, viewer: str, origin: str, is_counted: bool = True) -> list[Collection]:
        """Those that the viewer sees, by name, with how many runs of an origin are in each.

        Counting takes time where they are large: without it there are none.
        """
        runs = _runs_in(origin) if is_counted else sa.literal(0)
        query = sa.select(collection, runs.label("runs")).where(seen_by(collection, viewer))
        with self._engine.connect() as db:
            return [
                Collection(row.id, row.name, Sharing(row.sharing), row.created_by, row.runs)
                for row in db.execute(query.order_by(sa.func.lower(collection.c.name)))
            ]

    # -- saved searches --------------------------------------------------------------------------

    def save_search(self, name: str, query: HistoryQuery, *, sharing: Sharing, by: str) -> int:
        """Keep a question under a name. One's own search of that name is replaced."""
        values = {"sharing": sharing, "parameters": parameters_of(query)}
        mine = (saved_search.c.name == name, saved_search.c.created_by == by)
        with writing(self._engine) as db:
            known = db.scalar(sa.select(saved_search.c.id).where(*mine))
            if known is None:
                return self._insert(db, saved_search, name=name, created_by=by, **values)
            db.execute(saved_search.update().where(*mine).values(**values))
            return int(known)

    def change_search(self, search_id: int, *, by: str, name: str, sharing: Sharing) -> bool:
        """Rename or share one that the person sees; False when she sees none of that id."""
        mine = (saved_search.c.id == search_id, seen_by(saved_search, by))
        with writing(self._engine) as db:
            owner = db.scalar(sa.select(saved_search.c.created_by).where(*mine))
            if owner is None:
                return False
            _check_name(db, name, owner, but=search_id)
            changed = saved_search.update().where(*mine).values(name=name, sharing=sharing)
            return bool(db.execute(changed).rowcount)

    def bring_back_search(self, search: SavedSearch) -> int:
        """Keep a search again that was deleted. Raises NameUnusable when its name is taken now."""
        values = {"sharing": search.sharing, "parameters": parameters_of(search.query)}
        with writing(self._engine) as db:
            _check_name(db, search.name, search.created_by)
            return self._insert(
                db, saved_search, name=search.name, created_by=search.created_by, **values
            )

    def delete_search(self, search_id: int, *, by: str) -> bool:
        """Forget a saved search that the person sees."""
        mine = (saved_search.c.id == search_id, seen_by(saved_search, by))
        with writing(self._engine) as db:
            return bool(db.execute(saved_search.delete().where(*mine)).rowcount)

    def searches(self, *, viewer: str) -> list[SavedSearch]:
        """Those that the viewer sees, by name."""
        query = sa.select(saved_search).where(seen_by(saved_search, viewer))
        with self._engine.connect() as db:
            rows = db.execute(query.order_by(sa.func.lower(saved_search.c.name))).all()
        return [_search(row) for row in rows]

    # -- both ------------------------------------------------------------------------------------

    def _insert(self, db: sa.Connection, table: sa.Table, **values: Any) -> int:
        row: Mapping[str, Any] = {**values, "created_at": self._clock.now_ms()}
        key: Sequence[Any] = db.execute(table.insert().values(**row)).inserted_primary_key or (0,)
        return int(key[0])

    def _check_free(
        self, db: sa.Connection, table: sa.Table, name: str, by: str, *, but: int = 0
    ) -> None:
        same = sa.select(table.c.id).where(
            sa.func.lower(table.c.name) == name.lower(), table.c.id != but, seen_by(table, by)
        )
        if db.scalar(same.limit(1)) is not None:
            raise NameUnusable(f"There is a {table.name} named {name!r} already: choose another.")


def seen_by(table: sa.Table, person: str) -> sa.ColumnElement[bool]:
    """That something is the team's, or the person's own."""
    return sa.or_(table.c.sharing == Sharing.TEAM, table.c.created_by == person)


def _unused_id(db: sa.Connection) -> int:
    """A number that no collection with runs has ever had.

    A link, a budget, or the undoing of a change to one that was deleted, must not be about another.
    """
    change = schema_history.change
    kinds = (ChangeKind.COLLECT, ChangeKind.UNCOLLECT)
    value = sa.cast(sa.type_coerce(change.c.value, sa.Text), schema.Whole)
    once = sa.select(sa.func.max(value)).where(change.c.kind.in_(kinds))
    now = sa.select(sa.func.max(collection.c.id))
    limited = sa.select(sa.func.max(sa.cast(budget.c.subject, schema.Whole))).where(
        budget.c.scope == Scope.COLLECTION
    )
    return max(int(db.scalar(query) or 0) for query in (once, now, limited)) + 1


def _runs_in(origin: str) -> sa.ScalarSelect[int]:
    """How many runs of an origin are in a collection, without those in the bin."""
    index = schema_history.run_index
    return (
        sa.select(sa.func.count())
        .select_from(run_collection.join(index, index.c.no == run_collection.c.no))
        .where(run_collection.c.collection_id == collection.c.id)
        .where(index.c.origin == origin, index.c.place == Place.SHOWN)
        .scalar_subquery()
    )


def _check_name(db: sa.Connection, name: str, owner: str, *, but: int = 0) -> None:
    """That a person has no other search of that name. Raises NameUnusable."""
    same = sa.select(saved_search.c.id).where(
        saved_search.c.name == name, saved_search.c.created_by == owner, saved_search.c.id != but
    )
    if db.scalar(same) is not None:
        raise NameUnusable(f"There is a search named {name!r} already: choose another.")


def _search(row: Any) -> SavedSearch:
    # A filter that went away since is left out, as it would be of an old link.
    query, _notes = query_from(row.parameters)
    return SavedSearch(row.id, row.name, Sharing(row.sharing), row.created_by, query)
