"""Closing months: once, for good, and only when nothing of them is open or differs.

All of it is one transaction. What is booked at the same moment is either part of the month, or
finds it closed and counts in an open one.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.budget import Span
from lib.domain.clock import Clock
from lib.domain.months import Month, NotToBeClosed
from lib.domain.run import CostBasis
from lib.store import schema
from lib.store.database import writing
from lib.store.schema_charges import charge_line, charge_rollup
from lib.store.schema_months import closed_month
from lib.store.tables_charges import Within, corrections_query, lines_query, odd_runs_query

MOST_NAMED = 20
"""Runs that are named when a month cannot be closed."""
line, row = charge_line.c, closed_month.c
SPANS = (
    sa.select(row.from_ms, row.to_ms)
    .where(row.origin == sa.bindparam("origin"))
    .order_by(row.from_ms)
)


@dataclass(frozen=True, slots=True)
class TieOut:
    """What the books said of a month when it was closed. Micro-dollars and counts.

    `moved` is what counts here of runs of months closed before, less what counts elsewhere of runs
    clicked here; `named` is what of it the API named itself.
    """

    runs: int
    lines: int
    run_micros: int
    moved_micros: int
    line_micros: int
    rollup_micros: int
    named_run_micros: int
    named_moved_micros: int
    named_line_micros: int

    @property
    def ties_out(self) -> bool:
        """Whether all the books say the same."""
        return (
            self.run_micros + self.moved_micros == self.line_micros == self.rollup_micros
            and self.named_run_micros + self.named_moved_micros == self.named_line_micros
        )


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month that was closed: its days in `zone`, when (ms UTC) and by whom."""

    month: Month
    zone: str
    span: Span
    closed_at: int
    closed_by: str
    tie_out: TieOut


def closed_spans(db: sa.Connection, origin: str) -> list[Span]:
    """The spans that are closed, the oldest first. True for as long as the caller may write."""
    return [Span(*found) for found in db.execute(SPANS, {"origin": origin})]


class ClosedMonths:
    """The closed months of one `origin`."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin

    def all(self) -> list[ClosedMonth]:
        """The months that are closed, the newest first."""
        query = sa.select(closed_month).where(row.origin == self._origin)
        with self._engine.connect() as db:
            found = db.execute(query.order_by(row.month.desc())).mappings()
            return [_closed(told) for told in found]

    def close(self, month: Month, span: Span, *, zone: str, by: str) -> bool:
        """Close a month; False when it is closed already.

        `span` is that of the zone; where a month beside it was closed in another zone, it begins or
        ends there. Raises NotToBeClosed while anything of it is not certain.
        """
        now = self._clock.now_ms()
        with writing(self._engine) as db:
            if self._is_closed(db, month):
                return False
            whole = self._beside_others(db, month, span)
            if whole.to_ms > now:
                raise NotToBeClosed("This month is not over yet.")
            tie_out = self._checked(db, whole)
            values = {name: getattr(tie_out, name) for name in TieOut.__dataclass_fields__}
            values |= {"origin": self._origin, "month": str(month), "zone": zone}
            values |= {"from_ms": whole.from_ms, "to_ms": whole.to_ms}
            db.execute(closed_month.insert().values(**values, closed_at=now, closed_by=by))
            return True

    def _is_closed(self, db: sa.Connection, month: Month) -> bool:
        query = sa.select(row.month).where(row.origin == self._origin, row.month == str(month))
        return db.scalar(query) is not None

    def _beside_others(self, db: sa.Connection, month: Month, span: Span) -> Span:
        query = sa.select(row.month, row.from_ms, row.to_ms).where(
            row.origin == self._origin, row.month.in_((str(month.before()), str(month.next())))
        )
        beside = {told.month: told for told in db.execute(query)}
        before, after = beside.get(str(month.before())), beside.get(str(month.next()))
        return Span(
            before.to_ms if before else span.from_ms, after.from_ms if after else span.to_ms
        )

    def _checked(self, db: sa.Connection, span: Span) -> TieOut:
        uncertain = _uncertain(db, self._origin, span)
        if uncertain:
            raise NotToBeClosed("What some of its runs cost is not known yet.", uncertain)
        told: Within = {"origin": self._origin, "from_ms": span.from_ms, "to_ms": span.to_ms}
        odd = [found.id for found in db.execute(odd_runs_query(**told, limit=MOST_NAMED))]
        if odd:
            raise NotToBeClosed("The lines of some of its runs do not sum to their cost.", odd)
        tie_out = _tie_out(db, self._origin, span)
        if not tie_out.ties_out:
            raise NotToBeClosed("Its books do not say the same. Please report this.")
        return tie_out


def _uncertain(db: sa.Connection, origin: str, span: Span) -> list[str]:
    """Some runs of a span that are open or in doubt: clicked there, or doubted there."""
    run = schema.run.c
    clicked = (
        sa.select(run.id)
        .where(run.origin == origin, run.created_at >= span.from_ms, run.created_at < span.to_ms)
        .where(run.cost_micros.is_(None))
    )
    doubted = (
        sa.select(line.run_id)
        .where(line.origin == origin, line.counts_at != line.clicked_at)
        .where(line.counts_at >= span.from_ms, line.counts_at < span.to_ms)
        .where(line.basis == CostBasis.IN_DOUBT)
        .group_by(line.run_id)
        .having(sa.func.sum(line.amount_micros) != 0)
    )
    return [
        run_id for query in (clicked, doubted) for run_id in db.scalars(query.limit(MOST_NAMED))
    ][:MOST_NAMED]


def _tie_out(db: sa.Connection, origin: str, span: Span) -> TieOut:
    run, rollup = schema.run.c, charge_rollup.c
    within: Within = {"origin": origin, "from_ms": span.from_ms, "to_ms": span.to_ms}
    total, count = sa.func.sum, sa.func.count
    confirmed = run.cost_basis == CostBasis.CONFIRMED
    runs = db.execute(
        sa.select(count(), total(run.cost_micros), total(run.cost_micros).filter(confirmed)).where(
            run.origin == origin, run.created_at >= span.from_ms, run.created_at < span.to_ms
        )
    ).one()
    rolled = db.execute(
        sa.select(total(rollup.lines), total(rollup.amount_micros))
        .where(rollup.origin == origin, rollup.slot >= span.from_ms, rollup.slot < span.to_ms)
        .where(rollup.basis != CostBasis.IN_DOUBT)
    ).one()
    moved = db.execute(corrections_query(**within)).one()
    lines = db.execute(lines_query(**within)).one()
    return TieOut(
        runs=int(runs[0]),
        lines=int(rolled[0] or 0),
        run_micros=int(runs[1] or 0),
        moved_micros=int(moved[0] or 0),
        line_micros=int(lines[0] or 0),
        rollup_micros=int(rolled[1] or 0),
        named_run_micros=int(runs[2] or 0),
        named_moved_micros=int(moved[1] or 0),
        named_line_micros=int(lines[1] or 0),
    )


def _closed(told: Any) -> ClosedMonth:
    return ClosedMonth(
        month=Month.parse(told["month"]),
        zone=told["zone"],
        span=Span(told["from_ms"], told["to_ms"]),
        closed_at=told["closed_at"],
        closed_by=told["closed_by"],
        tie_out=TieOut(**{name: told[name] for name in TieOut.__dataclass_fields__}),
    )
