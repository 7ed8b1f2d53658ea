"""Plantain's own sandbox: nobody waits for its start, and a start that fails is told in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lib.bootstrap import open_services
from lib.bootstrap_api import CannotStart
from lib.sandbox import child
from lib.settings import Settings
from tests.plantain_server import ROOT, free_port
from tests.sandbox.running import wait_for

LIMIT_S = 120


def spoil(data_dir: Path) -> None:
    """Leave a sandbox's database that is none."""
    (data_dir / "sandbox").mkdir(parents=True)
    (data_dir / "sandbox" / "sandbox.db").write_text("no database, but some text in its place")


def test_a_sandbox_that_fails_after_the_opening_is_told_of_and_so_is_whoever_asks_it(
    tmp_path: Path,
) -> None:
    spoil(tmp_path)
    told: list[str] = []

    with open_services(Settings(plantain_data_dir=tmp_path), on_failure=told.append) as services:
        status = services.account.status()
        wait_for(lambda: told)

    assert len(told) == 1
    assert "sandbox.db cannot be used" in told[0]
    assert not status.is_reachable
    assert status.problem == told[0]


def test_services_that_are_closed_before_their_sandbox_serves_end_without_a_complaint(
    tmp_path: Path,
) -> None:
    told: list[str] = []

    with open_services(Settings(plantain_data_dir=tmp_path), on_failure=told.append):
        pass

    assert told == []


def test_a_folder_that_another_sandbox_has_stops_the_start(tmp_path: Path) -> None:
    other = child.start(data_dir=tmp_path / "sandbox")
    try:
        with pytest.raises(CannotStart, match="Another sandbox uses"):
            open_services(Settings(plantain_data_dir=tmp_path)).__enter__()
    finally:
        other.stop()


def test_a_read_waits_for_a_sandbox_that_is_just_starting(tmp_path: Path) -> None:
    with open_services(Settings(plantain_data_dir=tmp_path)) as services:
        assert services.account.status().problem is None


def test_the_server_ends_with_one_line_when_its_sandbox_cannot_be_started(tmp_path: Path) -> None:
    spoil(tmp_path / "data")
    streamlit = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]

    ended = subprocess.run(
        [*streamlit, f"--server.port={free_port()}"],
        cwd=ROOT,
        env={**os.environ, "PLANTAIN_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    said = [line for line in ended.stderr.splitlines() if line.strip()]
    assert ended.returncode != 0
    assert len(said) == 1
    assert said[0].startswith("Plantain ends: The sandbox did not start: ")
    assert said[0].endswith("move it away to begin with a new sandbox.")
