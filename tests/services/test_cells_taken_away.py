"""The cells of an experiment as tables and as a zip: whole, exact, and harmless to open."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings

from lib.domain.experiment_axes import Listed
from lib.images.rebuilding import rebuild
from lib.services.experiments import yaml_text
from lib.services.taking_away.csv_table import unguarded
from lib.services.taking_away.of_experiments.asked import ChargesOf
from lib.services.taking_away.of_experiments.cell_columns import table_of_cells
from lib.services.taking_away.of_experiments.cell_names import CellNames
from lib.services.taking_away.of_experiments.findings import Findings, Judged
from lib.services.taking_away.of_experiments.taken_cells import Taken
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.transfer import BrokenOff
from lib.store import schema
from lib.store.schema_experiments import experiment_cell, experiment_run
from lib.store.schema_history import mark
from tests.domain.designs import designs, grid
from tests.images.pictures import noise, saved
from tests.services.taking import HOSTILE
from tests.services.taking_cells import (
    ID,
    PRICE,
    CellTakings,
    asked_for,
    cells_like,
    experiment_like,
    one_picture,
    open_cell_takings,
)
from tests.services.test_tables_taken_away import read_excel
from tests.store.ended_runs import NOON_MS, book, put, run_row

SHORT = [text for text in HOSTILE if len(text) < 200]
DESIGN = replace(grid(resolution=["1K", "2K"], animal=["cat", "=1+1"]), name="Kites & cats")


@pytest.fixture
def cells(tmp_path: Path) -> Iterator[CellTakings]:
    opened = open_cell_takings(tmp_path)
    yield opened
    opened.takings.database.dispose()


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def zip_of(data: bytes) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    zipped = zipfile.ZipFile(io.BytesIO(data))
    assert zipped.testzip() is None
    return zipped, json.loads(zipped.read("manifest.json"))


def test_a_row_a_cell_with_its_values_its_cost_and_what_became_of_it(cells: CellTakings) -> None:
    fates = iter(
        [
            {"duration_ms": 1200, "seed_used": 7, "cost_micros": 81_000},
            {"state": "failed", "cost_micros": 0, "failure_message": "=cmd|' /C calc'!A0"},
            {"state": "accepted", "cost_micros": None, "cost_basis": None},
            None,
        ]
    )
    cells.put(DESIGN, lambda _cell: next(fates))
    with cells.takings.database.begin() as db:
        marks = {"favourite": True, "rating": 4, "remark": ""}
        by = {"changed_at": NOON_MS, "changed_by": "me"}
        db.execute(mark.insert().values(run_id="x10001", **marks, **by))

    done, failed, under_way, waits = rows_of(cells.bytes_of(Form.CSV, DESIGN))

    assert (done["cell"], done["resolution"], done["animal"]) == ("1", "1K", "cat")
    assert (done["cost_micros"], done["cost_usd"]) == ("81000", "0.081000")
    assert (done["rating"], done["favourite"], done["duration_ms"]) == ("4", "true", "1200")
    assert (done["estimate_micros"], done["seed_used"]) == (str(PRICE), "7")
    assert unguarded(failed["failure_message"]) == "=cmd|' /C calc'!A0"
    assert failed["failure_message"].startswith("'=")
    assert (failed["cost_micros"], failed["run_state"]) == ("0", "failed")
    assert (under_way["cost_micros"], under_way["cost_usd"]) == ("", "")
    assert (waits["state"], waits["run_id"], waits["spent_micros"]) == ("waiting", "", "0")


def test_the_sum_of_what_the_cells_have_spent_is_that_of_the_experiment(cells: CellTakings) -> None:
    (first, *_others) = cells.put(DESIGN)
    again = run_row("earlier", cost_micros=33_333)
    other = run_row("of another", cost_micros=5)
    put(cells.takings.database, again, other)
    of = {"experiment_id": ID}
    with cells.takings.database.begin() as db:
        tried = {"run_id": "earlier", "key": first, "attempt": 2, **of}
        db.execute(experiment_run.insert().values(**tried))
        reused = experiment_cell.update().where(experiment_cell.c.number == 4)
        db.execute(experiment_run.delete().where(experiment_run.c.run_id == "x10004"))
        db.execute(reused.values(attempt=0, run_id="of another"))
    book(cells.takings.database)

    rows = rows_of(cells.bytes_of(Form.CSV, DESIGN))

    assert [int(row["spent_micros"]) for row in rows] == [113_333, 80_000, 80_000, 0]
    assert (rows[3]["state"], rows[3]["cost_micros"]) == ("reused", "0")
    _zipped, told = zip_of(cells.bytes_of(Form.ZIP, DESIGN))
    spent = sum(int(row["spent_micros"]) for row in rows)
    assert told["experiment"]["spent_micros"] == spent
    assert sum(one["amount_micros"] for one in told["charged"]) == spent


def test_no_value_runs_as_a_formula_and_each_comes_back(cells: CellTakings) -> None:
    design = grid(animal=[*SHORT, "plain"])
    cells.put(design)

    rows = rows_of(cells.bytes_of(Form.CSV, design))

    assert [unguarded(row["animal"]) for row in rows] == [*SHORT, "plain"]
    assert [json.loads(unguarded(row["varied"]))["animal"] for row in rows] == [*SHORT, "plain"]
    cell_starts = {row["animal"].lstrip()[:1] for row in rows}
    assert not cell_starts & set("=+-@|%")


def test_all_tables_have_the_same_cells(cells: CellTakings) -> None:
    design = grid(seed=[3, None, 2**40], animal=["cat", "dog"], enable_web_search=[True, False])
    cells.put(design)

    rows = rows_of(cells.bytes_of(Form.CSV, design))
    parquet = pyarrow.parquet.read_table(io.BytesIO(cells.bytes_of(Form.PARQUET, design)))
    head, *excel = read_excel(cells.bytes_of(Form.EXCEL, design))

    assert parquet.column("seed").to_pylist()[-1] == 2**40
    assert parquet.column("enable_web_search").to_pylist()[:2] == [True, False]
    assert parquet.column("cost_usd").to_pylist()[0] == Decimal("0.080000")
    assert head[: len(rows[0])] == list(rows[0]) == parquet.column_names
    assert len(rows) == parquet.num_rows == len(excel) == 12


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(design=designs())
def test_no_two_columns_and_no_two_files_have_one_name(design) -> None:
    taken = Taken(experiment_like(design), cells_like(design))

    columns = [column.name for column in table_of_cells(taken).columns]
    names = CellNames(design, taken.cells)
    files = [names.of(cell, number, "image/png") for cell in taken.cells for number in (0, 1)]

    assert len(set(columns)) == len(columns)
    assert len({name.lower() for name in files}) == len(files)
    for name in files:
        assert name.isascii()
        assert len(name) < 240
        assert not {"..", ""} & set(PurePosixPath(name).parts)
        assert not any(part.endswith((".", " ")) for part in PurePosixPath(name).parts)


def test_a_variable_may_be_called_as_one_of_our_columns(cells: CellTakings) -> None:
    design = grid(state=["a", "b"], varied_state=["c"], cell=["d"], varied=["e"])
    cells.put(design)

    row = rows_of(cells.bytes_of(Form.CSV, design))[1]

    assert (row["state"], row["varied_varied_state"], row["varied_state"]) == ("sent", "b", "c")
    assert (row["cell"], row["varied_cell"], row["varied_varied"]) == ("2", "d", "e")


def test_the_zip_has_each_picture_with_its_record_under_its_values(cells: CellTakings) -> None:
    bought = [saved(noise(), format_) for format_ in ("PNG", "JPEG")]
    cells.put(DESIGN, paint=lambda _cell: bought)

    zipped, told = zip_of(cells.bytes_of(Form.ZIP, DESIGN))

    assert len(told["cells"]) == 4
    for cell in told["cells"]:
        for picture, original in zip(cell["pictures"], bought, strict=True):
            data = zipped.read(picture["file"])
            assert hashlib.sha256(data).hexdigest() == picture["file_sha256"]
            assert rebuild(data, picture["original"]) == original
    assert {name for name in zipped.namelist() if name.endswith("0003-1-2.jpg")} == {
        "pictures/resolution/02-2k/animal/01-cat/0003-1-2.jpg"
    }
    rows = rows_of(zipped.read("manifest.csv"))
    assert rows[0]["files"].split() == [one["file"] for one in told["cells"][0]["pictures"]]
    assert yaml_text.read(zipped.read("design.yaml").decode()) == DESIGN
    assert cells.downloaded == ["x10001", "x10002", "x10003", "x10004"]


def test_cells_without_a_picture_are_in_the_zip_as_well(cells: CellTakings) -> None:
    cells.put(DESIGN, lambda cell: None if cell.varied["animal"] == "cat" else {}, one_picture)
    lost = cells.takings.reader.runs.of(["x10002"])[0].pictures[0]["sha256"]
    cells.takings.originals.path(lost).unlink()

    _zipped, told = zip_of(cells.bytes_of(Form.ZIP, DESIGN))

    assert [cell["state"] for cell in told["cells"]] == ["waiting", "sent"] * 2
    assert {picture["file"] for cell in told["cells"] for picture in cell["pictures"]} == {None}


def test_a_run_that_was_erased_leaves_its_cell_and_its_cost(cells: CellTakings) -> None:
    cells.put(DESIGN, paint=one_picture)
    with cells.takings.database.begin() as db:
        run = schema.run
        erased = run.update().where(run.c.id == "x10001")
        db.execute(erased.values(deleted_at=NOON_MS, erased_at=NOON_MS))

    row = rows_of(cells.bytes_of(Form.CSV, DESIGN))[0]

    assert (row["cell"], row["cost_micros"], row["pictures"]) == ("1", "80000", "0")


def test_what_votes_say_stands_beside_its_cell_once_there_are_votes(cells: CellTakings) -> None:
    first, second, *_others = cells.put(DESIGN)
    judged = {first: Judged(0.54, 0.47, 0.61, 9), second: Judged(0.1, float("-inf"), 0.2, 1)}

    rows = rows_of(
        cells.bytes_of(Form.CSV, DESIGN, findings=Findings(judging=lambda _experiment: judged))
    )
    without = rows_of(cells.bytes_of(Form.CSV, DESIGN))

    assert (rows[0]["score"], rows[0]["score_high"], rows[0]["votes"]) == (
        "0.540000",
        "0.610000",
        "9",
    )
    assert (rows[1]["score_low"], rows[2]["score"], rows[2]["votes"]) == ("", "", "0")
    assert "score" not in without[0]


def test_the_file_is_named_for_its_experiment_and_counts_its_cells(cells: CellTakings) -> None:
    cells.put(DESIGN)
    away = cells.away()
    token = away.order_cells(Form.CSV, asked_for(DESIGN))
    found = away.fetch(token)
    assert found is not None

    assert found.name.startswith("plantain-kites-cats-")
    assert found.name.endswith(".csv")
    b"".join(found.data)
    transfer = away.transfer(token)
    assert transfer is not None
    assert (transfer.gone_through, transfer.total, transfer.rows) == (4, 4, "cells")
    assert transfer.is_whole


def test_a_canceled_zip_is_broken_off(cells: CellTakings) -> None:
    cells.put(DESIGN, paint=one_picture)
    away = cells.away()
    token = away.order_cells(Form.ZIP, asked_for(DESIGN))
    found = away.fetch(token)
    assert found is not None

    next(found.data)
    away.transfer(token).cancel()  # type: ignore[union-attr]
    with pytest.raises(BrokenOff):
        b"".join(found.data)


def test_what_is_not_there_or_of_another_account_is_not_found(cells: CellTakings) -> None:
    away = cells.away()

    assert away.fetch(away.order_cells(Form.CSV, asked_for(DESIGN))) is None


def test_the_charge_lines_of_all_its_runs_sum_up_to_what_it_has_spent(
    cells: CellTakings,
) -> None:
    costs = iter([81_000, 0, 80_000, 79_999])
    cells.put(DESIGN, lambda _cell: {"cost_micros": next(costs)})
    put(cells.takings.database, run_row("of another"))
    book(cells.takings.database)
    away = cells.away()
    token = away.order_cells(Form.CSV, ChargesOf(ID))
    found = away.fetch(token)
    assert found is not None

    rows = rows_of(b"".join(found.data))

    assert "kites-cats-charge-lines" in found.name
    assert sum(int(row["amount_micros"]) for row in rows) == 240_999
    assert {row["run_id"] for row in rows} <= {f"x1000{number}" for number in range(1, 5)}
    transfer = away.transfer(token)
    assert transfer is not None
    assert (transfer.gone_through, transfer.rows) == (transfer.total, "charge lines")
    assert transfer.total == len(rows)


def test_an_experiment_without_axes_is_taken_away_too(cells: CellTakings) -> None:
    design = grid()
    cells.put(design, paint=one_picture)

    zipped, told = zip_of(cells.bytes_of(Form.ZIP, design))

    assert told["cells"][0]["varied"] == {}
    assert "pictures/0001-1-1.png" in zipped.namelist()


def test_pairs_are_named_by_both_their_values(cells: CellTakings) -> None:
    pairs = Listed(("animal", "style"), (("cat", "ink"), ("cat", "赤")))
    design = replace(grid(), base={"prompt": "a {animal} in {style}"}, axes=(pairs,))
    cells.put(design, paint=one_picture)

    zipped, _told = zip_of(cells.bytes_of(Form.ZIP, design))

    assert "pictures/animal/01-cat/style/02-value/0002-1-1.png" in zipped.namelist()
