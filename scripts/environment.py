"""Make .venv hold what the given requirements files pin: `python scripts/environment.py FILE…`.

Does nothing, in a fraction of a second, when it does already. Mends what an interrupted
installation left behind. Needs nothing but Python itself.
"""

import fcntl
import importlib.util
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

VENV = Path(".venv")
PROBE = "import sys, pip; print('{}.{}'.format(*sys.version_info))"
THIS_VERSION = "{}.{}".format(*sys.version_info)
NO_VENV = f"""\
Python {THIS_VERSION} ({sys.executable}) cannot make virtual environments: a part of it is missing.
On Debian and Ubuntu: apt install python3-venv (or python{THIS_VERSION}-venv). Then try again."""


class EnvironmentFailed(Exception):
    """The environment could not be made; the message says why and what helps."""


def prepare(venv: Path, requirements: Sequence[Path]) -> None:
    """Make `venv` and install into it each file that changed. Raises EnvironmentFailed."""
    with locked(venv.with_suffix(".lock")):
        if not is_whole(venv):
            create(venv)
        stale = [file for file in requirements if not is_installed(venv, file)]
        if stale:
            install(venv, stale)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let a second `make` wait for the first, instead of installing into the same folder."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_whole(venv: Path) -> bool:
    """Whether `venv` works, has the version asked for, and no installation in it broke off."""
    if unfinished(venv).exists():
        return False
    try:
        probe = subprocess.run(
            [python_of(venv), "-c", PROBE], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return probe.returncode == 0 and probe.stdout.strip() == THIS_VERSION


def create(venv: Path) -> None:
    """Make `venv` anew, whatever was there."""
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        raise EnvironmentFailed(NO_VENV)
    print(f"Making {venv} with Python {THIS_VERSION}", flush=True)
    # The interpreter may be the one inside the folder that is to be cleared.
    interpreter = Path(sys.executable).resolve()
    run([str(interpreter), "-m", "venv", "--clear", str(venv)], f"{venv} could not be made")


def install(venv: Path, requirements: Sequence[Path]) -> None:
    """Install the files' pins. Whoever is killed here leaves a mark, and the next one starts anew."""
    unfinished(venv).touch()
    arguments = [argument for file in requirements for argument in ("-r", str(file))]
    pip = [str(python_of(venv)), "-m", "pip", "install", "--disable-pip-version-check"]
    try:
        run([*pip, *arguments], "pip could not install what Plantain needs (its message is above)")
    except EnvironmentFailed:
        unfinished(venv).unlink()  # pip itself gave up, and put back what it had begun
        raise
    for file in requirements:
        stamp_of(venv, file).write_bytes(file.read_bytes())
    unfinished(venv).unlink()


def is_installed(venv: Path, requirements: Path) -> bool:
    """Whether the file is, byte for byte, what was installed last."""
    stamp = stamp_of(venv, requirements)
    return stamp.exists() and stamp.read_bytes() == requirements.read_bytes()


def run(command: Sequence[str], complaint: str) -> None:
    if subprocess.run(command, check=False).returncode:
        raise EnvironmentFailed(f"{complaint}.")


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def stamp_of(venv: Path, requirements: Path) -> Path:
    return venv / ("installed-" + "-".join(requirements.parts))


def unfinished(venv: Path) -> Path:
    return venv / "unfinished"


if __name__ == "__main__":
    try:
        prepare(VENV, [Path(argument) for argument in sys.argv[1:]])
    except EnvironmentFailed as failure:
        sys.exit(str(failure))
