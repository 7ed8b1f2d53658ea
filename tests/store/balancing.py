"""What always holds of the books of money, asked of the database in its own words."""

import sqlalchemy as sa

from tests.store.balancing_days import assert_days_are_the_lines

DIMENSIONS = "origin, {slot} AS slot, created_by, model_id, resolution, sku, outcome, basis"
OF_LINES = DIMENSIONS.format(slot="counts_at - counts_at % 900000")
COUNTED = "sum(CASE WHEN basis = 'in doubt' THEN 0 ELSE amount_micros END)"
IN_DOUBT = "sum(CASE WHEN basis = 'in doubt' THEN amount_micros ELSE 0 END)"


def assert_balanced(database: sa.Engine) -> None:
    """The lines of each run sum to its cost, and all roll-ups are the sums of the lines."""
    with database.connect() as db:
        odd = db.exec_driver_sql(
            "SELECT run.id, run.state, run.cost_basis, run.cost_micros, run.estimate_micros,"
            " counted, doubtful FROM run LEFT JOIN"
            f" (SELECT run_id, {COUNTED} AS counted, {IN_DOUBT} AS doubtful"
            " FROM charge_line GROUP BY run_id) ON run_id = run.id"
            " WHERE coalesce(counted, 0) != coalesce(cost_micros, 0) OR coalesce(doubtful, 0) !="
            " CASE WHEN cost_basis = 'in doubt' THEN estimate_micros ELSE 0 END"
        ).all()
        assert odd == [], f"lines that do not sum to the cost of their run: {odd}"
        lines = db.exec_driver_sql(
            f"SELECT {OF_LINES}, sum(CASE kind WHEN 'charge' THEN 1 ELSE -1 END),"
            " sum(quantity), sum(amount_micros) FROM charge_line GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
            " ORDER BY 1, 2, 3, 4, 5, 6, 7, 8"
        ).all()
        rollups = db.exec_driver_sql(
            f"SELECT {DIMENSIONS.format(slot='slot')}, lines, quantity, amount_micros"
            " FROM charge_rollup ORDER BY 1, 2, 3, 4, 5, 6, 7, 8"
        ).all()
        assert [tuple(row) for row in rollups] == [tuple(row) for row in lines]
        assert_days_are_the_lines(db)


def counted_micros(database: sa.Engine) -> int:
    """The sum of all lines whose amount is known."""
    with database.connect() as db:
        return int(db.exec_driver_sql(f"SELECT {COUNTED} FROM charge_line").scalar() or 0)
