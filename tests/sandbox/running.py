"""A sandbox on a real socket, in a thread of the test's own process."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from lib.sandbox.claims import claim, url_of
from lib.sandbox.options import Options
from lib.sandbox.server import SandboxServer, make_server

KEY = "rf_live_test"
MODEL = "/v1/models/google/nano-banana-2"
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A running sandbox and a client of it; `fetch` is a client without a key."""

    base_url: str
    data_dir: Path
    api: httpx.Client
    admin: httpx.Client
    fetch: httpx.Client
    server: SandboxServer
    thread: threading.Thread

    def create(self, prompt: str = "a red kite", **more: Any) -> httpx.Response:
        """Ask for a run; what is no field of the envelope goes into the input."""
        headers = more.pop("headers", {})
        envelope = ("callback_url", "metadata", "client_ref")
        body = {name: more.pop(name) for name in envelope if name in more}
        asked = {"prompt": prompt, "resolution": "0.5K", **more}
        return self.api.post(f"{MODEL}/runs", json={"input": asked, **body}, headers=headers)

    def run(self, run_id: str) -> dict[str, Any]:
        return self.api.get(f"/v1/runs/{run_id}").json()

    def ended(self, prompt: str = "a red kite", **more: Any) -> dict[str, Any]:
        """Create a run and wait for its end."""
        answer = self.create(prompt, **more)
        assert answer.status_code == 201, answer.text
        return self.end_of(answer.json()["id"])

    def end_of(self, run_id: str) -> dict[str, Any]:
        return wait_for(lambda: self.run(run_id), lambda run: run["completed_at"] is not None)

    def balance(self) -> str:
        return self.api.get("/v1/billing/balance").json()["balance"]

    def charges(self) -> list[dict[str, Any]]:
        return self.fetch.get("/sandbox/ledger").json()["charges"]

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()
        for client in (self.api, self.admin, self.fetch):
            client.close()


def wait_for(read: Callable[[], Any], is_it: Callable[[Any], object] = bool) -> Any:
    """What `read` gives as soon as it is as wanted; the test fails when it never is."""
    deadline = time.monotonic() + PATIENCE
    while not is_it(found := read()):
        assert time.monotonic() < deadline, f"still {found!r}"
        threading.Event().wait(0.01)
    return found


def run_sandbox(data_dir: Path, port: int = 0, **options: Any) -> RunningSandbox:
    """Start a sandbox whose runs take no time unless told otherwise, and wait until it listens."""
    listening = threading.Event()
    settings = Options(data_dir=data_dir, **{"seconds": 0.0, **options})
    claims = claim("127.0.0.1", port, data_dir)
    server = make_server(settings, claims.bound, listening.set)

    def serve() -> None:
        with claims:
            server.run(sockets=[claims.bound])

    thread = threading.Thread(target=serve)
    thread.start()
    assert listening.wait(PATIENCE)
    base_url = url_of(claims.bound)
    return RunningSandbox(
        base_url=base_url,
        data_dir=data_dir,
        api=_client(base_url, KEY),
        admin=_client(base_url, "rf_svc_test"),
        fetch=_client(base_url, None),
        server=server,
        thread=thread,
    )


def _client(base_url: str, key: str | None) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(base_url=base_url, headers=headers, timeout=PATIENCE, trust_env=False)
