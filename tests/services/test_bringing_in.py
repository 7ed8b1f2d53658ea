"""A zip comes in elsewhere: whole, once, and only what a Plantain can have made."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.domain.history_query import HistoryQuery
from lib.services.taking_away.bringing_in import BringingIn, BroughtIn
from lib.services.taking_away.opened_zip import NotBroughtIn
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.selection import chosen
from lib.store import schema, schema_history
from lib.store.brought_in import Arrivals
from lib.store.decisions import Decisions
from lib.store.records import Records
from tests.images.pictures import noise, saved
from tests.services.taking import HOSTILE, Takings, open_takings
from tests.store.ended_runs import put, run_row

ALL = HistoryQuery()
Files = dict[str, bytes]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Takings]:
    (tmp_path / "here").mkdir()
    opened = open_takings(tmp_path / "here")
    yield opened
    opened.database.dispose()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Takings]:
    (tmp_path / "there").mkdir()
    opened = open_takings(tmp_path / "there")
    yield opened
    opened.database.dispose()


def zip_of(takings: Takings) -> bytes:
    away = takings.away(SystemClock())
    found = away.fetch(away.order(Form.ZIP, ALL, viewer="local"))
    assert found is not None
    return b"".join(found.data)


def bring(takings: Takings, data: bytes, **how: Any) -> BroughtIn:
    return bringing(takings).bring_in(io.BytesIO(data), by="local", **how)


def bringing(takings: Takings, folder: Path = Path("none")) -> BringingIn:
    clock = SystemClock()
    arrivals = Arrivals(takings.database, clock)
    return BringingIn(arrivals, takings.originals, clock, origin="sandbox", folder=folder)


def taken(takings: Takings) -> list[Any]:
    batches = takings.reader.batches(chosen(ALL, viewer="local"))
    return sorted((run for runs in batches for run in runs), key=lambda run: run.id)


def a_zip(here: Takings) -> bytes:
    (run_id,) = here.put("A red fox")
    here.paint(run_id, saved(noise(), "PNG"))
    return zip_of(here)


def packed(files: Files, **how: Any) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **how) as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return file.getvalue()


def unpacked(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The same zip whose first run was changed by someone."""
    files = unpacked(data)
    manifest = json.loads(files["manifest.json"])
    runs = manifest["runs"]
    change(runs[0])
    head = json.dumps({**manifest, "runs": []})[:-2]
    lines = ",\n".join(json.dumps(run) for run in runs)
    files["manifest.json"] = f"{head}\n{lines}\n]}}\n".encode()
    return packed(files)


def test_all_of_it_comes_in_and_out_again(here: Takings, there: Takings) -> None:
    for run_id in here.put(*HOSTILE):
        here.paint(run_id, *(saved(noise(), format_) for format_ in ("PNG", "JPEG", "WEBP")))
    put(here.database, run_row("f", state="failed", cost_micros=0, failure_message="=No"))
    with here.database.begin() as db:
        values = {"favourite": 1, "rating": 4, "remark": "good", "changed_at": 1, "changed_by": "x"}
        db.execute(schema_history.mark.insert().values(run_id="0001", **values))
    assert bring(there, zip_of(here)).runs == len(HOSTILE) + 1
    for before, after in zip(taken(here), taken(there), strict=True):
        known = {"adopted_at", "request_sha256"}
        assert {k: v for k, v in before.run.items() if k not in known} == {
            k: v for k, v in after.run.items() if k not in known
        }
        assert [p["sha256"] for p in before.pictures] == [p["sha256"] for p in after.pictures]
        assert (before.favourite, before.rating, before.remark) == (
            after.favourite, after.rating, after.remark,
        )  # fmt: skip
        for picture in after.pictures:
            there.originals.verify(picture["sha256"])


def test_the_same_zip_twice_changes_nothing(here: Takings, there: Takings) -> None:
    data = a_zip(here)
    assert bring(there, data) == BroughtIn(runs=1)
    assert bring(there, data) == BroughtIn(known=1)
    assert bring(here, data) == BroughtIn(known=1)


def test_a_run_of_the_api_is_never_counted_twice(here: Takings, there: Takings) -> None:
    put(here.database, run_row("1", remote_id="r1"))
    put(there.database, run_row("2", remote_id="r1"))
    assert bring(there, zip_of(here)) == BroughtIn(known=1)


def test_what_is_open_stays_and_what_came_can_never_be_sent(here: Takings, there: Takings) -> None:
    put(here.database, run_row("1", state="accepted", cost_micros=None), run_row("2"))
    assert bring(there, zip_of(here)) == BroughtIn(runs=1, open=1)
    with pytest.raises(sa.exc.IntegrityError), there.database.begin() as db:
        db.execute(schema.run.update().values(state="queued"))


def test_a_canceled_import_goes_on_when_it_is_done_again(here: Takings, there: Takings) -> None:
    here.put("one", "two", "three")
    data = zip_of(here)
    assert bring(there, data, progress=lambda done, total: done < 2) == BroughtIn(was_canceled=True)
    assert bring(there, data, progress=lambda done, total: done < 5) == BroughtIn(
        runs=2, was_canceled=True
    )
    assert bring(there, data) == BroughtIn(runs=1, known=2)


def test_progress_counts_each_run_twice_up_to_the_end(here: Takings, there: Takings) -> None:
    here.put("one", "two", "three")
    told: list[tuple[int, int]] = []
    bring(there, zip_of(here), progress=lambda *steps: told.append(steps) or True)
    assert told == [(done, 6) for done in range(1, 7)]


def test_a_zip_with_one_wrong_picture_leaves_nothing_here(here: Takings, there: Takings) -> None:
    for run_id, size in zip(here.put("one", "two", "three"), (16, 24, 32), strict=True):
        here.paint(run_id, saved(noise(size, size), "PNG"))
    files = unpacked(zip_of(here))
    last = [name for name in files if name.startswith("pictures/")][-1]
    files[last] = files[last][:-1] + b"x"
    with pytest.raises(NotBroughtIn, match="sha256 differs"):
        bring(there, packed(files))
    assert taken(there) == []
    assert not [file for file in there.originals.root.rglob("*") if file.is_file()]


def test_nobody_is_asked_here_for_a_decision_of_elsewhere(here: Takings, there: Takings) -> None:
    doubt = {"state": "parked", "cost_micros": None, "cost_basis": "in doubt", "settled_at": 1}
    put(here.database, run_row("1", **doubt), run_row("2", **doubt, decided_at=5))
    assert bring(there, zip_of(here)) == BroughtIn(runs=2, undecided=1)
    assert Records(there.database).undecided(origin="sandbox", limit=9) == []
    assert [run.run["cost_basis"] for run in taken(there)] == ["in doubt"] * 2
    assert Decisions(there.database, SystemClock()).undo("1", by="local")
    assert [run.id for run in Records(there.database).undecided(origin="sandbox", limit=9)] == ["1"]


def test_a_large_zip_waits_in_the_folder(here: Takings, there: Takings, tmp_path: Path) -> None:
    folder = tmp_path / "bring-in"
    assert bringing(there, folder).waiting() == []
    folder.mkdir()
    data = a_zip(here)
    (folder / "runs.zip").write_bytes(data)
    (folder / "notes.txt").write_text("no zip")
    (tmp_path / "outside.zip").write_bytes(data)
    service = bringing(there, folder)
    assert service.waiting() == ["runs.zip"]
    with pytest.raises(NotBroughtIn, match="in the folder"):
        service.bring_in_waiting("../outside.zip", by="local")
    assert service.bring_in_waiting("runs.zip", by="local") == BroughtIn(runs=1)


def test_runs_of_another_account_keep_it(here: Takings, there: Takings) -> None:
    data = changed(a_zip(here), lambda run: run["run"].update(origin="api.runflow.io"))
    assert bring(there, data) == BroughtIn(runs=1, elsewhere=1)
    assert taken(there) == []


def test_a_zip_that_was_packed_again_comes_in(here: Takings, there: Takings) -> None:
    data = packed(unpacked(a_zip(here)), compression=zipfile.ZIP_DEFLATED)
    assert bring(there, data) == BroughtIn(runs=1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda run: run["run"].update(id="../x"), "no id"),
        (lambda run: run.update(run=["x"]), "no id"),
        (lambda run: run["run"].update(model_id="x"), "model_id"),
        (lambda run: run["run"].update(timing={"ms": float("inf")}), "timing"),
        (lambda run: run["run"].update(seed_used=float("nan")), "seed_used"),
        (lambda run: run["pictures"][0].update(original={"a": 1}), "made again"),
        (lambda run: run["pictures"][0].update(original=[["a", []]]), "made again"),
        (lambda run: run["pictures"][0].update(original="x"), "made again"),
        (lambda run: run["run"].update(cost_micros=-1), "cost_micros"),
        (lambda run: run["run"].update(cost_micros=0.5), "cost_micros"),
        (lambda run: run["run"].update(cost_basis="mine"), "cost_basis"),
        (lambda run: run["run"].update(created_at=10**30), "created_at"),
        (lambda run: run["run"].update(input="x"), "input"),
        (lambda run: run["run"].update(input={"prompt": "\ud800"}), "input"),
        (lambda run: run["run"].update(model_data={"x": ["\ud800"]}), "model_data"),
        (lambda run: run["run"].update(note="\udfff"), "note"),
        (lambda run: run.update(remark="\ud800"), "remark"),
        (lambda run: run["run"].update(origin=None), "origin"),
        (lambda run: run.update(rating=9), "rating"),
        (lambda run: run.update(tags=["a\nb" * 500]), "tag"),
        (lambda run: run.update(pictures=None), "pictures"),
        (lambda run: run["pictures"][0].update(sha256="0" * 64), "not the picture"),
        (lambda run: run["pictures"][0].update(file_sha256="0" * 64), "sha256 differs"),
        (lambda run: run["pictures"][0].update(original=[[0, 10**9]]), "stretch"),
        (lambda run: run["pictures"][0].update(file="pictures/none.png"), "lacks"),
        (lambda run: run["pictures"][0].update(file=None), "belongs to no run"),
    ],
)
def test_a_manifest_of_a_stranger_is_refused_in_words(
    here: Takings, there: Takings, change: Callable[[Any], None], says: str
) -> None:
    with pytest.raises(NotBroughtIn, match=says):
        bring(there, changed(a_zip(here), change))
    assert taken(there) == []


@pytest.mark.parametrize("name", ["../evil", "/etc/x", "a\\b", "pictures/../x", "notes.txt", "C:x"])
def test_foreign_files_are_refused(here: Takings, there: Takings, name: str) -> None:
    with pytest.raises(NotBroughtIn):
        bring(there, packed({**unpacked(a_zip(here)), name: b"x"}))


def test_links_are_refused(here: Takings, there: Takings) -> None:
    file = io.BytesIO(a_zip(here))
    with zipfile.ZipFile(file, "a") as zipped:
        link = zipfile.ZipInfo("contact-sheet-9.html")
        link.external_attr = 0o120777 << 16
        zipped.writestr(link, "/etc/passwd")
    with pytest.raises(NotBroughtIn, match="link"):
        bring(there, file.getvalue())


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(here: Takings, there: Takings) -> None:
    file = io.BytesIO(a_zip(here))
    with zipfile.ZipFile(file, "a") as zipped:
        zipped.writestr("manifest.csv", "x")
    with pytest.raises(NotBroughtIn, match="same name"):
        bring(there, file.getvalue())


def test_a_bomb_is_refused_by_what_it_says(here: Takings, there: Takings) -> None:
    files = unpacked(a_zip(here)) | {"pictures/bomb.png": bytes(60_000_000)}
    with pytest.raises(NotBroughtIn, match="unpack"):
        bring(there, packed(files, compression=zipfile.ZIP_DEFLATED))


def test_a_picture_s_own_bytes_say_what_it_is(here: Takings, there: Takings) -> None:
    (run_id,) = here.put("kite")
    here.paint(run_id, b"<script>alert(1)</script>", problem="odd")
    data = changed(
        zip_of(here), lambda run: run["pictures"][0].update(mime="text/html", problem=None)
    )
    bring(there, data)
    (picture,) = taken(there)[0].pictures
    assert picture["mime"] == "application/octet-stream"
    assert picture["problem"]
    assert picture["sha256"] == hashlib.sha256(b"<script>alert(1)</script>").hexdigest()


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_what_is_no_whole_zip_is_refused(here: Takings, there: Takings, cut: int) -> None:
    with pytest.raises(NotBroughtIn, match="zip"):
        bring(there, a_zip(here)[:cut])
