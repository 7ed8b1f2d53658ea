"""What audits write: runs that were made elsewhere, costs that turned out different, marks of loss.

Each change is one transaction that looks again at what it depends on: between the API's list and
the write a request of ours may have been answered, or another audit have been faster.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.audit import DifferenceKind
from lib.domain.clock import Clock
from lib.domain.prices import PriceVersion
from lib.domain.run import OPEN, CostBasis, RunState
from lib.store import schema
from lib.store.adopted import Adopted, adopted_row
from lib.store.cells_found import MadeFor, cell_made_for, give_to_cell
from lib.store.charges import book
from lib.store.database import writing
from lib.store.entries import RemoteIdTaken
from lib.store.fingerprints import put_fingerprint
from lib.store.moves import adjust, move, tell
from lib.store.price_versions import PriceVersions
from lib.store.words import index_run

REASON = "audit"
COST_CONFIRMED = "cost confirmed"
PARTED = "id was another's"
UNDER_WAY = (RunState.SENDING, RunState.UNKNOWN)
"""What the API may have taken without our knowing its id."""
MAY_CLAIM = (*UNDER_WAY, RunState.QUEUED, RunState.PARKED)
"""What is given its run at the API, instead of a second row for it."""
CLOCKS_DIFFER_MS = 10 * 60 * 1000
"""How far the API's clock may be from ours."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a run, as far as an audit compares it.

    `is_end_told`: the API has said how it ended, and what it said is on record.
    """

    id: str
    origin: str
    model_id: str
    state: RunState
    remote_id: str | None
    cost_micros: int | None
    cost_basis: CostBasis | None
    missing_at: int | None
    is_end_told: bool


class Reconciliation:
    """Brings the ledger of one `origin` in line with what its API tells."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin

    # -- reading ---------------------------------------------------------------------------------

    def prices_at(self, model_id: str, at: int) -> PriceVersion:
        """What a run of that moment (ms UTC) costs. Raises PriceUnknown."""
        return PriceVersions(self._engine).at(model_id, at)

    def known(self, remote_ids: Collection[str], ids: Collection[str]) -> list[Known]:
        """The runs of this origin with one of the API's ids, and those of any with one of ours."""
        run = schema.run
        by_remote_id = (run.c.origin == self._origin) & run.c.remote_id.in_(remote_ids)
        query = sa.select(*_columns_of_known())
        with self._engine.connect() as db:
            # Two queries, each with an index of its own: one with OR would read the whole table.
            rows = {
                row.id: row
                for condition in (by_remote_id, run.c.id.in_(ids))
                for row in db.execute(query.where(condition))
            }
        return [_known(row) for row in rows.values()]

    def accepted_between(self, since: int, until: int) -> list[Known]:
        """The runs clicked after `since` that the API had accepted by `until` (ms UTC)."""
        run = schema.run
        query = (
            sa.select(*_columns_of_known())
            .where(run.c.origin == self._origin, run.c.created_at >= since)
            .where(run.c.remote_id.is_not(None), run.c.accepted_at <= until)
            .order_by(run.c.created_at)
        )
        with self._engine.connect() as db:
            return [_known(row) for row in db.execute(query)]

    def made_for(self, run_id: str | None) -> MadeFor | None:
        """The cell of an experiment that a run of this id is made of, also one that is not here."""
        with self._engine.connect() as db:
            return cell_made_for(db, self._origin, run_id)

    def open_adopted(self) -> list[str]:
        """The ids of runs that were made elsewhere and are still going on, newest first."""
        run = schema.run
        query = (
            sa.select(run.c.id)
            .where(run.c.origin == self._origin, run.c.adopted_at.is_not(None))
            .where(sa.text(schema.one_of("state", OPEN)))
            .order_by(run.c.id.desc())
        )
        with self._engine.connect() as db:
            return list(db.scalars(query))

    # -- runs that the API has -------------------------------------------------------------------

    def adopt(self, new: Adopted) -> bool:
        """Put a run that was made elsewhere into the ledger, as accepted.

        False when it is there, or may be one of ours whose answer is still to come.
        """
        now = self._clock.now_ms()
        with writing(self._engine) as db:
            if self._is_there(db, new) or self._may_be_ours(db, new):
                return False
            row = adopted_row(new, origin=self._origin, now=now)
            db.execute(schema.run.insert().values(**row))
            if new.cell is not None:
                give_to_cell(db, new.cell, new.id)
            index_run(db, new.id, row["prompt"])
            put_fingerprint(db, new.id, new.model_id, new.input)
            tell(db, self._clock, new.id, DifferenceKind.MADE_ELSEWHERE, new.told)
            return True

    def accept_unsent(self, run_id: str, remote_id: str, *, status: str) -> bool:
        """The API has a run that waits to be sent here: a backup had forgotten that it was.

        Raises RemoteIdTaken when the API's id is another run's.
        """
        now = self._clock.now_ms()
        try:
            with writing(self._engine) as db:
                values: dict[str, Any] = {"remote_id": remote_id, "status": status, "note": None}
                values |= {"accepted_at": now, "due_at": None}
                queued = {RunState.QUEUED}
                moved = move(db, self._clock, run_id, queued, RunState.ACCEPTED, **values)
                if moved:
                    told = {"remote_id": remote_id}
                    tell(db, self._clock, run_id, DifferenceKind.FOUND, told)
                return moved
        except sa.exc.IntegrityError as error:
            raise RemoteIdTaken(remote_id) from error

    def part_from(self, run_id: str, remote_id: str) -> bool:
        """Take from a parked run an id of the API that has turned out to be another run's."""
        run = schema.run
        with writing(self._engine) as db:
            before = db.execute(
                sa.select(run.c.cost_micros, run.c.cost_basis)
                .where(run.c.id == run_id, run.c.remote_id == remote_id)
                .where(run.c.state == RunState.PARKED)
            ).one_or_none()
            if before is None:
                return False
            values: dict[str, Any] = {"remote_id": None}
            if before.cost_basis == CostBasis.CONFIRMED:  # it was the other run's as well
                values |= {"cost_micros": None, "cost_basis": CostBasis.IN_DOUBT}
                values |= {"decided_at": None}
                change = {"from_micros": before.cost_micros, "to_micros": None}
                adjust(db, self._clock, run_id, **change, reason=REASON)
            db.execute(run.update().where(run.c.id == run_id).values(**values))
            book(db, run_id, at=self._clock.now_ms())
            tell(db, self._clock, run_id, PARTED, {"remote_id": remote_id})
            return True

    def correct_cost(self, run_id: str, cost_micros: int) -> int | None:
        """The API says what an ended run cost. By how much (micro-dollars) that changes the spend.

        None when it changes nothing, or only that the cost is certain now.
        """
        run = schema.run
        values = {"cost_micros": cost_micros, "cost_basis": CostBasis.CONFIRMED}
        with writing(self._engine) as db:
            before = db.execute(
                sa.select(run.c.cost_micros, run.c.cost_basis).where(
                    run.c.id == run_id, run.c.state.not_in(OPEN)
                )
            ).one_or_none()
            if before is None or tuple(before) == tuple(values.values()):
                return None
            db.execute(run.update().where(run.c.id == run_id).values(**values))
            book(db, run_id, at=self._clock.now_ms())
            if before.cost_micros == cost_micros:
                tell(db, self._clock, run_id, COST_CONFIRMED, {"cost_micros": cost_micros})
                return None
            self._note_change(db, run_id, before.cost_micros, cost_micros)
            return cost_micros - (before.cost_micros or 0)

    def _note_change(self, db: sa.Connection, run_id: str, before: int | None, after: int) -> None:
        run = schema.run
        change = {"from_micros": before, "to_micros": after}
        adjust(db, self._clock, run_id, **change, reason=REASON)
        tell(db, self._clock, run_id, DifferenceKind.COST_CHANGED, change)
        corrected = run.update().where(run.c.id == run_id)
        db.execute(corrected.values(corrected_at=self._clock.now_ms()))

    # -- runs that the API lacks -----------------------------------------------------------------

    def miss(self, run_id: str) -> bool:
        """The API does not know a run that it had accepted. False when that is noted already."""
        return self._mark(run_id, self._clock.now_ms(), DifferenceKind.MISSING)

    def see_again(self, run_id: str) -> bool:
        """The API knows a run again. False when it was not missed."""
        return self._mark(run_id, None, DifferenceKind.SEEN_AGAIN)

    def _mark(self, run_id: str, missing_at: int | None, kind: DifferenceKind) -> bool:
        run = schema.run
        is_new = run.c.missing_at.is_(None) if missing_at else run.c.missing_at.is_not(None)
        with writing(self._engine) as db:
            done = db.execute(
                run.update().where(run.c.id == run_id, is_new).values(missing_at=missing_at)
            )
            if done.rowcount:
                tell(db, self._clock, run_id, kind)
            return bool(done.rowcount)

    # -- pieces ----------------------------------------------------------------------------------

    def _is_there(self, db: sa.Connection, new: Adopted) -> bool:
        run = schema.run
        spelt = {new.remote_id, new.remote_id.lower(), new.remote_id.upper()}
        same_remote = (run.c.origin == self._origin) & run.c.remote_id.in_(spelt)
        return any(_exists(db, condition) for condition in (same_remote, run.c.id == new.id))

    def _may_be_ours(self, db: sa.Connection, new: Adopted) -> bool:
        run = schema.run
        if new.client_ref is not None:
            return _exists(
                db,
                (run.c.id == new.client_ref)
                & (run.c.origin == self._origin)
                & run.c.remote_id.is_(None)
                & run.c.state.in_(MAY_CLAIM),
            )
        # An API that does not repeat the client_ref leaves only the times to tell by.
        under_way = (run.c.origin == self._origin) & run.c.state.in_(UNDER_WAY)
        if new.taken_at is not None:
            under_way &= run.c.sent_at <= new.taken_at + CLOCKS_DIFFER_MS
        return _exists(db, under_way & sa.text(schema.one_of("state", OPEN)))


def _exists(db: sa.Connection, condition: sa.ColumnElement[bool]) -> bool:
    return bool(db.scalar(sa.select(sa.exists().where(condition))))


def _columns_of_known() -> tuple[sa.ColumnElement[Any], ...]:
    run = schema.run
    return (
        *(run.c.id, run.c.origin, run.c.model_id, run.c.state, run.c.remote_id),
        *(run.c.cost_micros, run.c.cost_basis, run.c.missing_at),
        run.c.remote_body.is_not(None).label("is_end_told"),
    )


def _known(row: Any) -> Known:
    return Known(
        id=row.id,
        origin=row.origin,
        model_id=row.model_id,
        state=RunState(row.state),
        remote_id=row.remote_id,
        cost_micros=row.cost_micros,
        cost_basis=CostBasis(row.cost_basis) if row.cost_basis else None,
        missing_at=row.missing_at,
        is_end_told=bool(row.is_end_told),
    )
