"""The environment is made once, mended when it is broken, and left alone when nothing changed."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts import environment
from scripts.environment import EnvironmentFailed, prepare


class Machine:
    """Stands in for the two slow commands: it notes them, and lets them do or fail."""

    def __init__(self, venv: Path) -> None:
        self.venv = venv
        self.done: list[str] = []
        self.pip_ends_with: BaseException | None = None

    def run(self, command: Sequence[str], complaint: str) -> None:
        if "venv" in command:
            self.done.append("create")
            self._make_venv()
        else:
            self.done.append("install " + " ".join(Path(c).name for c in command if ".txt" in c))
            if self.pip_ends_with:
                raise self.pip_ends_with

    def _make_venv(self) -> None:
        for leftover in self.venv.glob("*-*"):
            leftover.unlink()
        (self.venv / "unfinished").unlink(missing_ok=True)
        python = self.venv / "bin" / "python"
        python.parent.mkdir(parents=True, exist_ok=True)
        python.unlink(missing_ok=True)
        python.symlink_to(sys.executable)


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    return tmp_path / ".venv"


@pytest.fixture
def machine(venv: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    stand_in = Machine(venv)
    monkeypatch.setattr(environment, "run", stand_in.run)
    return stand_in


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = Path("requirements.txt")
    file.write_text("streamlit==1.67.0\n")
    return file


def test_the_first_time_it_is_made_and_installed_into(machine, venv, pins) -> None:
    prepare(venv, [pins])

    assert machine.done == ["create", "install requirements.txt"]


def test_the_second_time_nothing_is_done(machine, venv, pins) -> None:
    prepare(venv, [pins])
    prepare(venv, [pins])

    assert machine.done == ["create", "install requirements.txt"]


def test_a_file_that_changed_is_installed_again_and_alone(machine, venv, pins) -> None:
    tools = Path("tools.txt")
    tools.write_text("ruff==0.17.6\n")
    prepare(venv, [pins, tools])
    tools.write_text("ruff==0.17.7\n")
    prepare(venv, [pins, tools])

    assert machine.done == ["create", "install requirements.txt tools.txt", "install tools.txt"]


def test_an_installation_that_was_killed_is_begun_anew(machine, venv, pins) -> None:
    machine.pip_ends_with = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        prepare(venv, [pins])
    machine.pip_ends_with = None
    prepare(venv, [pins])

    assert machine.done == ["create", "install requirements.txt"] * 2


def test_an_installation_that_gave_up_is_tried_again_where_it_was(machine, venv, pins) -> None:
    machine.pip_ends_with = EnvironmentFailed("no network")
    with pytest.raises(EnvironmentFailed, match="no network"):
        prepare(venv, [pins])
    machine.pip_ends_with = None
    prepare(venv, [pins])

    assert machine.done == ["create", "install requirements.txt", "install requirements.txt"]


def test_an_environment_whose_python_is_gone_is_made_anew(machine, venv, pins, tmp_path) -> None:
    prepare(venv, [pins])
    python = venv / "bin" / "python"
    python.unlink()
    python.symlink_to(tmp_path / "gone")
    prepare(venv, [pins])

    assert machine.done == ["create", "install requirements.txt"] * 2


def test_another_python_asked_for_makes_it_anew(machine, venv, pins, monkeypatch) -> None:
    prepare(venv, [pins])
    monkeypatch.setattr(environment, "THIS_VERSION", "3.99")
    prepare(venv, [pins])

    assert machine.done == ["create", "install requirements.txt"] * 2


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_its_venv_part_says_which_package_helps(
    venv, pins, missing: str, monkeypatch
) -> None:
    def find_spec(name: str) -> object | None:
        return None if name == missing else object()

    monkeypatch.setattr(environment.importlib.util, "find_spec", find_spec)

    with pytest.raises(EnvironmentFailed, match="apt install python3-venv"):
        prepare(venv, [pins])
