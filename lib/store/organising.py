"""What people do to runs, one or very many: marks, tags, collections, the bin; and undoing it.

Many runs are changed in batches, a transaction each, so that the ledger never waits long for its
turn. What was there before is kept with each batch, so that a change can be taken back; where a run
was changed again since, that later change stays.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.domain.organising import Changed, ChangeKind
from lib.domain.run import OPEN
from lib.store import schema, schema_history
from lib.store.asked import Asked
from lib.store.database import writing
from lib.store.tables_history import HistoryTables
from lib.store.words import change_remark, index_pending

BATCH = 500

index, mark = schema_history.run_index, schema_history.mark
change, change_part = schema_history.change, schema_history.change_part
Before = list[list[int]]
"""For each run that was changed: its number, and the value it had."""
Selection = Sequence[str] | Asked
"""Runs by their ids, or all that answer a question."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do to runs. `value` is a flag, a rating, or the id of a tag or a collection."""

    kind: ChangeKind
    value: int = 1


class Organising:
    """Writes what people do to runs. `clock` tells when."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._tables = HistoryTables(engine)

    def change(
        self,
        selection: Selection,
        action: Action,
        *,
        by: str,
        progress: Callable[[int], bool] = lambda done: True,
    ) -> Changed:
        """Do it to every run of the selection that it changes anything for.

        `progress` is told after each batch how many runs were gone through, and answers whether to
        go on. Runs that come to answer the question meanwhile are not part of it.
        """
        changed, change_id, gone_through = 0, None, 0
        for numbers in self._batches(selection):
            with writing(self._engine) as db:
                before = self._apply(db, numbers, action, by)
                if before and change_id is None:
                    change_id = self._begin(db, action, by)
                if before:
                    self._keep(db, change_id, before)
            changed, gone_through = changed + len(before), gone_through + len(numbers)
            if not progress(gone_through):
                return Changed(action.kind, changed, change_id, was_canceled=True)
        return Changed(action.kind, changed, change_id)

    def undo(self, change_id: int, *, by: str) -> int:
        """Take a change back; gives for how many runs. Once only: the second time it is none."""
        with writing(self._engine) as db:
            row = db.execute(
                change.update()
                .where(change.c.id == change_id, change.c.undone_at.is_(None))
                .values(undone_at=self._clock.now_ms())
                .returning(change.c.kind, change.c.value)
            ).one_or_none()
        if row is None:
            return 0
        action = Action(ChangeKind(row.kind), int(row.value))
        undone = 0
        for seq in self._parts(change_id):
            with writing(self._engine) as db:
                undone += self._revert(db, seq, action, by)
        return undone

    def set_remark(self, run_id: str, text: str, *, by: str) -> bool:
        """Write a person's note on a run, or take it away; False when there is no such run."""
        index_pending(self._engine)  # a run that another program wrote may still wait for it
        with writing(self._engine) as db:
            row = db.execute(
                sa.select(index.c.no, schema.run.c.prompt, mark.c.remark)
                .join(schema.run, schema.run.c.id == index.c.run_id)
                .join(mark, mark.c.run_id == index.c.run_id, isouter=True)
                .where(index.c.run_id == run_id, index.c.prompt_key.is_not(None))
            ).one_or_none()
            if row is None:
                return False
            change_remark(db, row.no, row.prompt, before=row.remark or "", after=text)
            self._mark(db, [run_id], by, remark=text)
            return True

    # -- selections ------------------------------------------------------------------------------

    def _batches(self, selection: Selection) -> Iterator[list[int]]:
        if not isinstance(selection, Asked):
            for at in range(0, len(selection), BATCH):
                yield self._numbers_of(selection[at : at + BATCH])
            return
        numbers = list(self._tables.numbers(selection))
        for at in range(0, len(numbers), BATCH):
            yield numbers[at : at + BATCH]

    def _numbers_of(self, run_ids: Iterable[str]) -> list[int]:
        return self._scalars(sa.select(index.c.no).where(index.c.run_id.in_(list(run_ids))))

    def _parts(self, change_id: int) -> list[int]:
        query = sa.select(change_part.c.seq).where(change_part.c.change_id == change_id)
        return self._scalars(query.order_by(change_part.c.seq.desc()))

    def _scalars(self, query: sa.Select[int]) -> list[int]:
        with self._engine.connect() as db:
            return list(db.scalars(query))

    # -- one batch -------------------------------------------------------------------------------

    def _begin(self, db: sa.Connection, action: Action, by: str) -> int:
        row = {"kind": action.kind, "value": action.value, "at": self._clock.now_ms(), "by": by}
        key = db.execute(change.insert().values(**row)).inserted_primary_key
        return int(key[0]) if key else 0

    def _keep(self, db: sa.Connection, change_id: int | None, before: Before) -> None:
        db.execute(change_part.insert().values(change_id=change_id, before=before))
        db.execute(
            change.update().where(change.c.id == change_id).values(runs=change.c.runs + len(before))
        )

    def _apply(self, db: sa.Connection, numbers: Sequence[int], action: Action, by: str) -> Before:
        match action.kind:
            case ChangeKind.FAVOURITE | ChangeKind.RATING:
                return self._set_mark(db, numbers, action, by)
            case ChangeKind.DELETE | ChangeKind.RESTORE:
                return self._set_deleted(db, numbers, action.kind is ChangeKind.DELETE)
            case ChangeKind.TAG | ChangeKind.COLLECT:
                return self._list(db, numbers, action)
            case ChangeKind.UNTAG | ChangeKind.UNCOLLECT:
                return self._unlist(db, numbers, action)

    def _revert(self, db: sa.Connection, seq: int, action: Action, by: str) -> int:
        kept = sa.select(change_part.c.before).where(change_part.c.seq == seq)
        before: Before = db.execute(kept).scalar_one()
        numbers = [no for no, _value in before]
        match action.kind:
            case ChangeKind.FAVOURITE | ChangeKind.RATING:
                return self._restore_marks(db, before, action, by)
            case ChangeKind.DELETE | ChangeKind.RESTORE:
                return len(self._set_deleted(db, numbers, action.kind is ChangeKind.RESTORE))
            case ChangeKind.TAG | ChangeKind.COLLECT:
                return len(self._unlist(db, numbers, action))
            case ChangeKind.UNTAG | ChangeKind.UNCOLLECT:
                return len(self._list(db, numbers, action))

    # -- marks -----------------------------------------------------------------------------------

    def _set_mark(
        self, db: sa.Connection, numbers: Sequence[int], action: Action, by: str
    ) -> Before:
        now = _marks(db, numbers, action.kind)
        changed = [no for no in numbers if no in now and now[no][1] != action.value]
        self._mark(db, [now[no][0] for no in changed], by, **{action.kind: action.value})
        return [[no, now[no][1]] for no in changed]

    def _restore_marks(self, db: sa.Connection, before: Before, action: Action, by: str) -> int:
        now = _marks(db, [no for no, _value in before], action.kind)
        undone = 0
        for value in {value for _no, value in before}:
            numbers = [no for no, was in before if was == value and no in now]
            ids = [now[no][0] for no in numbers if now[no][1] == action.value]
            self._mark(db, ids, by, **{action.kind: value})
            undone += len(ids)
        return undone

    def _mark(self, db: sa.Connection, run_ids: Sequence[str], by: str, **values: Any) -> None:
        if not run_ids:
            return
        written = {**values, "changed_at": self._clock.now_ms(), "changed_by": by}
        rows = [{"run_id": run_id, **written} for run_id in run_ids]
        names = list(rows[0])
        # SQLAlchemy has an upsert for each database, and none for all: this text is both's.
        db.execute(
            sa.text(
                f"INSERT INTO mark ({', '.join(names)}) VALUES (:{', :'.join(names)})"
                " ON CONFLICT (run_id) DO UPDATE SET "
                + ", ".join(f"{name} = excluded.{name}" for name in written)
            ),
            rows,
        )

    # -- the bin ---------------------------------------------------------------------------------

    def _set_deleted(self, db: sa.Connection, numbers: Sequence[int], is_deleted: bool) -> Before:
        """Runs that are open cannot be deleted, and what was erased does not come back."""
        run, now = schema.run, self._clock.now_ms()
        run_ids = sa.select(index.c.run_id).where(index.c.no.in_(numbers))
        done = db.scalars(
            run.update()
            .where(run.c.id.in_(run_ids), run.c.state.not_in(OPEN), run.c.erased_at.is_(None))
            .where(run.c.deleted_at.is_(None) if is_deleted else run.c.deleted_at.is_not(None))
            .values(deleted_at=now if is_deleted else None)
            .returning(run.c.id)
        ).all()
        if not done:
            return []
        kind = "deleted" if is_deleted else "restored"
        db.execute(
            schema.event.insert(), [{"run_id": run_id, "at": now, "kind": kind} for run_id in done]
        )
        found = sa.select(index.c.no).where(index.c.run_id.in_(done)).order_by(index.c.no)
        return [[no, 0] for no in db.scalars(found)]

    # -- tags and collections --------------------------------------------------------------------

    def _list(self, db: sa.Connection, numbers: Sequence[int], action: Action) -> Before:
        table, key = _list_of(action.kind)
        if not _is_there(db, action):
            return []
        listed = set(db.scalars(_listed(table, key, numbers, action.value)))
        known = set(db.scalars(sa.select(index.c.no).where(index.c.no.in_(numbers))))
        new = [no for no in numbers if no in known - listed]
        if new:
            db.execute(table.insert(), [{key: action.value, "no": no} for no in new])
        return [[no, 0] for no in new]

    def _unlist(self, db: sa.Connection, numbers: Sequence[int], action: Action) -> Before:
        table, key = _list_of(action.kind)
        listed = db.scalars(_listed(table, key, numbers, action.value)).all()
        db.execute(table.delete().where(table.c[key] == action.value, table.c.no.in_(listed)))
        return [[no, 1] for no in listed]


def _marks(
    db: sa.Connection, numbers: Sequence[int], kind: ChangeKind
) -> Mapping[int, tuple[str, int]]:
    """The id and the value of each run."""
    value = sa.func.coalesce(mark.c[kind.value], 0)
    query = sa.select(index.c.no, index.c.run_id, value).join(
        mark, mark.c.run_id == index.c.run_id, isouter=True
    )
    return {
        no: (run_id, now) for no, run_id, now in db.execute(query.where(index.c.no.in_(numbers)))
    }


def _list_of(kind: ChangeKind) -> tuple[sa.Table, str]:
    if kind in (ChangeKind.TAG, ChangeKind.UNTAG):
        return schema_history.run_tag, "tag_id"
    return schema_history.run_collection, "collection_id"


def _is_there(db: sa.Connection, action: Action) -> bool:
    """Whether the tag or the collection has not been deleted meanwhile."""
    tags = action.kind in (ChangeKind.TAG, ChangeKind.UNTAG)
    named = schema_history.tag if tags else schema_history.collection
    return db.scalar(sa.select(named.c.id).where(named.c.id == action.value)) is not None


def _listed(table: sa.Table, key: str, numbers: Sequence[int], value: int) -> sa.Select[int]:
    query = sa.select(table.c.no).where(table.c[key] == value, table.c.no.in_(numbers))
    return query.order_by(table.c.no)
