"""What is asked again and again, about open runs, is read from their own index, however long the history."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lib.store.records import Records

QUESTIONS: dict[str, Callable[[Records], object]] = {
    "open": lambda records: records.open_ids(origin="sandbox"),
    "accepted": lambda records: records.accepted_ids(origin="sandbox"),
    "doubtful": lambda records: records.doubtful_ids(origin="sandbox"),
    "under way": lambda records: records.count_under_way(origin="sandbox", up_to=8),
    "any": lambda records: records.has_open(origin="sandbox"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_open_runs_are_found_without_reading_the_history(database: sa.Engine, question: str):
    steps: list[str] = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def explain(_db: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            steps.extend(step[3] for step in plan)

    QUESTIONS[question](Records(database))

    of_runs = [step for step in steps if " run " in f"{step} "]
    assert of_runs
    assert all("ix_run_open" in step for step in of_runs), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps
