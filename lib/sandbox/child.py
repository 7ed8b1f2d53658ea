"""The sandbox as a child process: started on loopback, and gone when its parent is gone.

The parent holds the child's standard input. When it closes, on purpose or because the parent
died, even by SIGKILL, the child ends by itself.
"""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
START_PATIENCE = 30.0
"""Seconds until a child that does not listen is given up."""
STOP_PATIENCE = 5.0
_URL = re.compile(rb"listening on (\S+)\n")


class SandboxNotStarted(Exception):
    """The child ended, or did not listen in time; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class SandboxChild:
    """A running sandbox."""

    base_url: str
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        """End the child and wait for it; a second call does nothing."""
        _end(self.process)


def start(
    *, data_dir: Path, seconds: float | None = None, port: int = 0, flags: Sequence[str] = ()
) -> SandboxChild:
    """Start a sandbox on 127.0.0.1 and wait until it listens; port 0 takes a free one.

    `flags` are further ones of the command line, such as `("--balance", "1.00")`. What the child
    has to say goes to `sandbox.log` in its data folder. Pages of other origins may not call it: a
    sandbox that nobody asked for should not post callbacks for strangers. Raises
    SandboxNotStarted, for example when the port is taken.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / "sandbox.log"
    with log.open("ab") as stderr:
        begins_at = stderr.tell()
        process = subprocess.Popen(
            [*_command(data_dir.resolve(), seconds, port), *flags],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    try:
        base_url = _announced_url(process)
    except BaseException:
        _end(process)
        raise
    if base_url is None:
        _end(process)
        said = log.read_bytes()[begins_at:][-2000:].decode("utf-8", "replace").strip()
        raise SandboxNotStarted(f"The sandbox did not start: {said or 'it said nothing'}")
    return SandboxChild(base_url, process)


def _command(data_dir: Path, seconds: float | None, port: int) -> list[str]:
    command = [sys.executable, "-m", "lib.sandbox", "--with-parent", "--no-cors"]
    command += ["--data", str(data_dir), "--port", str(port)]
    return command if seconds is None else [*command, "--seconds", str(seconds)]


def _announced_url(process: subprocess.Popen[bytes]) -> str | None:
    """The URL in the one line that the child prints; None when it ends or takes too long."""
    assert process.stdout is not None
    said = b""
    deadline = time.monotonic() + START_PATIENCE
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([process.stdout], [], [], left)
        chunk = os.read(process.stdout.fileno(), 4096) if ready else b""
        if not chunk:
            return None
        said += chunk
        match = _URL.search(said)
        if match is not None:
            # The child prints nothing more, so the pipe can be given back.
            process.stdout.close()
            return match[1].decode()
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
