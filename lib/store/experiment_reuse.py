"""Cells whose pictures are there already: they point to the run that made them, and hold nothing."""

import sqlalchemy as sa

from lib.domain.already_made import PicturesGone
from lib.store.experiment_entries import NewExperiment
from lib.store.schema_history import IS_OF_USE, run_index, saving

GONE = "Nothing was started: pictures that were to be used again were deleted. Look at the new sum."
AT_A_TIME = 500


def note_what_is_reused(db: sa.Connection, new: NewExperiment, now_ms: int) -> None:
    """Within the transaction of a start: what each cell saves that need not be bought.

    Raises PicturesGone when one of the runs is of no use any more.
    """
    reused = [(priced, priced.made) for priced in new.cells if priced.made is not None]
    run_ids = sorted({made.run_id for _, made in reused})
    for begin in range(0, len(run_ids), AT_A_TIME):
        asked = run_ids[begin : begin + AT_A_TIME]
        of_use = run_index.c.run_id.in_(asked) & IS_OF_USE
        found = db.scalar(sa.select(sa.func.count()).select_from(run_index).where(of_use))
        if found != len(asked):
            raise PicturesGone(GONE)
    rows = [
        {
            "origin": new.origin,
            "at": now_ms,
            "by": new.created_by,
            "click_token": f"{new.id}:{priced.cell.key}",
            "run_id": made.run_id,
            "amount_micros": priced.saved_micros,
        }
        for priced, made in reused
    ]
    if rows:
        db.execute(saving.insert(), rows)
