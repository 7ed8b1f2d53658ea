"""Plantain's rules in a process of their own, given pictures' addresses that wish it ill.

Reads one JSON line: {"folder", "template", "base_url", "canary_port", "urls": {name: address}}.
Writes one: {"runs": {name: {state, cost, problems, note}}, "meant": […], "peak_mb": …}. All
connections but those to `base_url` are led to the canary's port, wherever they were meant to go.
"""

import json
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpcore
import stamina

from lib.domain.errors import ApiError
from lib.images.thumbnails import FolderThumbnails
from lib.runflow.download import Downloads
from lib.services.keeping import Keeping
from tests.faults.api_in_memory import ApiInMemory
from tests.faults.small_plantain import MODEL, SmallPlantain, begin
from tests.set_clock import SetClock

A_DAY_S = 25 * 3600.0
WITHIN_S = 20.0
PUBLIC = "93.184.216.34"
NAMES = {
    "inside.example": ["127.0.0.1"],
    "two-faced.example": [PUBLIC, "10.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
}


class LedAside(httpcore.NetworkBackend):
    """Connects to the canary, wherever it was to go; only the storage itself is reached."""

    def __init__(self, own_port: int, canary_port: int) -> None:
        self._own_port, self._canary_port = own_port, canary_port
        self._real = httpcore.SyncBackend()
        self.meant: list[str] = []

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        is_own = (host, port) == ("127.0.0.1", self._own_port)
        if not is_own:
            self.meant.append(f"{host}:{port}")
        to = self._own_port if is_own else self._canary_port
        return self._real.connect_tcp("127.0.0.1", to, *args, **kwargs)


class Rebinding:
    """A resolver of names that lead inside; `rebinding.example` does so from its second time on."""

    def __init__(self) -> None:
        self._asked = 0

    def __call__(self, host: str, _port: int) -> list[str]:
        if host == "rebinding.example":
            self._asked += 1
            return [PUBLIC] if self._asked == 1 else ["127.0.0.1"]
        return NAMES.get(host, [host])


def main() -> None:
    given = json.loads(sys.stdin.readline())
    folder, clock = Path(given["folder"]), SetClock()
    begin(Path(given["template"]), folder)
    api = ApiInMemory(clock.monotonic_s, takes_s=0.0)
    plantain = SmallPlantain(folder, api, clock)
    network = LedAside(int(given["base_url"].rsplit(":", 1)[1]), given["canary_port"])
    downloads = Downloads(
        api_base_url=given["base_url"], network=network, resolve=Rebinding(), within_s=WITHIN_S
    )
    thumbnails = FolderThumbnails(folder / "thumbnails", plantain.originals)
    plantain.settlement._keeping = Keeping(
        downloads, plantain.originals, thumbnails, threading.Lock()
    )
    with stamina.set_testing(True, attempts=2):
        runs = {name: meet(plantain, name, url) for name, url in given["urls"].items()}
    plantain.close()
    sys.stdout.write(json.dumps({"runs": runs, "meant": network.meant, "peak_mb": peak_mb()}))


def meet(plantain: SmallPlantain, name: str, url: str) -> dict[str, Any]:
    """A run whose one picture is at `url`, from its click to its end."""
    plantain.api.picture_url = url
    run_id = plantain.runs.submit(MODEL, {"prompt": "a kite"}, click_token=name, created_by="local")
    plantain.submission.advance(run_id)
    for _ in range(3):
        with suppress(ApiError):
            plantain.settlement.look(run_id)
        plantain.clock.pass_s(A_DAY_S)
    run = plantain.records.find(run_id)
    assert run is not None
    for picture in run.pictures:
        plantain.originals.verify(picture.sha256)
    return {
        "state": run.state,
        "cost": run.cost_micros,
        "problems": [picture.problem for picture in run.pictures],
        "note": run.note,
    }


def peak_mb() -> float:
    """The most memory that this process ever held."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
