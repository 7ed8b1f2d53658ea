"""The table of months that were closed, each with the tie-out of that moment.

It only ever grows. The database itself refuses a month that does not tie out, and a charge line
that would count in a closed one.
"""

import sqlalchemy as sa

from lib.store.schema import Whole, metadata

TIES_OUT = (
    "run_micros + moved_micros = line_micros AND line_micros = rollup_micros"
    " AND named_run_micros + named_moved_micros = named_line_micros"
)

closed_month = sa.Table(
    "closed_month",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("from_ms", Whole, nullable=False),
    sa.Column("to_ms", Whole, nullable=False),
    sa.Column("closed_at", Whole, nullable=False),
    sa.Column("closed_by", sa.Text, nullable=False),
    sa.Column("runs", Whole, nullable=False),
    sa.Column("lines", Whole, nullable=False),
    sa.Column("run_micros", Whole, nullable=False),
    sa.Column("moved_micros", Whole, nullable=False),
    sa.Column("line_micros", Whole, nullable=False),
    sa.Column("rollup_micros", Whole, nullable=False),
    sa.Column("named_run_micros", Whole, nullable=False),
    sa.Column("named_moved_micros", Whole, nullable=False),
    sa.Column("named_line_micros", Whole, nullable=False),
    sa.CheckConstraint("from_ms < to_ms", name="span"),
    sa.CheckConstraint(TIES_OUT, name="ties_out"),
    sqlite_strict=True,
)
"""`moved` is what counts here of runs of closed months, less what counts elsewhere of runs clicked
here. `named` is what of it the API named itself."""
