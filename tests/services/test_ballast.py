"""The file that makes room: really allocated, given back in two parts, restored when there is room."""

import errno
import os
from pathlib import Path

import pytest

from lib.domain.errors import NoRoom
from lib.images.errors import DiskFull
from lib.services import ballast as ballast_module
from lib.services.ballast import BALLAST_BYTES, FOR_NOTES_BYTES, NO_BALLAST, Ballast

FULL = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    NoRoom("The database could not be written: database or disk is full."),
    DiskFull("No room for 9 bytes."),
]


@pytest.fixture
def ballast(tmp_path: Path) -> Ballast:
    ballast = Ballast(tmp_path / "ballast")
    ballast.restore()
    return ballast


class Write:
    """Fails as often as it has errors, then says where the ballast stands."""

    def __init__(self, folder: Path, *errors: Exception) -> None:
        self.folder = folder
        self.errors = list(errors)

    def __call__(self) -> int:
        if self.errors:
            raise self.errors.pop(0)
        file = self.folder / "ballast"
        return file.stat().st_size if file.exists() else 0


@pytest.mark.parametrize("has_fallocate", [True, False])
def test_its_room_is_really_taken(tmp_path: Path, monkeypatch, has_fallocate: bool):
    if not has_fallocate:
        monkeypatch.delattr(os, "posix_fallocate", raising=False)
    ballast = Ballast(tmp_path / "ballast")
    assert ballast.missing_bytes == BALLAST_BYTES

    ballast.restore()

    found = (tmp_path / "ballast").stat()
    assert found.st_size == BALLAST_BYTES
    assert found.st_blocks * 512 >= BALLAST_BYTES
    assert ballast.missing_bytes == 0
    assert [file.name for file in tmp_path.iterdir()] == ["ballast"]


@pytest.mark.parametrize("error", FULL, ids=lambda error: type(error).__name__)
def test_a_note_that_finds_no_room_gets_all_of_it(tmp_path: Path, ballast: Ballast, error):
    assert ballast.for_note(Write(tmp_path, error)) == 0
    assert ballast.missing_bytes == BALLAST_BYTES


@pytest.mark.parametrize("error", FULL, ids=lambda error: type(error).__name__)
def test_a_picture_leaves_room_for_notes(tmp_path: Path, ballast: Ballast, error):
    assert ballast.for_picture(Write(tmp_path, error)) == FOR_NOTES_BYTES
    assert ballast.for_picture(Write(tmp_path, error)) == FOR_NOTES_BYTES
    assert ballast.for_note(Write(tmp_path, error)) == 0


def test_a_write_that_fails_again_fails(tmp_path: Path, ballast: Ballast):
    with pytest.raises(NoRoom):
        ballast.for_note(Write(tmp_path, NoRoom("full"), NoRoom("full")))


@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken"), ValueError("a mistake")])
def test_for_other_troubles_nothing_is_given_back(tmp_path: Path, ballast: Ballast, error):
    with pytest.raises(type(error)):
        ballast.for_note(Write(tmp_path, error))

    assert ballast.missing_bytes == 0


def test_another_write_that_gave_it_back_first_is_no_reason_not_to_try_again(
    tmp_path: Path, ballast: Ballast
):
    ballast.for_note(Write(tmp_path, NoRoom("full")))

    assert ballast.for_note(Write(tmp_path, NoRoom("full"))) == 0


def test_without_a_ballast_a_full_disk_is_told_at_once(tmp_path: Path):
    write = Write(tmp_path, NoRoom("full"))

    with pytest.raises(NoRoom):
        NO_BALLAST.for_note(write)
    assert NO_BALLAST.missing_bytes == 0
    NO_BALLAST.restore()


def test_what_there_is_no_room_for_leaves_nothing_behind(tmp_path: Path, monkeypatch):
    def full(_path: Path, _size: int) -> None:
        _path.write_bytes(b"a part of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ballast_module, "_allocate", full)
    with pytest.raises(OSError, match="No space left"):
        Ballast(tmp_path / "ballast").restore()

    assert list(tmp_path.iterdir()) == []
