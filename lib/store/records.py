"""Reading runs back from the ledger, whole, as the rest of Plantain knows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.prices import PriceVersion
from lib.domain.run import OPEN, CostBasis, Failure, Parent, ParentKind, Picture, Run, RunState
from lib.store import schema
from lib.store.entries import Attempt
from lib.store.price_versions import version_in

DOUBTFUL = (RunState.SENDING, RunState.UNKNOWN)
UNDER_WAY = (*DOUBTFUL, RunState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a run's story. `at` is ms UTC."""

    at: int
    kind: str
    body: Any = None


class Records:
    """Reads runs, their attempts and their stories."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> sa.Engine:
        """The database, for what else is to be read from it."""
        return self._engine

    def find(self, run_id: str) -> Run | None:
        """One run, also when it is deleted; None when there is none of that id."""
        found = self._runs(sa.select(schema.run).where(schema.run.c.id == run_id))
        return found[0] if found else None

    def find_remote(self, remote_id: str, *, origin: str) -> Run | None:
        """The run that the API of an origin knows by `remote_id`."""
        found = self._runs(
            sa.select(schema.run).where(
                schema.run.c.origin == origin, schema.run.c.remote_id == remote_id
            )
        )
        return found[0] if found else None

    def recent(self, *, origin: str, limit: int) -> list[Run]:
        """The newest runs that are not deleted, newest first."""
        return self._runs(
            sa.select(schema.run)
            .where(schema.run.c.origin == origin, schema.run.c.deleted_at.is_(None))
            .order_by(schema.run.c.created_at.desc(), schema.run.c.id.desc())
            .limit(limit)
        )

    def open_ids(self, *, origin: str) -> list[str]:
        """The ids of all runs made here that are still going on, oldest first."""
        query = open_runs(origin).where(schema.run.c.adopted_at.is_(None))
        with self._engine.connect() as db:
            return list(db.scalars(query))

    def accepted_ids(self, *, origin: str) -> list[str]:
        """The ids of all runs that the API has and that have not ended, oldest first."""
        query = open_runs(origin).where(schema.run.c.state == RunState.ACCEPTED)
        with self._engine.connect() as db:
            return list(db.scalars(query))

    def doubtful_ids(self, *, origin: str) -> list[str]:
        """The ids of all runs that the API may have, without our knowing it, oldest first."""
        with self._engine.connect() as db:
            return list(db.scalars(_made_here(origin, DOUBTFUL)))

    def count_under_way(self, *, origin: str, up_to: int) -> int:
        """How many runs made here the API has, or may have; no more than `up_to` are counted."""
        found = _made_here(origin, UNDER_WAY).limit(up_to).subquery()
        with self._engine.connect() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(found)) or 0

    def has_open(self, *, origin: str) -> bool:
        """Whether anything is still going on."""
        with self._engine.connect() as db:
            return db.scalar(open_runs(origin).limit(1)) is not None

    def undecided(self, *, origin: str, limit: int) -> list[Run]:
        """The runs that wait for a person's decision, newest first; deleted ones as well."""
        return self._runs(
            sa.select(schema.run)
            .where(schema.run.c.origin == origin, schema.UNDECIDED)
            .order_by(schema.run.c.id.desc())
            .limit(limit)
        )

    def sum_undecided(self, *, origin: str) -> tuple[int, int]:
        """How many runs wait for a person's decision, and the estimates (micro-dollars) of those
        whose cost is not known."""
        run = schema.run.c
        in_doubt = sa.func.sum(run.estimate_micros).filter(run.cost_micros.is_(None))
        query = sa.select(sa.func.count(), sa.func.coalesce(in_doubt, 0)).where(
            run.origin == origin, schema.UNDECIDED
        )
        with self._engine.connect() as db:
            runs, micros = db.execute(query).one()
            return int(runs), int(micros)

    def last_attempt(self, run_id: str) -> Attempt | None:
        """The newest intent to send a run."""
        found = self.attempts(run_id)
        return found[-1] if found else None

    def attempts(self, run_id: str) -> list[Attempt]:
        """Every intent to send a run, the first one first."""
        query = (
            sa.select(schema.attempt)
            .where(schema.attempt.c.run_id == run_id)
            .order_by(schema.attempt.c.fence)
        )
        with self._engine.connect() as db:
            return [
                Attempt(
                    run_id,
                    row.fence,
                    row.intended_at,
                    row.quiet_until,
                    row.outcome,
                    row.asked_in_vain,
                    ended_at=row.ended_at,
                    http_status=row.http_status,
                    detail=row.detail,
                )
                for row in db.execute(query)
            ]

    def prices(self, version_id: str) -> PriceVersion | None:
        """The prices that a run was frozen with; None when the book does not have them."""
        with self._engine.connect() as db:
            return version_in(db, version_id)

    def story(self, run_id: str) -> list[Event]:
        """What happened to a run, in order."""
        query = (
            sa.select(schema.event)
            .where(schema.event.c.run_id == run_id)
            .order_by(schema.event.c.seq)
        )
        with self._engine.connect() as db:
            return [Event(row.at, row.kind, row.body) for row in db.execute(query)]

    def picture(self, sha256: str, *, run_id: str | None = None) -> tuple[Run, Picture] | None:
        """A stored picture and a run that it belongs to (`run_id`, or the first that made it)."""
        owner = run_id or self._first_with(sha256)
        run = self.find(owner) if owner else None
        pictures = run.pictures if run else ()
        found = next((one for one in pictures if one.sha256 == sha256), None)
        return (run, found) if run and found else None

    def _first_with(self, sha256: str) -> str | None:
        picture = schema.picture.c
        query = sa.select(picture.run_id).where(picture.sha256 == sha256)
        with self._engine.connect() as db:
            return db.scalar(query.order_by(picture.run_id).limit(1))

    def pictures(self, run_ids: Sequence[str]) -> dict[str, tuple[Picture, ...]]:
        """The pictures of these runs, by run; a run without any is left out."""
        with self._engine.connect() as db:
            return _pictures_of(db, run_ids)

    def _runs(self, query: sa.Select[Any]) -> list[Run]:
        with self._engine.connect() as db:
            rows = db.execute(query).all()
            pictures = _pictures_of(db, [row.id for row in rows])
        return [_run(row, pictures.get(row.id, ())) for row in rows]


def open_runs(origin: str) -> sa.Select[Any]:
    """The ids of all runs of an origin that are still going on, oldest first.

    They are found by the index that holds open runs alone. With the bare column SQLite would take
    an index by origin, and read the whole history for a handful of runs.
    """
    run = schema.run
    return (
        sa.select(run.c.id)
        .where(run.c.origin.concat("") == origin, sa.text(schema.one_of("state", OPEN)))
        .order_by(run.c.id)
    )


def _made_here(origin: str, states: Iterable[RunState]) -> sa.Select[Any]:
    run = schema.run
    return open_runs(origin).where(run.c.adopted_at.is_(None), run.c.state.in_(states))


def _pictures_of(db: sa.Connection, run_ids: Sequence[str]) -> dict[str, tuple[Picture, ...]]:
    if not run_ids:
        return {}
    query = (
        sa.select(schema.picture)
        .where(schema.picture.c.run_id.in_(run_ids))
        .order_by(schema.picture.c.run_id, schema.picture.c.number)
    )
    found: dict[str, tuple[Picture, ...]] = {}
    for row in db.execute(query):
        picture = Picture(
            row.number,
            row.sha256,
            row.size_bytes,
            row.mime,
            row.width,
            row.height,
            row.problem,
            row.likeness,
            row.freed_at,
        )
        found[row.run_id] = (*found.get(row.run_id, ()), picture)
    return found


def _run(row: Any, pictures: tuple[Picture, ...]) -> Run:
    failure = None
    if row.failure_message is not None:
        failure = Failure(row.failure_code, row.failure_message, row.failure_stage)
    return Run(
        id=row.id,
        origin=row.origin,
        model_id=row.model_id,
        created_by=row.created_by,
        state=RunState(row.state),
        input=row.input,
        request_body=row.request_body,
        estimate_micros=row.estimate_micros,
        price_version=row.price_version,
        created_at=row.created_at,
        fence=row.fence,
        remote_id=row.remote_id,
        status=row.status,
        cost_micros=row.cost_micros,
        cost_basis=CostBasis(row.cost_basis) if row.cost_basis else None,
        failure=failure,
        http_status=row.http_status,
        sent_at=row.sent_at,
        accepted_at=row.accepted_at,
        settled_at=row.settled_at,
        due_at=row.due_at,
        duration_ms=row.duration_ms,
        note=row.note,
        deleted_at=row.deleted_at,
        adopted_at=row.adopted_at,
        restored_at=row.restored_at,
        missing_at=row.missing_at,
        decided_at=row.decided_at,
        corrected_at=row.corrected_at,
        parent=_parent(row),
        erased_at=row.erased_at,
        nsfw_detected=None if row.nsfw_detected is None else bool(row.nsfw_detected),
        seed_used=row.seed_used,
        timing=row.timing,
        model_data=row.model_data,
        remote_body=row.remote_body,
        pictures=pictures,
    )


def _parent(row: Any) -> Parent | None:
    known = row.parent_id and row.parent_kind
    return Parent(row.parent_id, ParentKind(row.parent_kind)) if known else None
