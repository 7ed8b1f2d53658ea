"""What this Plantain is made of: where settings come from, how much room the data takes."""

from pathlib import Path

import pytest

from lib.services.installation import origin_of, versions
from lib.services.storage import measure
from lib.settings import Settings

SQLITE_FILES = {"plantain.db": 300, "plantain.db-wal": 20, "plantain.db-shm": 1}


def test_every_version_is_known() -> None:
    assert {"Plantain", "Python", "SQLite", "streamlit", "dbos", "httpx", "pandas"} <= set(
        versions()
    )
    assert all(versions().values())


def test_a_setting_nobody_made_is_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTAIN_TIMEZONE", "")

    assert origin_of(Settings(), "plantain_timezone") == "default"


@pytest.mark.parametrize("name", ["PLANTAIN_TIMEZONE", "plantain_timezone"])
def test_a_setting_of_the_environment_is_known_as_such(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "Europe/Berlin")

    assert origin_of(Settings(), "plantain_timezone") == "environment"


def test_a_setting_of_the_file_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".streamlit/secrets.toml"
    file.parent.mkdir()
    file.write_text('PLANTAIN_TIMEZONE = "Europe/Berlin"\n')

    assert origin_of(Settings(), "plantain_timezone") == ".streamlit/secrets.toml"


def test_storage_counts_every_file(tmp_path: Path) -> None:
    originals = tmp_path / "pictures/ab/cd"
    originals.mkdir(parents=True)
    (originals / "one").write_bytes(b"x" * 7)
    (originals / "two").write_bytes(b"x" * 5)
    (tmp_path / "thumbnails").mkdir()
    (tmp_path / "thumbnails/one.webp").write_bytes(b"x" * 3)
    for name, size in SQLITE_FILES.items():
        (tmp_path / name).write_bytes(b"x" * size)

    found = measure(Settings(plantain_data_dir=tmp_path))

    assert (found.pictures, found.picture_bytes) == (2, 12)
    assert (found.thumbnail_bytes, found.database_bytes) == (3, 321)
    assert found.free_bytes > 0


def test_storage_names_the_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()

    assert measure(Settings()).folder == tmp_path / "data"
