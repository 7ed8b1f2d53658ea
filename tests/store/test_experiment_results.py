"""What came of an experiment's cells, read from real tables."""

import pytest
import sqlalchemy as sa

from lib.domain.organising import ChangeKind
from lib.store import schema
from lib.store.experiment_results import ExperimentResults
from lib.store.organising import Action, Organising
from tests.store.ended_runs import put_pictures
from tests.store.experimenting import Lab, lab_on
from tests.store.held_runs import house_on


@pytest.fixture
def lab(database: sa.Engine) -> Lab:
    return lab_on(house_on(database))


def end(lab: Lab, run_id: str | None, **values) -> None:
    with lab.house.database.begin() as db:
        db.execute(schema.run.update().where(schema.run.c.id == run_id).values(**values))


STORED = {"state": "stored", "cost_micros": 80_000, "cost_basis": "confirmed"}


def test_a_cell_has_what_its_run_came_to_and_every_try(lab: Lab):
    lab.start()
    first = lab.send()
    end(lab, first, **STORED, duration_ms=2_100, nsfw_detected=1)
    put_pictures(lab.house.database, first, 2)
    second = lab.send()
    end(lab, second, state="failed", cost_micros=0, failure_code="policy", failure_message="No.")
    lab.experiments.retry("x1", {cell.key: 80_000 for cell in lab.records.cells("x1")})
    third = lab.send()
    end(lab, third, **STORED, duration_ms=-4)

    results = ExperimentResults(lab.house.database)
    found = results.of("x1")

    assert [(one.tries, one.failed, one.flagged) for one in found] == [
        *((1, 0, 1), (2, 1, 0), (0, 0, 0), (0, 0, 0))
    ]
    assert [(one.duration_ms, one.cost_micros) for one in found[:3]] == [
        *((2_100, 80_000), (None, 80_000), (None, None))
    ]
    assert found[0].sha256.startswith(first)
    assert [(one.code, one.message, one.runs) for one in results.reasons("x1")] == [
        ("policy", "No.", 1)
    ]


def test_ratings_of_deleted_runs_do_not_count_and_their_time_does(lab: Lab):
    lab.start()
    run_id = lab.send()
    end(lab, run_id, **STORED, duration_ms=2_100)
    put_pictures(lab.house.database, run_id, 1)
    organising = Organising(lab.house.database, lab.house.clock)
    organising.change([run_id], Action(ChangeKind.RATING, 4), by="local")
    results = ExperimentResults(lab.house.database)
    assert results.of("x1")[0].rating == 4

    end(lab, run_id, deleted_at=1)

    (one, *_) = results.of("x1")
    assert (one.rating, one.sha256, one.duration_ms) == (None, None, 2_100)


def test_a_key_that_is_no_good_says_nothing_of_what_was_asked_for(lab: Lab):
    lab.start()
    end(lab, lab.send(), state="failed", cost_micros=0, http_status=402, failure_message="Pay.")

    results = ExperimentResults(lab.house.database)

    assert results.of("x1")[0].tries == 0
    assert results.reasons("x1") == []


def test_an_experiment_is_read_by_two_questions(lab: Lab):
    lab.start()
    asked: list[str] = []
    sa.event.listen(
        lab.house.database, "before_cursor_execute", lambda *told: asked.append(told[2])
    )

    ExperimentResults(lab.house.database).of("x1")

    assert len([one for one in asked if one.startswith("SELECT")]) == 2
