"""Plantain's real server as a process of its own, for tests that look at it from outside."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
STEP_S = 0.05
STEPS_TO_START = 1_200
LIMIT_TO_END_S = 20
ENDS_WELL = (0, -signal.SIGTERM)


class PlantainServer:
    """`streamlit run app.py` on a data folder of its own, and on a free port unless one is given.

    As a context manager it is started, and at the end it is stopped: a server that does not end
    on SIGTERM, or wrote a traceback, fails the test. `arguments` are further flags of
    `streamlit run`, `environment` holds further settings.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        app: Path = ROOT / "app.py",
        port: int | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.log = data_dir.with_name("plantain.log")
        self._app = app
        self._arguments = arguments
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: list[int] = []

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        return self._running().pid

    def start(self) -> None:
        """Start it, or start it again on the same data and port; returns when it answers."""
        assert self._process is None, "it is running"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                cwd=self._app.parent,
                env=self._whole_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._groups.append(self._process.pid)
        self._wait_until_healthy(self._process)

    def stop(self) -> None:
        """End it as Ctrl+C or a service manager would, and see that it does end."""
        process = self._running()
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(LIMIT_TO_END_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end on SIGTERM:\n{self.log_tail()}") from None
        self._process = None
        assert code in ENDS_WELL, f"it ended with {code}:\n{self.log_tail()}"

    def end_by(self, number: int, within_s: float) -> int:
        """Send a signal, wait for the end, and return what it ended with."""
        process = self._running()
        process.send_signal(number)
        code = process.wait(within_s)
        self._process = None
        return code

    def kill(self) -> None:
        """End it as a crash would: no warning, nothing cleaned up. Its children are not touched."""
        process = self._running()
        process.kill()
        process.wait()
        self._process = None

    def is_healthy(self) -> bool:
        """Whether it answers."""
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=5)) as connection:
            try:
                connection.request("GET", "/_stcore/health")
                return connection.getresponse().status == http.HTTPStatus.OK
            except (OSError, http.client.HTTPException):
                return False

    def log_tail(self) -> str:
        """The last it said."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._clear_away()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if self._process is not None:
                self.stop()
        finally:
            self._clear_away()
        assert "Traceback" not in self.log.read_text(errors="replace"), self.log_tail()

    def _command(self) -> list[str]:
        streamlit = [sys.executable, "-m", "streamlit", "run", self._app.name]
        address = [f"--server.address={HOST}", f"--server.port={self.port}"]
        return [*streamlit, *address, "--server.headless=true", *self._arguments]

    def _whole_environment(self) -> dict[str, str]:
        own = {"PLANTAIN_DATA_DIR": str(self.data_dir), "HOME": str(self.data_dir.parent)}
        return {**os.environ, **own, **self._environment}

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(STEPS_TO_START):
            try:
                code = process.wait(STEP_S)
            except subprocess.TimeoutExpired:
                if self.is_healthy():
                    return
            else:
                self._process = None
                raise AssertionError(f"it ended with {code} at its start:\n{self.log_tail()}")
        raise AssertionError(f"it never answered:\n{self.log_tail()}")

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "it is not running"
        return self._process

    def _clear_away(self) -> None:
        """Leave no process behind, whatever the test came to."""
        for group in self._groups:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self._process is not None:
            self._process.wait()
            self._process = None


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with closing(socket.create_server((HOST, 0))) as listener:
        return int(listener.getsockname()[1])
