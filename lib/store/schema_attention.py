"""The table of what people did with pictures that were paid for: the first time of each kind.

Triggers keep it in `run_index`, beside the marks: what a run was worth is read from there.
"""

from enum import StrEnum

import sqlalchemy as sa

from lib.store.schema import Whole, metadata, one_of, run
from lib.store.schema_history import Place, run_index


class Looked(StrEnum):
    """What somebody did with a run's pictures."""

    OPENED = "opened"
    DOWNLOADED = "downloaded"


attention = sa.Table(
    "attention",
    metadata,
    sa.Column("run_id", sa.ForeignKey(run.c.id), primary_key=True),
    sa.Column(
        "kind", sa.Text, sa.CheckConstraint(one_of("kind", Looked), name="kind"), primary_key=True
    ),
    sa.Column("at", Whole, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

KEPT_FROM = 4
"""The rating from which on a picture counts as kept."""
IS_KEPT = sa.and_(
    run_index.c.place == Place.SHOWN,
    sa.or_(
        run_index.c.favourite == "true",
        run_index.c.rating >= KEPT_FROM,
        run_index.c.downloaded == "true",
    ),
)
"""That a run's pictures turned out to be of use, as far as anybody said or did."""
