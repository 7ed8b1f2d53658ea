"""Booking: what each run was charged for, in the same transaction that says what it cost.

A run's row says what it cost; `book` brings its lines in line with that, whatever has happened to
it. It is called by every change of a cost, and calling it again changes nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from lib.domain.budget import Span
from lib.domain.catalog import find_model
from lib.domain.charges import Ending, charges_of, images_asked, priced_by
from lib.domain.months import counting_moment
from lib.domain.prices import PriceVersion
from lib.domain.run import TERMINAL, CostBasis, RunState
from lib.store import schema
from lib.store.closed_months import closed_spans
from lib.store.price_versions import version_in
from lib.store.schema_charges import LineKind, charge_line

AT_A_TIME = 5_000
COMPARED = (*("charged_as", "sku", "quantity", "unit_micros", "basis", "outcome", "price_version"),)
"""Lines that agree in these say the same."""

Row = dict[str, Any]
FindVersion = Callable[[str], PriceVersion | None]


def book(db: sa.Connection, run_id: str, *, at: int) -> None:
    """Bring the lines of a run in line with its row, `at` (ms UTC). The old ones are reversed.

    Old and new count together where the old ones did, or where the run was clicked; once that month
    is closed, in the open one, so that what changes there is the difference.
    """
    run = db.execute(ONE_RUN, {"run_id": run_id}).one()
    due = lines_of(run, lambda version_id: version_in(db, version_id), at=at)
    standing, revision = _standing(db, run_id)
    if _said(due) == _said(standing):
        return
    anchor = standing[0]["counts_at"] if standing else run.created_at
    counts_at = counting_moment(closed_spans(db, run.origin), anchor, at)
    reversals = [
        {
            **line,
            "kind": LineKind.REVERSAL,
            "quantity": -line["quantity"],
            "amount_micros": -line["amount_micros"],
            "charged_at": at,
        }
        for line in standing
    ]
    told = {"revision": revision, "counts_at": counts_at}
    rows = [{**line, **told} for line in (*reversals, *due)]
    db.execute(charge_line.insert(), rows)


def book_all(db: sa.Connection) -> None:
    """Write the lines of every run that has ended and has none: those of an older ledger."""

    @cache
    def find(version_id: str) -> PriceVersion | None:
        return version_in(db, version_id)

    @cache
    def closed(origin: str) -> list[Span]:
        return closed_spans(db, origin)

    for runs in _ended(db):
        rows = []
        for run in runs:
            at = run.settled_at or run.created_at
            counts_at = counting_moment(closed(run.origin), run.created_at, at)
            told = {"revision": 0, "counts_at": counts_at}
            rows += [{**line, **told} for line in lines_of(run, find, at=at)]
        if rows:
            db.execute(charge_line.insert(), rows)


def _ended(db: sa.Connection) -> Iterator[Sequence[Any]]:
    run = schema.run
    has_none = ~sa.exists().where(charge_line.c.run_id == run.c.id)
    query = _runs().where(run.c.cost_basis.is_not(None), has_none).order_by(run.c.id)
    last = ""
    while runs := db.execute(query.where(run.c.id > last).limit(AT_A_TIME)).all():
        yield runs
        last = runs[-1].id


def _runs() -> sa.Select[Any]:
    run, picture = schema.run, schema.picture
    delivered = sa.select(sa.func.count()).where(picture.c.run_id == run.c.id).scalar_subquery()
    return sa.select(
        *(run.c.id, run.c.origin, run.c.model_id, run.c.created_by, run.c.state, run.c.remote_id),
        *(run.c.estimate_micros, run.c.price_version, run.c.cost_micros, run.c.cost_basis),
        *(run.c.created_at, run.c.settled_at, run.c.adopted_at),
        sa.type_coerce(run.c.input, sa.Text).label("asked"),
        delivered.label("delivered"),
    )


ONE_RUN = _runs().where(schema.run.c.id == sa.bindparam("run_id"))
LINES = (
    sa.select(charge_line)
    .where(charge_line.c.run_id == sa.bindparam("run_id"))
    .order_by(charge_line.c.seq)
)


def lines_of(run: Any, find: FindVersion, *, at: int) -> list[Row]:
    """The lines that a run's row asks for; none while it is open, or when it was free."""
    if run.cost_basis is None or run.state not in TERMINAL:
        return []
    values, asked = _input(run)
    ending = Ending(
        state=RunState(run.state),
        basis=CostBasis(run.cost_basis),
        cost_micros=run.cost_micros,
        estimate_micros=run.estimate_micros,
        asked=asked,
        delivered=run.delivered,
    )
    resolution = values.get("resolution")
    common = {
        "run_id": run.id,
        "kind": LineKind.CHARGE,
        "origin": run.origin,
        "charged_as": _charged_as(run),
        "basis": run.cost_basis,
        "outcome": run.state,
        "created_by": run.created_by,
        "model_id": run.model_id,
        "resolution": resolution if isinstance(resolution, str) else "",
        "price_version": run.price_version,
        "clicked_at": run.created_at,
        "charged_at": at,
    }
    return [
        {
            **common,
            "sku": charge.sku,
            "quantity": charge.quantity,
            "unit_micros": charge.unit_micros,
            "amount_micros": charge.amount_micros,
        }
        for charge in charges_of(ending, priced_by(find(run.price_version), values))
    ]


def _input(run: Any) -> tuple[Mapping[str, Any], int]:
    """What was asked for, and how many images. What others have made may hold anything."""
    try:
        asked = json.loads(run.asked)
        model = find_model(run.model_id)
    except (ValueError, KeyError):
        return {}, 1
    asked = asked if isinstance(asked, dict) else {}
    values = asked if run.adopted_at is None else model.completed(asked)
    return values, images_asked(model, asked)


def _charged_as(run: Any) -> str:
    """What the charge is known by at the API; a person's word about a run is not the API's."""
    is_told = run.state != RunState.PARKED or run.cost_basis == CostBasis.CONFIRMED
    return run.remote_id if run.remote_id is not None and is_told else f"run {run.id}"


def _standing(db: sa.Connection, run_id: str) -> tuple[list[Row], int]:
    """The lines of a run that are not reversed, and the number of the next revision."""
    lines = [dict(row) for row in db.execute(LINES, {"run_id": run_id}).mappings()]
    if not lines:
        return [], 0
    newest = max(line["revision"] for line in lines)
    standing = [
        {name: value for name, value in line.items() if name != "seq"}
        for line in lines
        if line["revision"] == newest and line["kind"] == LineKind.CHARGE
    ]
    return standing, newest + 1


def _said(lines: Sequence[Row]) -> list[tuple[Any, ...]]:
    return sorted(tuple(line[name] for name in COMPARED) for line in lines)
