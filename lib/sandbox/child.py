"""The sandbox as a child process: its address is known at once, and it is gone with its parent.

The parent claims the address and the data folder and hands them on, so what is asked before the
child serves waits for it. It holds the child's standard input, too: when that closes, on purpose or
because the parent died, even by SIGKILL, the child ends by itself.
"""

import http.client
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lib.sandbox.claims import CannotStart, Claims, claim, url_of

PROJECT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_PATIENCE = 30.0
"""Seconds until a child that does not serve is given up."""
STOP_PATIENCE = 5.0
UVICORN_ENDS = "Application startup failed"


class SandboxNotStarted(Exception):
    """The child ended, or did not serve in time; the message holds the last it said."""


@dataclass(frozen=True, slots=True)
class SandboxChild:
    """A sandbox that was begun. What it has to say is in `log`, from `log_begins_at` on."""

    base_url: str
    process: subprocess.Popen[bytes]
    log: Path
    log_begins_at: int

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_until_it_serves(self) -> None:
        """Return when it answers. Raises SandboxNotStarted when it ends before, or never does."""
        address = urlsplit(self.base_url).netloc
        with closing(http.client.HTTPConnection(address, timeout=START_PATIENCE)) as connection:
            try:
                # Until it serves this waits, and is cut off when it ends.
                connection.request("GET", "/v1/health")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException) as error:
                raise SandboxNotStarted(
                    f"The sandbox did not start: {self._last_words() or error}"
                ) from error

    def stop(self) -> None:
        """End the child and wait for it; a second call does nothing."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _last_words(self) -> str:
        self.stop()
        said = self.log.read_bytes()[self.log_begins_at :].decode("utf-8", "replace")
        lines = [line for line in said.splitlines() if line.strip() and UVICORN_ENDS not in line]
        return lines[-1] if lines else ""


def start(
    *, data_dir: Path, seconds: float | None = None, port: int = 0, flags: Sequence[str] = ()
) -> SandboxChild:
    """Begin a sandbox and wait until it serves. As `begin`."""
    child = begin(data_dir=data_dir, seconds=seconds, port=port, flags=flags)
    try:
        child.wait_until_it_serves()
    except BaseException:
        child.stop()
        raise
    return child


def begin(
    *, data_dir: Path, seconds: float | None = None, port: int = 0, flags: Sequence[str] = ()
) -> SandboxChild:
    """Start a sandbox on 127.0.0.1 and do not wait for it; port 0 takes a free one.

    `flags` are further ones of the command line, such as `("--balance", "1.00")`. What the child
    has to say goes to `sandbox.log` in its data folder. Pages of other origins may not call it: a
    sandbox that nobody asked for should not post callbacks for strangers. Raises
    SandboxNotStarted when the port or the folder is taken.
    """
    folder = data_dir.resolve()
    try:
        claims = claim(HOST, port, folder)
    except CannotStart as error:
        raise SandboxNotStarted(f"The sandbox did not start: {error}") from error
    log = folder / "sandbox.log"
    with claims, log.open("ab") as output:
        begins_at = output.tell()
        process = subprocess.Popen(
            [*_command(folder, seconds, claims), *flags],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            pass_fds=claims.files,
        )
        return SandboxChild(url_of(claims.bound), process, log, begins_at)


def _command(folder: Path, seconds: float | None, claims: Claims) -> list[str]:
    command = [sys.executable, "-m", "lib.sandbox", "--with-parent", "--no-cors"]
    command += ["--data", str(folder), "--inherited", *map(str, claims.files)]
    return command if seconds is None else [*command, "--seconds", str(seconds)]
