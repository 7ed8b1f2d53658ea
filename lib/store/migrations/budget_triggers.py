"""The triggers that keep `budget_sum` equal to the costs of the runs, as SQLite writes them.

Each change of what a run cost, of whose it is and of what it is under takes back what stood before
and adds what stands now, in the same transaction.
"""

QUARTER_MS = 15 * 60 * 1000
DAY_MS = 24 * 3600 * 1000
SPANS = f"(SELECT {QUARTER_MS} AS span_ms UNION ALL SELECT {DAY_MS})"
"""A window begins and ends at a quarter of an hour UTC, in any zone; days UTC fill what is between."""

CHANGED = " OR ".join(
    f"OLD.{column} IS NOT NEW.{column}"
    for column in ("cost_micros", "origin", "created_by", "created_at")
)


def _added(sign: str, run: str, scope: str, subject: str, source: str, where: str) -> str:
    """SQL: a run's cost, `+` added to or `-` taken from the sums of what it counts in."""
    return (
        "INSERT INTO budget_sum (origin, scope, subject, span_ms, begins_at, cost_micros)"
        f" SELECT {run}.origin, {scope}, {subject}, span_ms,"
        f" {run}.created_at - {run}.created_at % span_ms, {sign}{run}.cost_micros"
        f" FROM {SPANS}{source} WHERE {run}.cost_micros IS NOT NULL{where}"
        " ON CONFLICT (origin, scope, subject, span_ms, begins_at)"
        " DO UPDATE SET cost_micros = cost_micros + excluded.cost_micros;"
    )


def _team_and_person(sign: str, run: str) -> str:
    return _added(sign, run, "'team'", "''", "", "") + _added(
        sign, run, "'person'", f"{run}.created_by", "", ""
    )


def _labels(sign: str, run: str) -> str:
    """SQL: the same for each tag and collection that the run has."""
    return "".join(
        _added(
            *(sign, run, f"'{scope}'", f"CAST(label.{scope}_id AS TEXT)"),
            f" CROSS JOIN run_index JOIN run_{scope} label ON label.no = run_index.no",
            f" AND run_index.run_id = {run}.id",
        )
        for scope in ("tag", "collection")
    )


def _labelled(scope: str) -> tuple[str, str]:
    """SQL: a label that is put on a run brings its cost along, and takes it away again."""

    def change(sign: str, line: str) -> str:
        return _added(
            *(sign, "run", f"'{scope}'", f"CAST({line}.{scope}_id AS TEXT)"),
            " CROSS JOIN run_index JOIN run ON run.id = run_index.run_id",
            f" AND run_index.no = {line}.no",
        )

    return (
        f"CREATE TRIGGER budget_sum_{scope}_on AFTER INSERT ON run_{scope}"
        f" BEGIN {change('', 'NEW')} END",
        f"CREATE TRIGGER budget_sum_{scope}_off AFTER DELETE ON run_{scope}"
        f" BEGIN {change('-', 'OLD')} END",
    )


STATEMENTS = (
    "CREATE TRIGGER budget_sum_run_made AFTER INSERT ON run WHEN NEW.cost_micros IS NOT NULL"
    f" BEGIN {_team_and_person('', 'NEW')} END",
    "CREATE TRIGGER budget_sum_run_costs"
    f" AFTER UPDATE OF cost_micros, origin, created_by, created_at ON run WHEN {CHANGED} BEGIN"
    f" {_team_and_person('-', 'OLD')}{_labels('-', 'OLD')}"
    f" {_team_and_person('', 'NEW')}{_labels('', 'NEW')} END",
    # Its labels go first, by the trigger that takes a run out of the index.
    "CREATE TRIGGER budget_sum_run_gone AFTER DELETE ON run WHEN OLD.cost_micros IS NOT NULL"
    f" BEGIN {_team_and_person('-', 'OLD')} END",
    *_labelled("tag"),
    *_labelled("collection"),
)

_SUMS = (
    "INSERT INTO budget_sum (origin, scope, subject, span_ms, begins_at, cost_micros)"
    " SELECT run.origin, {scope}, {subject}, span_ms,"
    " run.created_at - run.created_at % span_ms AS begins, sum(run.cost_micros)"
    " FROM run{labels} CROSS JOIN " + SPANS + " WHERE run.cost_micros IS NOT NULL"
    " GROUP BY run.origin, {subject}, span_ms, begins"
)
_LABELS = (
    " JOIN run_index ON run_index.run_id = run.id JOIN run_{0} label ON label.no = run_index.no"
)
FILL = (
    "DELETE FROM budget_sum",
    _SUMS.format(scope="'team'", subject="''", labels=""),
    _SUMS.format(scope="'person'", subject="run.created_by", labels=""),
    *(
        _SUMS.format(
            scope=f"'{scope}'",
            subject=f"CAST(label.{scope}_id AS TEXT)",
            labels=_LABELS.format(scope),
        )
        for scope in ("tag", "collection")
    ),
)
"""SQL that sums up all runs anew: those of an older ledger, or of a copy made without triggers."""
