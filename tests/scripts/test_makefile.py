"""The make targets as a newcomer meets them. What installs is measured by CI on a clean checkout."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = (
    *("run", "test", "lint", "format", "sandbox", "bench", "screenshots", "soak", "help"),
    *("backup", "restore"),
)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a fresh shell: the settings of a make around this test do not count."""
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_is_the_default_and_lists_every_target() -> None:
    listed = re.findall(r"^make ([a-z]+) ", make().stdout, re.MULTILINE)

    assert sorted(listed) == sorted(TARGETS)


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (("run",), "streamlit run app.py --server.address 127.0.0.1 --server.port 8501"),
        (("run", "PORT=9000"), "--server.port 9000"),
        (("run", "ARGS=--server.enableAgentApi=true"), "--server.enableAgentApi=true"),
        (("sandbox",), "lib.sandbox --port 8787"),
        (("sandbox", "PORT=9000"), "lib.sandbox --port 9000"),
        (
            ("test", "ARGS=-k 'a or b'"),
            "pytest -n 2 --dist loadscope --no-loadscope-reorder -k 'a or b'",
        ),
        (("lint",), "ruff format --check ."),
        (("bench",), "-m tests.bench"),
        (("soak",), "FAULT_DEATHS=1000"),
        (("screenshots",), "-m scripts.screenshots"),
        (("backup",), "-m scripts.backup"),
        (("backup", "TO=/a disk/b"), '-m scripts.backup --to "/a disk/b"'),
        (("restore", "FROM=backups/b"), '-m scripts.restore "backups/b"'),
    ],
)
def test_a_target_starts_its_command(arguments: tuple[str, ...], command: str) -> None:
    planned = re.sub(r"\s*\\\n\s*", " ", make("--dry-run", *arguments).stdout)

    assert command in re.sub(r" +", " ", planned)


@pytest.mark.parametrize("python", ["/nowhere/python3", "/bin/false"])
def test_a_python_that_is_missing_or_too_old_is_refused_in_plain_words(python: str) -> None:
    done = make("python", f"PYTHON={python}")

    assert done.returncode == 2
    assert f'Plantain needs Python 3.11 or newer, and found none in "{python}"' in done.stderr
    assert "make PYTHON=/path/to/python3" in done.stderr
