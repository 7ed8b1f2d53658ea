"""Which Chromium is taken, how one is fetched, and what is said of journeys that had none."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import find_chromium
from scripts.find_chromium import NoChromium, candidates, find, installers

ROOT = Path(__file__).parents[2]
JOURNEYS = "tests/journeys/test_browsing.py"


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Path]:
    """Put a program that ends with a code into a folder."""

    def write(name: str, *, code: int = 0) -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\nexit {code}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture(autouse=True)
def _playwright_has_fetched_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(find_chromium, "playwrights_own", lambda: str(tmp_path / "not" / "fetched"))


def test_the_browser_that_the_user_names_comes_first(program, tmp_path) -> None:
    named = program("my-browser")
    program("chromium")

    assert find({"CHROMIUM": str(named), "PATH": str(tmp_path)}) == str(named)


@pytest.mark.parametrize("code", [None, 1], ids=["missing", "does not start"])
def test_a_wrongly_named_browser_is_not_passed_over(program, tmp_path, code: int | None) -> None:
    program("chromium")
    named = tmp_path / "my-browser" if code is None else program("my-browser", code=code)

    with pytest.raises(NoChromium, match=r"CHROMIUM names .*my-browser"):
        find({"CHROMIUM": str(named), "PATH": str(tmp_path)})


def test_the_first_on_the_path_that_starts_is_taken(program, tmp_path) -> None:
    program("chromium", code=1)
    stands_in = program("chromium-browser")
    program("google-chrome")

    assert find({"PATH": str(tmp_path)}) == str(stands_in)


def test_playwrights_own_is_the_last_resort(program, tmp_path, monkeypatch) -> None:
    fetched = program("fetched")
    on_path = program("google-chrome")
    monkeypatch.setattr(find_chromium, "playwrights_own", lambda: str(fetched))

    assert list(candidates({"PATH": str(tmp_path)})) == [str(on_path), str(fetched)]


def test_where_there_is_none_the_reason_says_what_was_looked_for(tmp_path) -> None:
    with pytest.raises(NoChromium, match="google-chrome"):
        find({"PATH": str(tmp_path)})


@pytest.mark.parametrize(
    ("is_root", "apt_get", "ways"),
    [(True, "/usr/bin/apt-get", 2), (True, None, 1), (False, "/usr/bin/apt-get", 1)],
)
def test_debians_package_is_only_for_root_on_debian(
    is_root: bool, apt_get: str | None, ways: int
) -> None:
    found = installers(is_root=is_root, which=lambda _name: apt_get)

    assert len(found) == ways
    assert "playwright" in found[0][0][0]


def test_every_way_to_install_gives_up_some_day() -> None:
    limits = [limit for way in installers(is_root=True, which=str) for _command, limit in way]

    assert all(0 < limit <= 600 for limit in limits)


def test_a_command_that_hangs_is_given_up(capsys) -> None:
    done = find_chromium.succeeds(("tail", "-f", "/dev/null"), 1)

    assert not done
    assert "timed out" in capsys.readouterr().err


def test_without_a_browser_each_journey_is_named_as_not_run() -> None:
    done = run_journeys_without_a_browser(CI="")

    assert done.returncode == 0
    assert f"SKIPPED {JOURNEYS}::test_a_click_is_answered" in done.stdout
    assert "not run: CHROMIUM names /nowhere/chromium" in done.stdout
    assert " passed" not in done.stdout


def test_in_ci_a_journey_that_was_not_run_is_a_failure() -> None:
    done = run_journeys_without_a_browser(CI="true")

    assert done.returncode == 1
    assert f"ERROR {JOURNEYS}::test_a_click_is_answered" in done.stdout
    assert "not run: CHROMIUM names /nowhere/chromium" in done.stdout


def run_journeys_without_a_browser(**settings: str) -> subprocess.CompletedProcess[str]:
    plain = ("-p", "no:cacheprovider", "-k", "settles or answered")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plain, JOURNEYS],
        cwd=ROOT,
        env={**os.environ, "CHROMIUM": "/nowhere/chromium", **settings},
        capture_output=True,
        text=True,
        check=False,
    )
