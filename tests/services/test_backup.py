"""A backup is whole or is none: as a folder or a file, made anew or brought up to date."""

import json
import os
import shutil
import stat
import tarfile
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.domain.run import RunState
from lib.images.originals import FolderOriginals
from lib.services.backups import backup as backup_module
from lib.services.backups.backup import BackupMade, default_place, make_backup
from lib.services.backups.folder import open_folder, whole_folders
from lib.services.backups.manifest import BackupUnusable
from lib.services.backups.parts import BackupFailed, alone_in
from lib.store.migrate import newest_version
from tests.services.data_folders import (
    add_queued_run,
    add_stored_runs,
    pictures_of,
    runs_of,
    settings_of,
)
from tests.set_clock import SetClock

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    add_stored_runs(folder, "001", "002")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "backup"


def back_up(data: Path, to: Path | None = None, **options) -> BackupMade:
    return make_backup(settings_of(data), to, clock=SetClock(), **options)


def a_picture(folder: Path) -> Path:
    return folder / min(pictures_of(folder))


def test_a_backup_is_laid_out_like_the_data_folder_and_says_what_it_holds(data: Path, place: Path):
    add_queued_run(data, "003")

    made = back_up(data, place)

    assert sorted(file.name for file in place.iterdir()) == [
        "manifest.json",
        "pictures",
        "plantain.db",
    ]
    assert pictures_of(place) == pictures_of(data)
    told = json.loads((place / "manifest.json").read_text())
    assert (told["format"], told["schema"]) == (1, newest_version())
    assert (told["runs"], told["open_runs"], told["pictures"]) == ({"sandbox": 3}, 1, 2)
    assert told["picture_bytes"] == sum((data / one).stat().st_size for one in pictures_of(data))
    assert told["database_bytes"] == (place / "plantain.db").stat().st_size
    moment = datetime.fromtimestamp(SetClock().now_ms() / 1000, tz=UTC)
    assert datetime.fromisoformat(told["made_at"]) == moment
    assert made.manifest == open_folder(place).manifest
    assert [one.name for one in place.parent.iterdir()] == ["backup"]


def test_put_back_by_hand_it_is_a_data_folder_with_nothing_left_to_send(
    data: Path, place: Path, tmp_path: Path
):
    add_queued_run(data, "003")

    back_up(data, place)
    shutil.copytree(place, tmp_path / "by hand")

    assert runs_of(tmp_path / "by hand") == {
        "001": RunState.STORED,
        "002": RunState.STORED,
        "003": RunState.UNKNOWN,
    }
    assert runs_of(data)["003"] is RunState.QUEUED


def test_without_a_place_it_is_dated_and_beside_the_data_folder(data: Path):
    made = back_up(data)

    assert made.path == data.parent / "backups" / "plantain-20261118-110640"
    assert default_place(data, SetClock().now_ms()) == made.path
    assert whole_folders(made.path.parent) == [made.path]


def test_only_the_owner_can_read_it(data: Path, place: Path):
    back_up(data, place)
    back_up(data, place.with_suffix(".tar"))

    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.with_suffix(".tar").stat().st_mode) & 0o077 == 0


def test_a_backup_at_the_same_place_copies_only_what_is_new(data: Path, place: Path):
    back_up(data, place)
    before = {file: (place / file).stat().st_ino for file in pictures_of(place)}
    add_stored_runs(data, "003")

    made = back_up(data, place)

    assert made.copied == 1
    assert {file: (place / file).stat().st_ino for file in before} == before
    assert runs_of(place).keys() == {"001", "002", "003"}
    assert sorted(file.name for file in place.glob("*")) == [
        "manifest.json",
        "pictures",
        "plantain.db",
    ]


def test_a_picture_that_was_damaged_in_the_backup_is_copied_again(data: Path, place: Path):
    back_up(data, place)
    a_picture(place).write_bytes(b"\0" * a_picture(data).stat().st_size)

    made = back_up(data, place)

    assert made.copied == 1
    assert runs_of(place)


def test_sizes_alone_are_trusted_when_asked_for(data: Path, place: Path):
    back_up(data, place)
    size = a_picture(data).stat().st_size
    a_picture(place).write_bytes(b"\0" * size)
    assert back_up(data, place, trust_sizes=True).copied == 0

    a_picture(place).write_bytes(b"\0" * (size - 1))
    assert back_up(data, place, trust_sizes=True).copied == 1


def test_links_to_the_newest_backup_beside_it_are_made_only_when_asked_for(
    data: Path, tmp_path: Path
):
    back_up(data, tmp_path / "backups" / "first")
    add_stored_runs(data, "003")

    plain = back_up(data, tmp_path / "backups" / "plain")
    linked = back_up(data, tmp_path / "backups" / "linked", link=True)

    assert (plain.copied, linked.copied) == (3, 0)
    assert a_picture(plain.path).stat().st_nlink == 2
    assert a_picture(plain.path).samefile(a_picture(linked.path))
    assert a_picture(data).stat().st_nlink == 1


def test_where_links_cannot_be_made_it_is_copied(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    back_up(data, tmp_path / "backups" / "first")

    def no_links(*_):
        raise OSError("this file system knows no links")

    monkeypatch.setattr(os, "link", no_links)
    linked = back_up(data, tmp_path / "backups" / "linked", link=True)

    assert linked.copied == 2
    assert runs_of(linked.path)


def test_a_picture_that_the_data_folder_has_lost_is_told_and_the_rest_is_backed_up(
    data: Path, place: Path
):
    lost = a_picture(data)
    lost.unlink()

    made = back_up(data, place)

    assert made.manifest.missing == (lost.name,)
    assert open_folder(place).manifest.missing == (lost.name,)
    assert len(pictures_of(place)) == 1


def test_a_damaged_picture_is_not_passed_on_and_the_backups_own_stays(data: Path, place: Path):
    back_up(data, place)
    good = a_picture(place).read_bytes()
    a_picture(data).write_bytes(b"rotten")

    made = back_up(data, place)

    assert made.manifest.missing == ()
    assert a_picture(place).read_bytes() == good


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_nothing_is_written_over_what_is_no_backup(data: Path, place: Path, kind: str):
    place.parent.mkdir()
    if kind == "folder":
        place.mkdir()
        (place / "diary.txt").write_text("mine")
    else:
        place.write_text("mine")

    with pytest.raises(BackupFailed, match="no backup"):
        back_up(data, place)

    mine = place / "diary.txt" if kind == "folder" else place
    assert mine.read_text() == "mine"


def test_a_folder_with_a_manifest_of_another_program_is_left_alone(data: Path, place: Path):
    place.mkdir(parents=True)
    (place / "manifest.json").write_text('{"name": "a web app"}')

    with pytest.raises(BackupFailed, match="another place"):
        back_up(data, place)

    assert [file.name for file in place.iterdir()] == ["manifest.json"]


def test_an_empty_folder_is_a_good_place(data: Path, place: Path):
    place.mkdir(parents=True)

    assert back_up(data, place).copied == 2


def test_a_place_inside_the_data_folder_is_refused(data: Path):
    with pytest.raises(BackupFailed, match="in the data folder"):
        back_up(data, data / "backup")


@pytest.mark.parametrize("name", ["backup.zip", "backup.tar.gz"])
def test_other_archives_are_refused_with_what_is_possible(data: Path, tmp_path: Path, name: str):
    with pytest.raises(BackupFailed, match=r"ends in \.tar"):
        back_up(data, tmp_path / name)


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path, place: Path):
    with pytest.raises(BackupFailed, match=r"no plantain\.db"):
        back_up(tmp_path / "nowhere", place)

    assert not place.parent.exists()


def test_a_damaged_database_is_refused_and_leaves_the_earlier_backup(data: Path, place: Path):
    back_up(data, place)
    (data / "plantain.db").write_bytes(b"no database any more" * 1000)

    with pytest.raises(BackupFailed, match="cannot be read"):
        back_up(data, place)

    assert runs_of(place).keys() == {"001", "002"}


@pytest.mark.parametrize("free", [0, backup_module.RESERVE_BYTES + 10])
def test_too_little_room_is_said_before_anything_is_copied(
    data: Path, place: Path, monkeypatch: pytest.MonkeyPatch, free: int
):
    monkeypatch.setattr(backup_module.shutil, "disk_usage", lambda _: Usage(1, 1, free))

    with pytest.raises(BackupFailed, match="has room for"):
        back_up(data, place)

    assert not place.exists()


def test_room_for_the_database_but_not_for_the_pictures_is_said_as_well(
    data: Path, place: Path, monkeypatch: pytest.MonkeyPatch
):
    free = backup_module.RESERVE_BYTES + (data / "plantain.db").stat().st_size
    monkeypatch.setattr(backup_module.shutil, "disk_usage", lambda _: Usage(1, 1, free))
    monkeypatch.setattr(
        backup_module, "pictures_in", lambda _: iter([("a" * 64, 1_000_000_000_000)])
    )
    with pytest.raises(BackupFailed, match="has room for"):
        back_up(data, place)

    assert not place.exists()


def test_a_disk_that_fills_up_on_the_way_is_said_in_plain_words(
    data: Path, place: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FolderOriginals, "put", full)

    with pytest.raises(BackupFailed, match="No space left"):
        back_up(data, place)

    assert not place.exists()


def test_two_backups_to_one_place_at_a_time_are_refused(data: Path, place: Path):
    back_up(data, place)

    with alone_in(place), pytest.raises(BackupFailed, match="Another backup"):
        back_up(data, place)

    assert back_up(data, place).copied == 0


def test_progress_counts_every_byte(data: Path, place: Path):
    told: list[tuple[int, int]] = []

    made = back_up(data, place, progress=lambda done, of: told.append((done, of)))

    assert told[-1] == (made.manifest.picture_bytes, made.manifest.picture_bytes)
    assert len(told) == 2


def test_an_archive_holds_the_same_and_its_manifest_is_the_last_in_it(data: Path, place: Path):
    file = place.with_suffix(".tar")

    made = back_up(data, file)

    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert names[-2:] == ["plantain.db", "manifest.json"]
    assert {Path(name) for name in names[:-2]} == pictures_of(data)
    assert made.copied == 2
    assert [one.name for one in file.parent.iterdir()] == ["backup.tar"]


def test_an_archive_takes_the_place_of_an_earlier_one_and_of_nothing_else(data: Path, place: Path):
    file = place.with_suffix(".tar")
    back_up(data, file)
    back_up(data, file)
    other = place.with_name("other.tar")
    other.write_text("mine")

    with pytest.raises(BackupFailed, match="something else"):
        back_up(data, other)

    assert other.read_text() == "mine"
    assert sorted(one.name for one in file.parent.iterdir()) == ["backup.tar", "other.tar"]


def test_a_folder_without_its_manifest_or_with_another_database_is_no_backup(
    data: Path, place: Path
):
    back_up(data, place)
    with (place / "plantain.db").open("ab") as file:
        file.write(b"more")
    with pytest.raises(BackupUnusable, match="has changed"):
        open_folder(place)

    (place / "manifest.json").unlink()
    with pytest.raises(BackupUnusable, match="no whole backup"):
        open_folder(place)
    assert whole_folders(place.parent) == []
