"""A zip of runs: whole, exact, harmless to look at, and never whole in memory."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest

from lib.domain.history_query import HistoryQuery
from lib.images.embedded_record import extract
from lib.images.rebuilding import rebuild
from lib.services.taking_away import contact_sheet
from lib.services.taking_away.csv_table import unguarded
from lib.services.taking_away.prepared import Form
from tests.images.pictures import noise, saved
from tests.services.taking import HOSTILE, Takings, open_takings
from tests.set_clock import SetClock
from tests.store.ended_runs import put, run_row

ALL = HistoryQuery()
URL = "https://plantain.example/callbacks/runflow/secret"


@pytest.fixture
def takings(tmp_path: Path) -> Iterator[Takings]:
    opened = open_takings(tmp_path)
    yield opened
    opened.database.dispose()


def chunks_of(takings: Takings, selection: list[str] | HistoryQuery = ALL) -> Iterator[bytes]:
    away = takings.away(SetClock())
    found = away.fetch(away.order(Form.ZIP, selection, viewer="local"))
    assert found is not None
    return found.data


def zip_of(
    takings: Takings, selection: list[str] | HistoryQuery = ALL
) -> tuple[zipfile.ZipFile, list[dict]]:
    zipped = zipfile.ZipFile(io.BytesIO(b"".join(chunks_of(takings, selection))))
    assert zipped.testzip() is None
    return zipped, json.loads(zipped.read("manifest.json"))["runs"]


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_each_picture_carries_its_record_and_gives_the_bought_bytes_back(takings: Takings) -> None:
    (run_id,) = takings.put("A red fox")
    bought = [saved(noise(), format_) for format_ in ("PNG", "JPEG", "WEBP")]
    takings.paint(run_id, *bought)
    zipped, (run,) = zip_of(takings)
    for picture, original in zip(run["pictures"], bought, strict=True):
        data = zipped.read(picture["file"])
        assert hashlib.sha256(data).hexdigest() == picture["file_sha256"]
        record = extract(data)
        assert record is not None
        assert record["run_id"] == run_id
        assert rebuild(data, picture["original"]) == original
        assert hashlib.sha256(original).hexdigest() == picture["sha256"]


def test_runs_without_pictures_are_in_the_manifest(takings: Takings) -> None:
    put(
        takings.database,
        run_row("1", state="failed", cost_micros=0, failure_message="No."),
        run_row("2", state="accepted", cost_micros=None, cost_basis=None),
    )
    zipped, runs = zip_of(takings)
    assert {run["run"]["state"] for run in runs} == {"failed", "accepted"}
    rows = list(csv.DictReader(io.StringIO(zipped.read("manifest.csv").decode("utf-8-sig"))))
    assert {row["failure_message"] for row in rows} == {"No.", ""}
    assert not [name for name in zipped.namelist() if name.startswith("pictures/")]


def test_a_lost_picture_is_told_and_the_rest_comes(takings: Takings) -> None:
    (run_id,) = takings.put("kite")
    lost, kept = takings.paint(run_id, saved(noise(), "PNG"), saved(noise(), "JPEG"))
    takings.originals.path(lost).unlink()
    _zipped, (run,) = zip_of(takings)
    assert [bool(picture["file"]) for picture in run["pictures"]] == [False, True]
    assert run["pictures"][1]["sha256"] == kept


def test_what_is_no_picture_is_in_the_zip_as_well(takings: Takings) -> None:
    (run_id,) = takings.put("kite")
    takings.paint(run_id, b"paid for, whatever it is", problem="not a picture")
    zipped, (run,) = zip_of(takings)
    assert zipped.read(run["pictures"][0]["file"]) == b"paid for, whatever it is"


def test_names_are_sane_and_unique(takings: Takings) -> None:
    prompts = [*HOSTILE, "../../etc/passwd", "CON", "a/b\\c:d", "same", "same"]
    ids = takings.put(*prompts)
    same = saved(noise(), "PNG")
    for run_id in ids:
        takings.paint(run_id, same, same)
    zipped, _runs = zip_of(takings)
    names = zipped.namelist()
    assert len({name.lower() for name in names}) == len(names) == 2 * len(ids) + 3
    for name in names:
        path = PurePosixPath(name)
        assert name.isascii()
        assert len(name) < 160
        assert ".." not in path.parts
        assert not path.is_absolute()
        assert "\\" not in name


def test_the_contact_sheet_is_nothing_but_text_and_pictures(takings: Takings) -> None:
    for run_id in takings.put(*HOSTILE):
        takings.paint(run_id, saved(noise(), "PNG"))
    zipped, _runs = zip_of(takings)
    html = zipped.read("contact-sheet.html").decode()
    page = Page(html)
    assert page.tags == {
        *("html", "head", "meta", "title", "style", "body", "main"),
        *("article", "figure", "a", "img", "p", "br"),
    }
    inside = set(zipped.namelist())
    assert all(link in inside or link.startswith("data:image/webp;") for link in page.links)
    assert "default-src 'none'" in html
    assert "\0" not in html
    assert "<script>alert(1)</script>" in "".join(page.text)


def test_long_sheets_go_on_in_another(takings: Takings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_sheet, "RUNS_A_PAGE", 2)
    takings.put("one", "two", "three")
    zipped, _runs = zip_of(takings)
    assert "contact-sheet-2.html" in Page(zipped.read("contact-sheet.html").decode()).links
    assert Page(zipped.read("contact-sheet-2.html").decode()).links == ["contact-sheet.html"] * 2


def test_the_manifest_has_every_text_exactly(takings: Takings) -> None:
    takings.put(*HOSTILE)
    zipped, runs = zip_of(takings)
    assert {run["run"]["prompt"] for run in runs} == set(HOSTILE)
    rows = csv.DictReader(io.StringIO(zipped.read("manifest.csv").decode("utf-8-sig"), newline=""))
    assert {unguarded(row["prompt"]) for row in rows} == set(HOSTILE)


def test_where_callbacks_are_taken_stays_here(takings: Takings) -> None:
    body = {"id": "r", "callback_url": URL}
    put(takings.database, run_row("1", request_body=URL.encode(), remote_body=body))
    zipped, (run,) = zip_of(takings)
    assert run["run"]["remote_body"] == {"id": "r"}
    assert all(b"runflow/secret" not in zipped.read(name) for name in zipped.namelist())


def test_an_empty_answer_is_a_whole_zip(takings: Takings) -> None:
    zipped, runs = zip_of(takings)
    assert runs == []
    assert zipped.namelist() == ["contact-sheet.html", "manifest.csv", "manifest.json"]


def test_the_zip_is_sent_picture_by_picture(takings: Takings) -> None:
    data = saved(noise(400, 400), "PNG")
    for run_id in takings.put(*(f"kite {number}" for number in range(6))):
        takings.paint(run_id, data)
    sent = [len(chunk) for chunk in chunks_of(takings)]
    assert max(sent) < 2 * len(data)
    assert sum(sent) > 6 * len(data)
