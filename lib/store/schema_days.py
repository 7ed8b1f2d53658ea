"""The sums of charge lines by day, in the team's zone: what reports of whole days read.

`report_day` has when each day begins in the zone of `report_zone`; triggers look a line's day up
there and add the line to `charge_day`, in the same transaction. Under ALL stands each line once,
under a tag's id what runs with that tag cost, and under TAGGED once what has any tag.

Without a zone nothing is added, and reports read the quarters of an hour (see `day_sums`).
"""

import sqlalchemy as sa

from lib.store.schema import Whole, metadata

ALL = 0
"""Stands for a tag where every line counts once."""
TAGGED = -1
"""Stands for a tag where every line of a run with tags counts once, however many it has."""

report_zone = sa.Table(
    "report_zone",
    metadata,
    sa.Column("zone", sa.Text, primary_key=True),
    sqlite_strict=True,
)
report_day = sa.Table(
    "report_day",
    metadata,
    sa.Column("start", Whole, primary_key=True, autoincrement=False),
    sqlite_strict=True,
)
charge_day = sa.Table(
    "charge_day",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("tag_id", Whole, primary_key=True, autoincrement=False),
    sa.Column("day", Whole, primary_key=True, autoincrement=False),
    sa.Column("created_by", sa.Text, primary_key=True),
    sa.Column("model_id", sa.Text, primary_key=True),
    sa.Column("resolution", sa.Text, primary_key=True),
    sa.Column("sku", sa.Text, primary_key=True),
    sa.Column("outcome", sa.Text, primary_key=True),
    sa.Column("basis", sa.Text, primary_key=True),
    sa.Column("lines", Whole, nullable=False),
    sa.Column("quantity", Whole, nullable=False),
    sa.Column("amount_micros", Whole, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
