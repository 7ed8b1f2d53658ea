"""Writing and reading votes: each showing of a pair is answered once, and one's last can go back."""

from typing import Any

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.domain.experiment_votes import Outcome, Vote, VoteWrong
from lib.store.database import writing
from lib.store.schema_experiments import experiment_cell
from lib.store.schema_votes import experiment_vote, experiment_vote_undo

vote, undo = experiment_vote.c, experiment_vote_undo.c
NO_CELLS = "Nothing was counted: these are not two cells of this experiment."


class ExperimentVotes:
    """The votes on experiments. `clock` tells when."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def of(self, experiment_id: str) -> list[Vote]:
        """The votes that stand, the oldest first."""
        with self._engine.connect() as db:
            return [_vote(row) for row in db.execute(_standing(experiment_id))]

    def cast(
        self,
        experiment_id: str,
        *,
        left_key: str,
        right_key: str,
        outcome: Outcome,
        by: str,
        token: str,
    ) -> bool:
        """Put a vote down; False when this showing of the pair was answered before.

        Raises VoteWrong when these are not two cells of the experiment.
        """
        with writing(self._engine) as db:
            _check_cells(db, experiment_id, left_key, right_key)
            if db.scalar(sa.select(vote.seq).where(*_answering(experiment_id, token))) is not None:
                return False
            values = {"experiment_id": experiment_id, "left_key": left_key, "right_key": right_key}
            values |= {"outcome": outcome, "by": by, "click_token": token}
            db.execute(experiment_vote.insert().values(**values, at=self._clock.now_ms()))
            return True

    def take_back(self, experiment_id: str, *, by: str, token: str) -> Vote | None:
        """Take the answer to a showing back, if it is this person's last that stands.

        None when it is not: it was taken back already, or something was said since.
        """
        with writing(self._engine) as db:
            last = db.execute(
                _standing(experiment_id)
                .where(vote.by == by)
                .order_by(None)
                .order_by(vote.seq.desc())
                .limit(1)
            ).one_or_none()
            if last is None or last.click_token != token:
                return None
            at = self._clock.now_ms()
            db.execute(experiment_vote_undo.insert().values(seq=last.seq, at=at))
            return _vote(last)


def _standing(experiment_id: str) -> sa.Select[Any]:
    return (
        sa.select(experiment_vote)
        .outerjoin(experiment_vote_undo, undo.seq == vote.seq)
        .where(vote.experiment_id == experiment_id, undo.seq.is_(None))
        .order_by(vote.seq)
    )


def _answering(experiment_id: str, token: str) -> tuple[sa.ColumnElement[bool], ...]:
    return vote.experiment_id == experiment_id, vote.click_token == token


def _check_cells(db: sa.Connection, experiment_id: str, *keys: str) -> None:
    cell = experiment_cell.c
    query = sa.select(sa.func.count()).where(cell.experiment_id == experiment_id)
    if db.scalar(query.where(cell.key.in_(keys))) != 2:
        raise VoteWrong(NO_CELLS)


def _vote(row: Any) -> Vote:
    return Vote(
        experiment_id=row.experiment_id,
        left_key=row.left_key,
        right_key=row.right_key,
        outcome=Outcome(row.outcome),
        by=row.by,
        at=row.at,
        token=row.click_token,
    )
