"""Tables that are taken away: nothing runs as a formula, and everything comes back as it was."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lib.domain.history_query import HistoryQuery, Sort
from lib.services.taking_away import csv_table, excel_table, parquet_table, selection
from lib.services.taking_away.columns import columns
from lib.services.taking_away.csv_table import unguarded
from lib.services.taking_away.prepared import KEPT_FOR_S, MOST, Form
from lib.services.taking_away.selection import chosen
from lib.store.taken_runs import TakenRun
from tests.services.taking import HOSTILE, Takings, open_takings
from tests.set_clock import SetClock
from tests.store.ended_runs import put, run_row

ALL = HistoryQuery()
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝")


@pytest.fixture
def takings(tmp_path: Path) -> Iterator[Takings]:
    opened = open_takings(tmp_path)
    yield opened
    opened.database.dispose()


def batches(takings: Takings, what: selection.Selection = ALL) -> Iterator[list[TakenRun]]:
    return takings.reader.batches(chosen(what, viewer="local"))


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_excel(data: bytes, sheet: int = 1) -> list[list[str]]:
    """The cells of a sheet as texts, read without the library that wrote them."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    rows = []
    for row in root.iter(f"{SHEET}row"):
        cells = {}
        for cell in row.iter(f"{SHEET}c"):
            assert cell.find(f"{SHEET}f") is None, "a formula"
            text = "".join(part.text or "" for part in cell.iter(f"{SHEET}t"))
            value = cell.find(f"{SHEET}v")
            shown = text if value is None else value.text or ""
            cells[re.sub("[0-9]", "", cell.attrib["r"])] = re.sub(
                "_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), shown
            )
        rows.append([cells.get(letters(at), "") for at in range(len(columns()))])
    return rows


def letters(at: int) -> str:
    return chr(65 + at) if at < 26 else letters(at // 26 - 1) + chr(65 + at % 26)


def test_no_text_in_a_csv_begins_as_a_formula_does(takings: Takings) -> None:
    takings.put(*HOSTILE)
    for row in read_csv(b"".join(csv_table.write(batches(takings)))):
        assert not row["prompt"].startswith(STARTS_A_FORMULA)
        assert not row["prompt"].strip().startswith(STARTS_A_FORMULA)


def test_a_csv_gives_every_text_back_exactly(takings: Takings) -> None:
    ids = takings.put(*HOSTILE)
    rows = read_csv(b"".join(csv_table.write(batches(takings))))
    assert {row["id"]: unguarded(row["prompt"]) for row in rows} == dict(
        zip(ids, HOSTILE, strict=True)
    )


def test_a_csv_has_no_control_characters_that_programs_stumble_over(takings: Takings) -> None:
    takings.put(*HOSTILE)
    data = b"".join(csv_table.write(batches(takings)))
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", data)


def test_numbers_stay_numbers_in_a_csv(takings: Takings) -> None:
    put(takings.database, run_row("1", cost_micros=-80_001, input={"num_images": 2}))
    (row,) = read_csv(b"".join(csv_table.write(batches(takings))))
    assert row["cost_micros"] == "-80001"
    assert row["cost_usd"] == "-0.080001"
    assert row["num_images"] == "2"
    assert row["created_at"] == "2026-11-22T12:00:00.000Z"


def test_a_parquet_is_exact(takings: Takings) -> None:
    import pyarrow.parquet

    seed = 10**39
    takings.put(*HOSTILE)
    put(
        takings.database, run_row("9", cost_micros=123_456, input={"seed": seed, "resolution": [1]})
    )
    data = b"".join(parquet_table.write(batches(takings)))
    rows = pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist()
    assert {row["prompt"] for row in rows} == {*HOSTILE, "a kite"}
    (last,) = [row for row in rows if row["id"] == "9"]
    assert last["cost_usd"] == Decimal("0.123456")
    assert last["seed"] == str(seed)
    assert json.loads(last["input"])["resolution"] == [1]
    assert list(last) == [column.name for column in columns()]


def test_excel_gives_every_text_back_and_has_no_formula(takings: Takings) -> None:
    ids = takings.put(*HOSTILE)
    data = b"".join(excel_table.write(batches(takings)))
    head, *rows = read_excel(data)
    prompt = head.index("prompt")
    found = {row[0]: row[prompt] for row in rows}
    for run_id, column, rest, *_ in read_excel(data, sheet=2)[1:]:
        assert column in {"prompt", "input"}
        if column == "prompt":
            found[run_id] += rest
    assert found == dict(zip(ids, HOSTILE, strict=True))


def test_no_cell_of_excel_is_longer_than_excel_takes(takings: Takings) -> None:
    takings.put(*HOSTILE)
    data = b"".join(excel_table.write(batches(takings)))
    for row in [*read_excel(data), *read_excel(data, sheet=2)]:
        assert all(len(cell.encode("utf-16-le")) // 2 <= 32_767 for cell in row)


def test_a_text_stays_a_text_when_it_is_edited_in_excel(takings: Takings) -> None:
    takings.put("=1+1")
    data = b"".join(excel_table.write(batches(takings)))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    formats = next(iter(styles.iter(f"{SHEET}cellXfs")))
    texts = [cell for cell in sheet.iter(f"{SHEET}c") if cell.attrib.get("t") == "inlineStr"]
    of_runs = [cell for cell in texts if not cell.attrib["r"].endswith("1")]
    assert of_runs
    assert all(formats[int(cell.attrib["s"])].attrib.get("quotePrefix") == "1" for cell in of_runs)


def test_a_full_sheet_goes_on_in_the_next(takings: Takings, tmp_path: Path) -> None:
    takings.put("one", "two", "three")
    file = tmp_path / "small.xlsx"
    book = excel_table.Workbook(file, rows=3)
    for runs in batches(takings):
        for run in runs:
            book.add(run)
    book.close()
    names = re.findall(
        r'sheet name="([^"]+)"', zipfile.ZipFile(file).read("xl/workbook.xml").decode()
    )
    assert names == ["runs", "continued", "runs 2"]


def test_a_whole_question_comes_once_and_in_order_over_many_batches(
    takings: Takings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "BATCH", 3)
    ids = takings.put(*(f"kite {number}" for number in range(10)))
    found = list(batches(takings, HistoryQuery(text="kite")))
    assert max(map(len, found)) == 3
    assert [run.id for runs in found for run in runs] == ids[::-1]
    oldest = batches(takings, HistoryQuery(sort=Sort.OLDEST))
    assert [run.id for runs in oldest for run in runs] == ids


def test_runs_of_another_account_and_unknown_ones_are_left_out(takings: Takings) -> None:
    (one,) = takings.put("kite")
    put(takings.database, run_row("other", origin="api.runflow.io"))
    wanted = [one, "other", "none", one]
    assert [run.id for runs in batches(takings, wanted) for run in runs] == [one]


def test_an_order_is_kept_for_an_hour(takings: Takings) -> None:
    clock = SetClock()
    takings.put("kite")
    away = takings.away(clock)
    token = away.order(Form.CSV, ALL, viewer="local")
    found = away.fetch(token)
    assert found is not None
    assert found.name == "plantain-runs-20261118-110640.csv"
    assert len(read_csv(b"".join(found.data))) == 1
    clock.pass_s(KEPT_FOR_S + 1)
    assert away.fetch(token) is None
    assert away.fetch("guessed") is None


def test_the_oldest_order_makes_room_for_new_ones(takings: Takings) -> None:
    away = takings.away(SetClock())
    first, *rest = [away.order(Form.CSV, [str(no)], viewer="local") for no in range(MOST + 1)]
    assert away.fetch(first) is None
    assert all(away.fetch(token) for token in rest)
    assert away.order(Form.CSV, ["9"], viewer="local") == rest[8]
    assert away.order(Form.ZIP, ["9"], viewer="local") not in rest
    assert away.order(Form.CSV, ["9"], viewer="eve") not in rest
