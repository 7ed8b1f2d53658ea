"""A backup is put back whole or not at all, what was there is kept, and no Plantain is disturbed."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.domain.run import RunState
from lib.engine.executor_lock import LOCK_FILE, ExecutorLock
from lib.images.originals import FolderOriginals
from lib.services.backups import restore as restore_module
from lib.services.backups import restore_checks
from lib.services.backups.backup import make_backup
from lib.services.backups.restore import Restored, restore
from lib.services.backups.restore_checks import NotRestored
from lib.services.backups.restoring import WORK, forget_broken_off, is_under_way
from tests.services.data_folders import (
    add_queued_run,
    add_stored_runs,
    opened,
    pictures_of,
    runs_of,
    settings_of,
)
from tests.set_clock import SetClock

Usage = namedtuple("Usage", "total used free")
HOLD_OPEN = """
import sys
from pathlib import Path
from tests.services.data_folders import runs_of, opened
with opened(Path(sys.argv[1])) as database:
    with database.connect() as db:
        db.exec_driver_sql("SELECT count(*) FROM run").scalar()
    print("open", flush=True)
    sys.stdin.read()
"""
OLD = {"001": RunState.STORED, "002": RunState.STORED}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    add_stored_runs(folder, *OLD)
    return folder


@pytest.fixture(params=["folder", "archive"])
def backup(request: pytest.FixtureRequest, data: Path, tmp_path: Path) -> Path:
    """A backup of the two first runs; the data folder has a third by now."""
    place = tmp_path / ("backup" if request.param == "folder" else "backup.tar")
    make_backup(settings_of(data), place, clock=SetClock())
    add_stored_runs(data, "003")
    return place


@pytest.fixture
def folder_backup(data: Path, tmp_path: Path) -> Path:
    make_backup(settings_of(data), tmp_path / "backup", clock=SetClock())
    add_stored_runs(data, "003")
    return tmp_path / "backup"


def put_back(source: Path, data: Path, **options) -> Restored:
    return restore(settings_of(data), source, clock=SetClock(), **options)


def is_as_it_was(data: Path) -> bool:
    return runs_of(data).keys() == {"001", "002", "003"} and not (data / WORK).exists()


def change_manifest(folder: Path, **values) -> None:
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **values}))


def test_a_backup_is_put_back_where_nothing_is(backup: Path, data: Path):
    pictures = pictures_of(data)
    shutil.rmtree(data)

    restored = put_back(backup, data)

    assert runs_of(data) == OLD
    assert pictures_of(data) < pictures
    assert (restored.folder, restored.kept, restored.missing) == (data, None, ())
    assert restored.manifest.runs == {"sandbox": 2}


def test_what_was_there_is_kept_and_told(backup: Path, data: Path):
    restored = put_back(backup, data)

    assert runs_of(data) == OLD
    assert restored.kept == data / "before-restore-20261118-110640"
    assert runs_of_ledger(restored.kept, pictures=data) == {"001", "002", "003"}


def runs_of_ledger(folder: Path, *, pictures: Path) -> set[str]:
    """The runs of a kept ledger, whose pictures are where they were."""
    os.symlink(pictures / "pictures", folder / "pictures")
    return set(runs_of(folder))


def test_what_else_is_in_the_data_folder_stays(folder_backup: Path, data: Path):
    (data / "sandbox").mkdir()
    (data / "sandbox" / "sandbox.db").write_text("the outside world")
    (data / "thumbnails").mkdir()

    put_back(folder_backup, data)

    assert (data / "sandbox" / "sandbox.db").read_text() == "the outside world"
    assert (data / "thumbnails").is_dir()
    assert not is_under_way(data)


def test_pictures_that_are_missing_or_damaged_here_come_from_the_backup(backup: Path, data: Path):
    first, second, *_ = sorted(pictures_of(data))
    (data / first).unlink()
    (data / second).write_bytes(b"rotten")

    put_back(backup, data)

    assert runs_of(data) == OLD


def test_what_was_open_is_restored_as_a_doubt(data: Path, tmp_path: Path):
    add_queued_run(data, "003")
    made = make_backup(settings_of(data), tmp_path / "backup", clock=SetClock())

    restored = put_back(made.path, data)

    assert restored.manifest.open_runs == 1
    assert runs_of(data)["003"] is RunState.UNKNOWN


def test_while_plantain_runs_nothing_is_restored(backup: Path, data: Path):
    lock = ExecutorLock(data / LOCK_FILE)
    assert lock.acquire()
    try:
        with pytest.raises(NotRestored, match="Plantain is running on"):
            put_back(backup, data)
    finally:
        lock.release()

    assert is_as_it_was(data)


def test_while_a_process_without_the_lock_has_the_ledger_open_nothing_is_restored(
    folder_backup: Path, data: Path
):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_OPEN, str(data)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"open\n"

    with pytest.raises(NotRestored, match="stop every Plantain"):
        put_back(folder_backup, data)
    holder.communicate()

    assert is_as_it_was(data)
    put_back(folder_backup, data)
    assert runs_of(data) == OLD


def test_a_ledger_that_cannot_be_opened_any_more_is_replaced_and_kept(backup: Path, data: Path):
    (data / "plantain.db").write_bytes(b"ruined " * 2000)

    restored = put_back(backup, data)

    assert runs_of(data) == OLD
    assert restored.kept is not None
    assert (restored.kept / "plantain.db").read_bytes() == b"ruined " * 2000


def test_a_log_that_could_not_be_brought_into_the_old_ledger_is_kept_with_it(
    folder_backup: Path, data: Path, monkeypatch: pytest.MonkeyPatch
):
    (data / "plantain.db-wal").write_bytes(b"a log of it")
    monkeypatch.setattr(restore_module, "is_in_use", lambda _: False)

    restored = put_back(folder_backup, data)

    assert not (data / "plantain.db-wal").exists()
    assert restored.kept is not None
    assert (restored.kept / "plantain.db-wal").read_bytes() == b"a log of it"
    assert runs_of(data) == OLD


def damage_database(folder: Path) -> None:
    with (folder / "plantain.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"\xff" * 50)


def be_newer(folder: Path) -> None:
    change_manifest(folder, schema="9999")


def be_of_a_newer_format(folder: Path) -> None:
    change_manifest(folder, format=2)


def lose_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def break_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def miscount(folder: Path) -> None:
    change_manifest(folder, runs={"sandbox": 7})


def lose_database(folder: Path) -> None:
    (folder / "plantain.db").unlink()


def lose_picture(folder: Path) -> None:
    (folder / min(pictures_of(folder))).unlink()


def damage_picture(folder: Path) -> None:
    file = folder / min(pictures_of(folder))
    file.write_bytes(file.read_bytes()[:-1] + b"?")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (damage_database, "has changed since"),
        (be_newer, "newer Plantain"),
        (be_of_a_newer_format, "newer Plantain"),
        (lose_manifest, "no whole backup"),
        (break_manifest, "manifest.json of .* is damaged"),
        (miscount, "not what its manifest says"),
        (lose_database, "lacks plantain.db"),
    ],
)
def test_a_backup_that_is_not_whole_or_does_not_fit_changes_nothing(
    folder_backup: Path, data: Path, harm: Callable[[Path], None], said: str
):
    harm(folder_backup)

    with pytest.raises(NotRestored, match=said):
        put_back(folder_backup, data)

    assert is_as_it_was(data)


@pytest.mark.parametrize("harm", [lose_picture, damage_picture])
def test_a_backup_that_has_lost_a_picture_which_is_not_here_either_is_refused(
    folder_backup: Path, data: Path, harm: Callable[[Path], None]
):
    harm(folder_backup)
    shutil.rmtree(data)

    with pytest.raises(NotRestored, match=r"missing or damaged in .*: 1 "):
        put_back(folder_backup, data)

    assert not (data / "plantain.db").exists()
    assert pictures_of(data) == set()


def test_a_damaged_backup_of_pictures_can_be_put_back_without_them(folder_backup: Path, data: Path):
    lost = min(pictures_of(folder_backup))
    damage_picture(folder_backup)
    shutil.rmtree(data)

    restored = put_back(folder_backup, data, despite_damage=True)

    assert restored.missing == (lost.name,)
    assert len(pictures_of(data)) == 1
    with opened(data) as database, database.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM run").scalar() == 2


def test_what_was_lost_before_the_backup_does_not_keep_it_from_being_put_back(
    data: Path, tmp_path: Path
):
    lost = min(pictures_of(data))
    (data / lost).unlink()
    made = make_backup(settings_of(data), tmp_path / "backup", clock=SetClock())

    assert put_back(made.path, data).missing == (lost.name,)


def test_a_damaged_picture_of_the_backup_is_no_matter_when_it_is_here(
    folder_backup: Path, data: Path
):
    damage_picture(folder_backup)

    assert put_back(folder_backup, data).missing == ()
    assert runs_of(data) == OLD


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_cut_archive_is_refused(data: Path, tmp_path: Path, share: float):
    made = make_backup(settings_of(data), tmp_path / "backup.tar", clock=SetClock())
    whole = made.path.read_bytes()
    with tarfile.open(made.path) as tar:
        end = tar.getmember("manifest.json").offset_data
    made.path.write_bytes(whole[: int(end * share)])

    with pytest.raises(NotRestored, match="no whole backup"):
        put_back(made.path, data)


def test_what_is_no_backup_at_all_is_refused(data: Path, tmp_path: Path):
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(NotRestored, match="no whole backup"):
        put_back(tmp_path / "letter.txt", data)
    with pytest.raises(NotRestored, match="nothing at"):
        put_back(tmp_path / "nowhere", data)


def test_too_little_room_is_said_before_anything_is_changed(
    folder_backup: Path, data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(restore_checks.shutil, "disk_usage", lambda _: Usage(1, 1, 10))

    with pytest.raises(NotRestored, match="has room for"):
        put_back(folder_backup, data)

    assert is_as_it_was(data)


def test_a_picture_that_changes_between_the_check_and_the_copy_is_noticed(
    folder_backup: Path, data: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.rmtree(data)
    put = FolderOriginals.put

    def another(self: FolderOriginals, picture: bytes):
        return put(self, picture + b"!")

    monkeypatch.setattr(FolderOriginals, "put", another)

    with pytest.raises(NotRestored, match="has changed since it was checked"):
        put_back(folder_backup, data)
    assert not (data / "plantain.db").exists()


def test_the_same_backup_can_be_put_back_again(folder_backup: Path, data: Path):
    first = put_back(folder_backup, data)

    second = put_back(folder_backup, data)

    assert runs_of(data) == OLD
    assert first.kept is not None
    assert second.kept == first.kept.with_name(f"{first.kept.name}-2")


def test_progress_tells_what_is_done(backup: Path, data: Path):
    shutil.rmtree(data)
    told: list[tuple[str, int, int]] = []

    restored = put_back(backup, data, progress=lambda *what: told.append(what))

    total = restored.manifest.picture_bytes
    assert told[1] == ("Checking", total, total)
    assert told[-1] == ("Copying", total, total)


def test_what_a_killed_restore_has_left_is_forgotten(data: Path):
    (data / WORK).mkdir()
    assert is_under_way(data)

    forget_broken_off(data)

    assert not is_under_way(data)
