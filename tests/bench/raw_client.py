"""The raw client that Plantain is measured against: httpx alone, with nothing kept safe.

It creates a run, asks for it at a fixed pace and downloads its picture into a file. No ledger, no
check, no retry, no fsync, no thumbnail: what a script of twenty lines does.
"""

import asyncio
import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.bench.site import KEY, MODEL

RUNS = f"/v1/models/{MODEL}/runs"
RUN = "/v1/runs/"
AUTHORIZED = {"Authorization": f"Bearer {KEY}"}


def opened(base_url: str) -> httpx.Client:
    """A client that keeps its connections, as a careful script would."""
    return httpx.Client(base_url=base_url, headers=AUTHORIZED, trust_env=False)


def create(http: httpx.Client, prompt: str, **values: Any) -> str:
    """Ask for a run; the API's id of it."""
    return _id_in(http.post(RUNS, json=body_for(prompt, **values)))


def body_for(prompt: str, **values: Any) -> dict[str, Any]:
    """A request whose `client_ref` is its prompt."""
    return {"input": {"prompt": prompt, **values}, "client_ref": prompt}


def end_to_file_ms(http: httpx.Client, run_id: str, pause_s: float, file: Path) -> float:
    """Poll until the run has ended, save its picture; ms from the API's end to the file."""
    while (run := http.get(f"/v1/runs/{run_id}").json())["status_code"] != "succeeded":
        time.sleep(pause_s)
    file.write_bytes(http.get(run["output"]["outputs"][0]["url"]).content)
    return now_ms() - ended_ms(run)


async def save_all(
    base_url: str, prompts: list[str], *, at_once: int, folder: Path, pause_s: float = 0.5
) -> None:
    """Make a run of each prompt at 0.5K, `at_once` of them open, and save all pictures."""
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    turn = asyncio.Semaphore(at_once)
    async with httpx.AsyncClient(
        base_url=base_url, headers=AUTHORIZED, limits=limits, timeout=30, trust_env=False
    ) as http:

        async def save(prompt: str) -> None:
            async with turn:
                body = body_for(prompt, resolution="0.5K")
                run_id = _id_in(await http.post(RUNS, json=body))
                url = await _picture_url(http, run_id, pause_s)
                (folder / f"{run_id}.png").write_bytes((await http.get(url)).content)

        await asyncio.gather(*map(save, prompts))


async def _picture_url(http: httpx.AsyncClient, run_id: str, pause_s: float) -> str:
    while (run := (await http.get(f"/v1/runs/{run_id}")).json())["status_code"] != "succeeded":
        await asyncio.sleep(pause_s)
    return str(run["output"]["outputs"][0]["url"])


def arrivals_ms(http: httpx.Client) -> dict[str, float]:
    """When the sandbox had read each POST of a run: ms since 1970 by its prompt.

    It notes them in microseconds by this machine's clock, and keeps the last 1,000 requests.
    """
    seen = http.get("/sandbox/requests", params={"method": "POST", "path": RUNS}).json()
    return {
        json.loads(request["body"])["input"]["prompt"]: parse_ms(request["at"])
        for request in seen["requests"]
    }


def looks(http: httpx.Client, since_ms: float) -> list[tuple[str, float]]:
    """Who was asked about since a moment, and when (ms since 1970): the path of each run."""
    seen = http.get("/sandbox/requests", params={"method": "GET"}).json()["requests"]
    asked = ((request["path"], parse_ms(request["at"])) for request in seen)
    return [(path, at) for path, at in asked if at >= since_ms and path.startswith(RUN)]


def ended_ms(run: Any) -> float:
    """When a run ended at the API, ms since 1970."""
    return parse_ms(run["completed_at"])


def parse_ms(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() * 1000


def now_ms() -> float:
    """This machine's clock, ms since 1970: the sandbox reads the same one."""
    return time.time_ns() / 1e6


def _id_in(answer: httpx.Response) -> str:
    answer.raise_for_status()
    return str(answer.json()["id"])
