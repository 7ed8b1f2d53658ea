"""`make backup` and `make restore` as a person meets them: what they say, and how they end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.data_folders import add_stored_runs, pictures_of, runs_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    add_stored_runs(folder, "001", "002")
    return folder


def command(
    name: str, data: Path, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"scripts.{name}", *arguments],
        cwd=ROOT,
        env={**os.environ, "PLANTAIN_DATA_DIR": str(data), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_backup_says_where_it_is_and_what_is_in_it(data: Path, tmp_path: Path):
    done = command("backup", data, "--to", str(tmp_path / "backup"))

    assert (done.returncode, done.stderr) == (0, "")
    assert f"Backed up to {tmp_path / 'backup'}" in done.stdout
    assert "Runs: 2, open: 0. Pictures: 2, 0.0 MB; copied: 2, there before: 0." in done.stdout


def test_what_was_backed_up_is_put_back(data: Path, tmp_path: Path):
    command("backup", data, "--to", str(tmp_path / "backup"))
    add_stored_runs(data, "003")

    done = command("restore", data, str(tmp_path / "backup"))

    assert (done.returncode, done.stderr) == (0, "")
    assert f"Restored to {data}" in done.stdout
    assert "Runs: sandbox 2; open then: 0." in done.stdout
    assert "before-restore-" in done.stdout
    assert runs_of(data).keys() == {"001", "002"}


def test_quiet_commands_say_nothing_when_all_is_well(data: Path, tmp_path: Path):
    made = command("backup", data, "--to", str(tmp_path / "backup"), "--quiet")
    back = command("restore", data, str(tmp_path / "backup"), "--quiet")

    assert [(done.returncode, done.stdout, done.stderr) for done in (made, back)] == [
        (0, "", "")
    ] * 2


def test_pictures_that_are_lost_are_named_also_to_a_quiet_one(data: Path, tmp_path: Path):
    lost = min(pictures_of(data))
    (data / lost).unlink()

    done = command("backup", data, "--to", str(tmp_path / "backup"), "--quiet")

    assert done.returncode == 3
    assert "not in the backup: 1\n" in done.stderr
    assert lost.name in done.stderr


def test_without_anything_to_back_up_it_says_where_it_looked(tmp_path: Path):
    done = command("backup", tmp_path / "nowhere")

    assert done.returncode == 1
    assert f"no plantain.db in {tmp_path / 'nowhere'}" in done.stderr


def test_a_restore_that_is_refused_says_that_nothing_was_restored(data: Path, tmp_path: Path):
    done = command("restore", data, str(tmp_path / "nowhere"))

    assert done.returncode == 1
    assert done.stderr.startswith("Nothing was restored. There is nothing at")


def test_a_restore_without_a_backup_lists_those_that_are_there(data: Path):
    command("backup", data)
    (made,) = (data.parent / "backups").iterdir()

    done = command("restore", data)

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "Name a backup: make restore FROM=…",
        f"make restore FROM={made}",
    ]


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_a_wrong_setting_is_named(name: str, data: Path):
    done = command(name, data, PLANTAIN_TIMEZONE="Mars/Olympus")

    assert done.returncode == 2
    assert "PLANTAIN_TIMEZONE" in done.stderr
