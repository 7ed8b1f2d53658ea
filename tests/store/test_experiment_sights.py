"""What is seen of a cell is what its latest run has: pictures in order, marks, and nothing else's."""

import pytest
import sqlalchemy as sa

from lib.domain.experiment_sight import Sight
from lib.store.schema import picture, run
from lib.store.schema_history import mark
from tests.store.experimenting import Lab, lab_on
from tests.store.held_runs import house_on


@pytest.fixture
def lab(database: sa.Engine) -> Lab:
    return lab_on(house_on(database))


def add_pictures(lab: Lab, run_id: str, *problems: str | None) -> None:
    same = {"run_id": run_id, "size_bytes": 9, "mime": "image/png", "stored_at": 1}
    rows = [
        {**same, "number": number, "sha256": f"{number:064x}", "problem": problem}
        for number, problem in reversed(list(enumerate(problems)))
    ]
    with lab.house.database.begin() as db:
        db.execute(picture.insert(), rows)


def test_each_cell_has_its_own_pictures_in_their_order_and_its_marks(lab: Lab) -> None:
    lab.start()
    first, second = lab.send(), lab.send()
    keys = {cell.run_id: cell.key for cell in lab.records.cells("x1") if cell.run_id}
    add_pictures(lab, first, None, "torn", None)
    with lab.house.database.begin() as db:
        told = {"run_id": first, "favourite": 1, "rating": 4, "changed_at": 1, "changed_by": "ada"}
        db.execute(mark.insert().values(**told))
        db.execute(run.update().where(run.c.id == first).values(duration_ms=900, nsfw_detected=1))

    sights = lab.records.sights("x1")

    pictures = (f"{0:064x}", f"{2:064x}")
    assert sights == {
        keys[first]: Sight(pictures, favourite=True, rating=4, duration_ms=900, nsfw_detected=True),
        keys[second]: Sight(),
    }


def test_what_is_in_the_bin_is_not_shown(lab: Lab) -> None:
    lab.start()
    sent = lab.send()
    add_pictures(lab, sent, None)
    with lab.house.database.begin() as db:
        db.execute(run.update().where(run.c.id == sent).values(deleted_at=5))

    assert list(lab.records.sights("x1").values()) == [Sight(is_deleted=True)]
