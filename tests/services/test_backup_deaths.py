"""Backups and restores killed at every change of the disk: the old one counts, or the new one."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.services.backups.folder import open_folder
from lib.services.backups.manifest import BackupUnusable
from tests.services.data_folders import add_stored_runs, runs_of

ROOT = Path(__file__).parents[2]
KILLED = -9
OLD = {"001", "002"}
NEW = {"001", "002", "003"}


class Deaths:
    """Does backups and restores that die when told."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.backup_deaths"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def die(self, what: str, data: Path, place: Path, kill_at: int) -> bool:
        """Whether it was killed; when not, it was done."""
        ended, _ = self._do(what, data, place, kill_at)
        assert ended in (0, KILLED)
        return ended == KILLED

    def do(self, what: str, data: Path, place: Path) -> None:
        assert self._do(what, data, place, 0)[0] == 0

    def points(self, what: str, data: Path, place: Path) -> int:
        return self._do(what, data, place, 0)[1]

    def _do(self, what: str, data: Path, place: Path, kill_at: int) -> tuple[int, int]:
        self._process.stdin.write(f"{what} {data} {place} {kill_at}\n")
        self._process.stdin.flush()
        ended, passed = self._process.stdout.readline().split()
        return int(ended), int(passed)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def deaths() -> Iterator[Deaths]:
    deaths = Deaths()
    yield deaths
    deaths.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    add_stored_runs(folder, *sorted(OLD))
    return folder


def copy(folder: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(folder, to))


def runs_in_backup(place: Path, deaths: Deaths, scratch: Path) -> set[str] | None:
    """The runs that a backup brings back, its pictures checked; None when it is no backup."""
    try:
        open_folder(place)
    except BackupUnusable:
        return None
    shutil.rmtree(scratch, ignore_errors=True)
    deaths.do("restore", scratch, place)
    return set(runs_of(scratch))


def test_a_backup_killed_at_any_point_is_none_or_whole_and_the_next_one_goes_on(
    deaths: Deaths, data: Path, tmp_path: Path
):
    points = deaths.points("backup", data, tmp_path / "whole")
    found = []
    for kill_at in range(1, points + 1):
        place = tmp_path / "place" / "backup"
        assert deaths.die("backup", data, place, kill_at)
        found.append(runs_in_backup(place, deaths, tmp_path / "scratch"))
        deaths.do("backup", data, place)
        assert runs_in_backup(place, deaths, tmp_path / "scratch") == OLD
        assert [file.name for file in place.parent.iterdir()] == ["backup"]
        shutil.rmtree(place.parent)

    assert None in found
    assert OLD in found
    assert all(runs in (None, OLD) for runs in found)


def test_a_backup_killed_while_it_is_brought_up_to_date_is_the_old_one_or_the_new_one(
    deaths: Deaths, data: Path, tmp_path: Path
):
    deaths.do("backup", data, tmp_path / "old")
    add_stored_runs(data, *(NEW - OLD))
    points = deaths.points("backup", data, copy(tmp_path / "old", tmp_path / "counted"))
    found = []
    for kill_at in range(1, points + 1):
        place = copy(tmp_path / "old", tmp_path / "place")
        assert deaths.die("backup", data, place, kill_at)
        found.append(runs_in_backup(place, deaths, tmp_path / "scratch"))
        assert set(runs_of(copy(place, tmp_path / "by hand"))) == found[-1]
        deaths.do("backup", data, place)
        assert runs_in_backup(place, deaths, tmp_path / "scratch") == NEW
        names = sorted(file.name for file in place.iterdir())
        assert names == ["manifest.json", "pictures", "plantain.db"]

    assert OLD in found
    assert NEW in found
    assert all(runs in (OLD, NEW) for runs in found)


def test_a_restore_killed_at_any_point_leaves_the_old_or_the_new_and_can_be_done_again(
    deaths: Deaths, data: Path, tmp_path: Path
):
    deaths.do("backup", data, tmp_path / "backup")
    add_stored_runs(data, *(NEW - OLD))
    shutil.rmtree(data / "pictures" / min((data / "pictures").glob("??")).name)
    points = deaths.points("restore", copy(data, tmp_path / "counted"), tmp_path / "backup")
    found = []
    for kill_at in range(1, points + 1):
        place = copy(data, tmp_path / "place")
        assert deaths.die("restore", place, tmp_path / "backup", kill_at)
        found.append(ledger_of(copy(place, tmp_path / "looked at")))
        deaths.do("restore", place, tmp_path / "backup")
        assert set(runs_of(place)) == OLD
        assert not (place / ".restore").exists()
        assert NEW in [ledger_of(kept) for kept in place.glob("before-restore-*")]

    assert OLD in found
    assert NEW in found
    assert all(runs in (OLD, NEW) for runs in found)


def ledger_of(folder: Path) -> set[str]:
    """The runs of a ledger whose pictures may be elsewhere."""
    from contextlib import closing

    from lib.store.database import sqlite_build

    with closing(sqlite_build().connect(folder / "plantain.db")) as db:
        return {row[0] for row in db.execute("SELECT id FROM run")}
