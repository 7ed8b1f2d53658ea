"""Originals are kept whole, once, under no name but their sha256."""

import errno
import hashlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.images.errors import DiskFull, NotASha256, OriginalDamaged, OriginalMissing
from lib.images.originals import FolderOriginals, Original
from tests.images.child import start_child, wait_for

DATA = b"paid for " * 5_000
SHA256 = hashlib.sha256(DATA).hexdigest()
HOUR_MS = 3_600_000


@pytest.fixture
def originals(tmp_path: Path) -> FolderOriginals:
    return FolderOriginals(tmp_path / "data" / "originals")


def files(originals: FolderOriginals) -> list[Path]:
    return [path for path in originals.root.rglob("*") if path.is_file()]


def test_what_is_put_is_read_back(originals: FolderOriginals):
    kept = originals.put(DATA)

    assert kept == Original(SHA256, len(DATA))
    assert originals.read(SHA256) == DATA
    assert originals.path(SHA256) == originals.root / SHA256[:2] / SHA256
    originals.verify(SHA256)


def test_the_same_bytes_twice_are_one_file(originals: FolderOriginals):
    originals.put(DATA)
    originals.put(DATA)

    assert files(originals) == [originals.path(SHA256)]


@pytest.mark.parametrize("data", [b"", b"\0", b"<svg onload=alert(1)>"])
def test_bytes_that_are_no_picture_are_kept_too(originals: FolderOriginals, data: bytes):
    assert originals.read(originals.put(data).sha256) == data


@pytest.mark.parametrize(
    "name",
    [
        "", "ab", "../../etc/passwd", "/etc/passwd", SHA256.upper(), SHA256 + "\n", SHA256 + "\0",
        SHA256[:-1], SHA256 + "0", " " + SHA256[1:], "٣" * 64, "g" * 64, "../" + SHA256[3:], "con", "x" * 300,
    ],
)  # fmt: skip
def test_no_other_name_is_taken(originals: FolderOriginals, name: str):
    for ask in (originals.path, originals.read, originals.verify):
        with pytest.raises(NotASha256):
            ask(name)


@given(st.text())
def test_a_strangers_text_never_becomes_a_path(text: str):
    with pytest.raises(NotASha256):
        FolderOriginals(Path("nowhere")).path(text)


def test_a_missing_original_is_said_to_be_missing(originals: FolderOriginals):
    with pytest.raises(OriginalMissing, match=SHA256):
        originals.read(SHA256)
    with pytest.raises(OriginalMissing, match=SHA256):
        originals.verify(SHA256)


@pytest.mark.parametrize("place", [0, len(DATA) // 2, len(DATA) - 1])
def test_a_single_flipped_bit_is_found_and_a_new_put_repairs_it(
    originals: FolderOriginals, place: int
):
    originals.put(DATA)
    flipped = bytearray(DATA)
    flipped[place] ^= 1
    originals.path(SHA256).write_bytes(flipped)

    with pytest.raises(OriginalDamaged):
        originals.verify(SHA256)
    with pytest.raises(OriginalDamaged):
        originals.read(SHA256)
    originals.put(DATA)
    originals.verify(SHA256)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the names of open files from /proc")
def test_the_bytes_reach_the_disk_before_the_name_and_the_name_before_the_answer(
    originals: FolderOriginals, monkeypatch: pytest.MonkeyPatch
):
    steps = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(fd: int) -> None:
        steps.append(os.path.realpath(f"/proc/self/fd/{fd}"))
        fsync(fd)

    def noted_replace(source: Path, target: Path) -> None:
        steps.extend([str(source), str(target)])
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    originals.put(DATA)

    final = originals.path(SHA256)
    part = steps[-4]
    made = [final.parent.parent.parent.parent, final.parent.parent.parent, originals.root]
    assert steps == [
        *map(str, [*made, originals.root]),
        part, part, str(final),
        str(final.parent), str(originals.root),
    ]  # fmt: skip


def test_a_put_that_finds_its_file_still_makes_sure_of_the_name(
    originals: FolderOriginals, monkeypatch: pytest.MonkeyPatch
):
    originals.put(DATA)
    synced = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.fstat(fd).st_ino))

    originals.put(DATA)

    assert originals.path(SHA256).parent.stat().st_ino in synced


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("step", ["write", "fsync", "replace", "mkdir"])
def test_a_full_disk_is_said_so_and_leaves_nothing(
    originals: FolderOriginals, monkeypatch: pytest.MonkeyPatch, step: str, number: int
):
    def full(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as disk:
        disk.setattr(os, step, full)
        with pytest.raises(DiskFull, match="45,000 bytes"):
            originals.put(DATA)

    assert files(originals) == []
    originals.put(DATA)
    originals.verify(SHA256)


def test_a_write_that_breaks_off_half_way_leaves_nothing(
    originals: FolderOriginals, monkeypatch: pytest.MonkeyPatch
):
    write = os.write
    room = [20_000]

    def small_disk(fd: int, data: memoryview) -> int:
        if not room[0]:
            raise OSError(errno.EIO, "broken")
        room[0] -= (written := write(fd, data[: min(room[0], 6_000)]))
        return written

    monkeypatch.setattr(os, "write", small_disk)
    with pytest.raises(OSError, match="broken"):
        originals.put(DATA)

    assert files(originals) == []


def test_writes_that_come_in_pieces_make_one_whole_file(
    originals: FolderOriginals, monkeypatch: pytest.MonkeyPatch
):
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:777]))

    originals.put(DATA)

    originals.verify(SHA256)


def test_only_stale_temporary_files_are_swept(originals: FolderOriginals):
    originals.put(DATA)
    old, young = (originals.root / "incoming" / name for name in ("old.part", "young.part"))
    for part, age_s in ((old, 3_601), (young, 3_599)):
        part.write_bytes(b"half")
        os.utime(part, (1_000_000 - age_s, 1_000_000 - age_s))
    os.utime(originals.path(SHA256), (0, 0))

    assert originals.sweep(1_000_000_000) == 1
    assert sorted(files(originals)) == sorted([young, originals.path(SHA256)])


def test_a_folder_nobody_wrote_to_is_swept_too(originals: FolderOriginals):
    assert originals.sweep(HOUR_MS) == 0


def test_threads_that_put_the_same_and_other_bytes_do_not_disturb_each_other(
    originals: FolderOriginals,
):
    every = [b"%d" % (number % 5) * 50_000 for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(originals.put, every))

    assert len(files(originals)) == 5
    assert [originals.read(original.sha256) for original in kept] == every


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
def test_two_processes_may_put_the_same_bytes_at_once(originals: FolderOriginals):
    every = [b"%d" % number * 20_000 for number in range(20)]

    children = [start_child(lambda: [originals.put(data) for data in every]) for _ in range(2)]

    assert [wait_for(child) for child in children] == [0, 0]
    assert len(files(originals)) == 20
    for data in every:
        originals.verify(hashlib.sha256(data).hexdigest())


# -- letting go ------------------------------------------------------------------------------------


def never(_sha256: str) -> bool:
    return False


def kept_long_ago(originals: FolderOriginals) -> None:
    originals.put(DATA)
    os.utime(originals.path(SHA256), (0, 0))


def test_a_picture_that_nobody_needs_is_let_go(originals: FolderOriginals):
    kept_long_ago(originals)

    assert originals.remove(SHA256, never, HOUR_MS * 2)

    assert files(originals) == []
    assert not originals.remove(SHA256, never, HOUR_MS * 2)


def test_a_picture_that_is_needed_stays(originals: FolderOriginals):
    kept_long_ago(originals)

    assert not originals.remove(SHA256, lambda _sha256: True, HOUR_MS * 2)

    originals.verify(SHA256)


def test_a_picture_that_is_needed_since_a_moment_ago_comes_back(originals: FolderOriginals):
    kept_long_ago(originals)
    answers = iter([False, True])

    assert not originals.remove(SHA256, lambda _sha256: next(answers), HOUR_MS * 2)

    originals.verify(SHA256)
    assert len(files(originals)) == 1


def test_a_picture_that_was_just_kept_again_stays(originals: FolderOriginals):
    kept_long_ago(originals)
    originals.put(DATA)

    touched_ms = int(originals.path(SHA256).stat().st_mtime * 1000)

    assert not originals.remove(SHA256, never, touched_ms + HOUR_MS - 1_000)
    originals.verify(SHA256)


def test_the_same_bytes_that_come_while_a_picture_is_let_go_are_kept(originals: FolderOriginals):
    kept_long_ago(originals)
    asked: list[str] = []

    def somebody_keeps_it_meanwhile(sha256: str) -> bool:
        asked.append(sha256)
        if len(asked) == 2:
            originals.put(DATA)
        return False

    assert not originals.remove(SHA256, somebody_keeps_it_meanwhile, HOUR_MS * 2)

    originals.verify(SHA256)
    assert len(files(originals)) == 1


def test_what_a_process_that_died_had_put_aside_comes_back(originals: FolderOriginals):
    kept_long_ago(originals)

    def dies(_sha256: str) -> bool:
        if not originals.path(SHA256).exists():
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        originals.remove(SHA256, dies, HOUR_MS * 2)
    originals.sweep(HOUR_MS * 2)

    originals.verify(SHA256)
    assert len(files(originals)) == 1
