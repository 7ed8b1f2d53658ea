"""The bin: emptied, its runs are gone for good, their money stays, and nobody's picture is lost."""

import os
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from lib.domain.history_query import HistoryQuery
from lib.domain.organising import BIN_DAYS
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.services.bin import BATCH, DAY_MS, BinService, Held
from lib.services.history_search import HistorySearch
from lib.services.likeness import LikenessService
from lib.services.organising import OrganisingService
from lib.store.backup import pictures_in
from lib.store.bin import Bin
from lib.store.database import open_database
from lib.store.likeness import Likenesses
from lib.store.migrate import migrate
from lib.store.names import Names
from lib.store.organising import Organising
from lib.store.records import Records
from lib.store.tables import Tables
from lib.store.tables_history import HistoryTables
from tests.images.pictures import saved
from tests.images.test_likeness import scene
from tests.set_clock import SetClock
from tests.store.ended_runs import EVER, put, run_row

ALL = HistoryQuery()
IN_BIN = HistoryQuery(deleted=True)


class Place:
    """A data folder with its services."""

    def __init__(self, folder: Path, clock: SetClock) -> None:
        self.file = folder / "plantain.db"
        self.database = open_database(self.file)
        migrate(self.database)
        self.originals = FolderOriginals(folder / "pictures")
        self.thumbnails = FolderThumbnails(folder / "thumbnails", self.originals)
        self.search = HistorySearch(
            HistoryTables(self.database), origin="sandbox", zone=ZoneInfo("UTC")
        )
        self.organising = OrganisingService(
            Organising(self.database, clock),
            Names(self.database, clock),
            self.search,
            origin="sandbox",
        )
        bin_ = Bin(self.database, clock, origin="sandbox")
        self.bin = BinService(bin_, self.originals, self.thumbnails, clock)
        self.likeness = LikenessService(Likenesses(self.database), self.thumbnails, self.search)

    def put_run(self, run_id: str, *images: Image.Image) -> list[str]:
        """A run with these pictures; their sha256."""
        put(self.database, run_row(run_id))
        shas = []
        for number, image in enumerate(images):
            kept = self.originals.put(saved(image, "PNG"))
            os.utime(self.originals.path(kept.sha256), (0, 0))
            self.thumbnails.path(kept.sha256)
            shas.append(kept.sha256)
            with self.database.begin() as db:
                db.exec_driver_sql(
                    "INSERT INTO picture (run_id, number, sha256, size_bytes, mime, stored_at)"
                    " VALUES (?, ?, ?, ?, 'image/png', 1)",
                    (run_id, number, kept.sha256, kept.size_bytes),
                )
        return shas

    def seen(self, query: HistoryQuery = ALL) -> list[str]:
        return list(self.search.page(query, viewer="ana").runs["id"])


@pytest.fixture
def place(tmp_path: Path, clock: SetClock) -> Iterator[Place]:
    place = Place(tmp_path, clock)
    yield place
    place.database.dispose()


def test_what_is_erased_is_hidden_and_stays_in_the_accounts(place: Place) -> None:
    place.put_run("01", scene())
    place.organising.delete(["01"], by="ana")

    emptied = place.bin.empty()

    assert (emptied.runs, emptied.freed_pictures) == (1, 1)
    assert (place.seen(), place.seen(IN_BIN)) == ([], [])
    assert place.organising.restore(["01"], by="ana").runs == 0
    run = Records(place.database).find("01")
    assert run is not None
    assert run.erased_at is not None
    assert run.pictures[0].freed_at is not None
    totals = Tables(place.database).totals(EVER)
    assert totals.spend_micros == 80_000


def test_only_pictures_that_no_other_run_has_are_removed(place: Place) -> None:
    mine, shared = place.put_run("01", scene(1), scene(2))
    place.put_run("02", scene(2))
    place.organising.delete(["01"], by="ana")

    assert place.bin.empty().freed_pictures == 1

    assert not place.originals.path(mine).exists()
    place.originals.verify(shared)
    assert list(place.thumbnails.root.rglob(f"{mine}*")) == []
    assert [sha256 for sha256, _size in pictures_in(place.file)] == [shared]
    place.organising.delete(["02"], by="ana")
    assert place.bin.empty().freed_pictures == 1


def test_only_what_was_deleted_is_erased(place: Place) -> None:
    for run_id in ("01", "02"):
        place.put_run(run_id, scene())
    place.organising.delete(["01"], by="ana")

    assert place.bin.empty(["01", "02", "none"]).freed_pictures == 0

    assert place.seen() == ["02"]
    assert place.seen(IN_BIN) == []


def test_by_itself_the_bin_keeps_runs_for_thirty_days(place: Place, clock: SetClock) -> None:
    place.put_run("01", scene(1))
    place.put_run("02", scene(2))
    place.organising.delete(["01"], by="ana")
    clock.pass_s(10 * DAY_MS / 1000)
    place.organising.delete(["02"], by="ana")
    clock.pass_s(21 * DAY_MS / 1000)

    assert place.bin.empty(older_than_days=BIN_DAYS).runs == 1
    assert place.seen(IN_BIN) == ["02"]


def test_emptying_can_be_ended(place: Place) -> None:
    put(place.database, *(run_row(f"{number:04}", deleted_at=1) for number in range(BATCH + 1)))

    emptied = place.bin.empty(progress=lambda done: False)

    assert (emptied.runs, emptied.was_canceled) == (BATCH, True)
    assert len(place.seen(IN_BIN)) == 1


def test_what_the_bin_holds_is_told_before_it_is_emptied_and_later_deletes_stay(
    place: Place, clock: SetClock
) -> None:
    place.put_run("01", scene(1), scene(2))
    place.put_run("02", scene(2))
    place.put_run("03", scene(3))
    assert place.bin.holds() == Held(0, 0)
    place.organising.delete(["01", "02"], by="ana")
    clock.pass_s(0.005)
    asked_at = clock.now_ms()
    place.organising.delete(["03"], by="ana")

    assert place.bin.holds(deleted_before_ms=asked_at) == Held(runs=2, pictures=2)
    assert place.bin.holds() == Held(runs=3, pictures=3)
    place.bin.empty(deleted_before_ms=asked_at)

    assert place.seen(IN_BIN) == ["03"]


def test_a_file_that_was_too_young_goes_later_and_one_that_is_lost_is_not_waited_for(
    place: Place, clock: SetClock
) -> None:
    young, lost = place.put_run("01", scene(1), scene(2))
    at_s = clock.now_ms() / 1000
    os.utime(place.originals.path(young), (at_s, at_s))
    place.originals.path(lost).unlink()
    place.organising.delete(["01"], by="ana")
    place.bin.empty()
    assert place.originals.path(young).exists()
    assert list(pictures_in(place.file)) != []

    clock.pass_s(2 * 3600)
    assert place.bin.free_lingering() == 1

    assert not place.originals.path(young).exists()
    assert list(pictures_in(place.file)) == []
    assert place.bin.free_lingering() == 0


def test_a_lingering_picture_that_another_run_has_stays(place: Place, clock: SetClock) -> None:
    (shared,) = place.put_run("01", scene(1))
    place.put_run("02", scene(1))
    place.organising.delete(["01"], by="ana")
    place.bin.empty()

    assert place.bin.free_lingering() == 0

    place.originals.verify(shared)
    assert Records(place.database).picture(shared, run_id="02")[1].freed_at is None  # type: ignore[index]


# -- alike pictures --------------------------------------------------------------------------------


def test_runs_with_alike_pictures_are_found_the_most_alike_first(place: Place) -> None:
    (wanted, _other) = place.put_run("01", scene(), scene(5))
    place.put_run("02", scene().resize((320, 240)))
    place.put_run("03", scene(5))
    place.put_run("04", scene().resize((300, 200)))
    place.organising.delete(["04"], by="ana")

    alike = place.likeness.alike(wanted)

    assert list(alike.runs["id"]) == ["01", "02"]
    distances = alike.pictures.set_index(["run_id", "number"])["distance"]
    assert distances["01", 0] == 0
    assert distances.isna()["01", 1]
    assert distances["02", 0] <= 6
    assert alike.unknown == 0


def test_what_cannot_be_looked_at_is_left_out_and_counted(place: Place) -> None:
    (sha256,) = place.put_run("01", scene())
    (lost,) = place.put_run("02", scene(5))
    place.originals.path(lost).unlink()
    place.thumbnails.remove(lost)

    assert place.likeness.alike(sha256).unknown == 1
    assert place.likeness.alike(lost).runs.empty
    assert place.likeness.alike("0" * 64).runs.empty


def test_looking_at_pictures_tells_how_far_it_is_and_can_be_ended(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.services.likeness.FILLED_AT_ONCE", 2)
    place.put_run("01", *(scene(number) for number in range(5)))
    told: list[tuple[int, int]] = []

    def end_after_the_second(done: int, total: int) -> bool:
        told.append((done, total))
        return len(told) < 2

    assert place.likeness.fill(progress=end_after_the_second) == 4
    assert told == [(2, 5), (4, 5)]
    assert place.likeness.fill(progress=lambda done, total: True) == 1
