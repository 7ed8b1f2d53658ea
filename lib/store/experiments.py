"""What people do with experiments, each in one transaction: the whole sum is held, or nothing is.

A cell that waits holds its estimate. It becomes a run in the ledger's own transaction
(`take_cell`), so that it is never both, and never twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from lib.domain.approval import Accepted, NeedsApproval
from lib.domain.clock import Clock
from lib.domain.experiment_progress import CellState, ExperimentState, NoExperiment
from lib.domain.labels import LabelIds
from lib.domain.run import RunState
from lib.store import schema
from lib.store.approvals import threshold_of
from lib.store.budget_use import refuse_over_budget
from lib.store.database import writing
from lib.store.experiment_approvals import use_up
from lib.store.experiment_caps import end_cap, make_cap
from lib.store.experiment_entries import Claim, NewExperiment, Priced, cell_rows
from lib.store.experiment_labels import (
    labels_of,
    let_gone_labels_go,
    put_experiment_under,
)
from lib.store.experiment_reuse import note_what_is_reused
from lib.store.schema_experiments import IS_WAITING, experiment, experiment_cell

CAN_BE_BOUGHT_AGAIN = (RunState.FAILED, RunState.CANCELED)
CHANGED = "Nothing was changed: somebody else has just changed this experiment. Look again."
STOPPED = "Nothing was changed: this experiment was stopped. Start another one of its design."
cell = experiment_cell.c


class Experiments:
    """Writes the experiments of one `origin`. `zone` counts the days of their caps."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str, zone: str = "UTC") -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin
        self._zone = zone

    # -- starting and growing --------------------------------------------------------------------

    def start(
        self, new: NewExperiment, *, is_accepted: bool = False, accepted: Accepted | None = None
    ) -> str:
        """Put down an experiment with all its cells, and hold their sum; returns its id.

        The same click again gives the one it has started. Raises OverBudget, PicturesGone,
        LabelGone, and NeedsApproval unless an owner has accepted the sum, by a request (`accepted`,
        which is used up; raises NotWaiting) or without; nothing is put down then.
        """
        with writing(self._engine) as db:
            known = db.scalar(
                sa.select(experiment.c.id).where(
                    experiment.c.created_by == new.created_by,
                    experiment.c.click_token == new.click_token,
                )
            )
            if known is not None:
                return str(known)
            now = self._clock.now_ms()
            make_cap(db, new, now, self._zone)
            claim = self._claim(new.id, new.created_by, _sum(new.cells), new.labels)
            if accepted is not None:
                use_up(db, accepted, new.id, claim.estimate_micros, now)
            _hold(db, claim, now, is_accepted=is_accepted or accepted is not None)
            db.execute(experiment.insert(), self._row(new, now))
            put_experiment_under(db, new.id, new.labels, new.created_by)
            db.execute(experiment_cell.insert(), cell_rows(new.id, new.cells, first_number=1))
            note_what_is_reused(db, new, now)
            return new.id

    def grow(
        self,
        experiment_id: str,
        *,
        seen: Mapping[str, Any],
        design: Mapping[str, Any],
        cells: Sequence[Priced],
        is_accepted: bool = False,
    ) -> int:
        """Give it another design, and hold the cells that it does not have yet; how many those are.

        `seen` is the design that was looked at. Raises NoExperiment, OverBudget and NeedsApproval.
        """
        with writing(self._engine) as db:
            found = self._not_stopped(db, experiment_id)
            if found.design != seen:
                raise NoExperiment(CHANGED)
            of = cell.experiment_id == experiment_id
            there = set(db.scalars(sa.select(cell.key).where(of)))
            last = db.scalar(sa.select(sa.func.max(cell.number)).where(of)) or 0
            added = [priced for priced in cells if priced.cell.key not in there]
            claim = self._claim_more(db, found, _sum(added))
            _hold(db, claim, self._clock.now_ms(), is_accepted=is_accepted)
            if added:
                rows = cell_rows(experiment_id, added, first_number=last + 1)
                db.execute(experiment_cell.insert(), rows)
            change = experiment.update().where(experiment.c.id == experiment_id)
            db.execute(change.values(design=dict(design)))
            return len(added)

    def retry(
        self, experiment_id: str, estimates: Mapping[str, int], *, is_accepted: bool = False
    ) -> int:
        """Let the cells whose runs have failed wait again, each for its estimate; how many.

        Only those in `estimates` that have failed and may be bought again. Raises as `grow` does.
        """
        with writing(self._engine) as db:
            found = self._not_stopped(db, experiment_id)
            failed = {str(key) for key in db.scalars(_failed(experiment_id))} & set(estimates)
            amount = sum(estimates[key] for key in failed)
            claim = self._claim_more(db, found, amount)
            _hold(db, claim, self._clock.now_ms(), is_accepted=is_accepted)
            for key in sorted(failed):
                db.execute(
                    experiment_cell.update()
                    .where(cell.experiment_id == experiment_id, cell.key == key)
                    .values(
                        state=CellState.WAITING,
                        attempt=cell.attempt + 1,
                        estimate_micros=estimates[key],
                    )
                )
            return len(failed)

    # -- pausing and stopping --------------------------------------------------------------------

    def pause(self, experiment_id: str, reason: str | None = None) -> bool:
        """Send no more cells for now; what is held stays held. False when it does not go on."""
        with writing(self._engine) as db:
            return self._move(
                db,
                experiment_id,
                {ExperimentState.GOING},
                ExperimentState.PAUSED,
                reason=reason,
            )

    def go_on(self, experiment_id: str, estimates: Mapping[str, int]) -> bool:
        """Send cells again, each for its estimate of now; False when it was not paused.

        Raises OverBudget when they cost more now than is held, and that does not fit.
        """
        with writing(self._engine) as db:
            moved = self._move(
                db, experiment_id, {ExperimentState.PAUSED}, ExperimentState.GOING, reason=None
            )
            if not moved:
                return False
            held = _waiting(db, experiment_id)
            more = sum(estimates.get(key, was) - was for key, was in held.items())
            let_gone_labels_go(db, experiment_id)
            if more > 0:
                claim = self._claim_more(db, self._not_stopped(db, experiment_id), more)
                refuse_over_budget(db, claim, self._clock.now_ms())
            for key, was in held.items():
                if estimates.get(key, was) != was:
                    one = (cell.experiment_id == experiment_id) & (cell.key == key)
                    changed = experiment_cell.update().where(one)
                    db.execute(changed.values(estimate_micros=estimates[key]))
            return True

    def stop(self, experiment_id: str) -> tuple[int, int] | None:
        """Drop all cells that wait, and with that what they hold: how many, and how much.

        None when it was stopped before. What was sent goes on to its end.
        """
        with writing(self._engine) as db:
            stopped = self._move(
                db, experiment_id, set(ExperimentState) - {ExperimentState.STOPPED}, STOP
            )
            if not stopped:
                return None
            held = _waiting(db, experiment_id)
            db.execute(
                experiment_cell.update()
                .where(cell.experiment_id == experiment_id, IS_WAITING)
                .values(state=CellState.DROPPED)
            )
            end_cap(db, experiment_id, self._clock.now_ms())
            return len(held), sum(held.values())

    # -- pieces ----------------------------------------------------------------------------------

    def _row(self, new: NewExperiment, now_ms: int) -> dict[str, Any]:
        return {
            "id": new.id,
            "origin": self._origin,
            "name": new.name,
            "model_id": new.model_id,
            "created_by": new.created_by,
            "created_at": now_ms,
            "click_token": new.click_token,
            "design": dict(new.design),
            "state": ExperimentState.GOING,
            "state_at": now_ms,
            "parent_id": new.design.get("parent"),
        }

    def _claim(self, experiment_id: str, by: str, amount_micros: int, labels: LabelIds) -> Claim:
        under = (labels.tag_ids, labels.collection_ids)
        return Claim(self._origin, by, experiment_id, amount_micros, *under)

    def _claim_more(self, db: sa.Connection, found: Any, amount_micros: int) -> Claim:
        """For an experiment that is there."""
        return self._claim(found.id, found.created_by, amount_micros, labels_of(db, found.id))

    def _move(
        self,
        db: sa.Connection,
        experiment_id: str,
        from_states: Iterable[ExperimentState],
        state: ExperimentState,
        **values: Any,
    ) -> bool:
        done = db.execute(
            experiment.update()
            .where(experiment.c.id == experiment_id, experiment.c.origin == self._origin)
            .where(experiment.c.state.in_(list(from_states)))
            .values(state=state, state_at=self._clock.now_ms(), **values)
        )
        return bool(done.rowcount)

    def _not_stopped(self, db: sa.Connection, experiment_id: str) -> Any:
        mine = (experiment.c.id == experiment_id) & (experiment.c.origin == self._origin)
        found = db.execute(sa.select(experiment).where(mine)).one_or_none()
        if found is None or found.state == ExperimentState.STOPPED:
            raise NoExperiment(STOPPED if found else "There is no such experiment.")
        return found


STOP = ExperimentState.STOPPED


def _hold(db: sa.Connection, claim: Claim, now_ms: int, *, is_accepted: bool) -> None:
    """Raise OverBudget or NeedsApproval when so much more may not be held."""
    refuse_over_budget(db, claim, now_ms)
    threshold = None if is_accepted else threshold_of(db, claim.origin)
    if threshold is not None and claim.estimate_micros > threshold:
        raise NeedsApproval(threshold)


def _sum(cells: Iterable[Priced]) -> int:
    return sum(priced.estimate_micros for priced in cells)


def _waiting(db: sa.Connection, experiment_id: str) -> dict[str, int]:
    """The cells that wait, by key, and what each holds."""
    of = cell.experiment_id == experiment_id
    query = sa.select(cell.key, cell.estimate_micros).where(of, IS_WAITING)
    return {row.key: row.estimate_micros for row in db.execute(query)}


def _failed(experiment_id: str) -> sa.Select[Any]:
    """The cells whose last run has failed, or was taken back, and whose cost is known."""
    return (
        sa.select(cell.key)
        .join(schema.run, schema.run.c.id == cell.run_id)
        .where(cell.experiment_id == experiment_id, cell.state == CellState.SENT)
        .where(schema.run.c.state.in_(CAN_BE_BOUGHT_AGAIN), schema.run.c.cost_micros.is_not(None))
    )
