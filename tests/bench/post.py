"""How long after a click its POST has arrived at the API, against a raw client's POST."""

import random
import time
from collections.abc import Callable, Mapping

import httpx

from lib.bootstrap import Services
from tests.bench import raw_client
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.site import Site, stored, submit

Sent = dict[str, float]
"""When each prompt was sent off: ms since 1970."""


def measure(site: Site) -> Findings:
    """One at a time, on an idle engine: ours, a kept client, a fresh one, and again."""
    ours: Sent = {}
    kept: Sent = {}
    fresh: Sent = {}
    with (
        site.sandbox(seconds=0.1) as base_url,
        site.plantain(base_url) as services,
        raw_client.opened(base_url) as http,
    ):
        stored(services, submit(services, "the first click of all"))
        for number in range(site.pick(24, 3)):
            _ours(services, f"ours {number}", ours)
            _raw(f"kept {number}", kept, http.post)
            _raw(f"fresh {number}", fresh, _poster(base_url))
        arrived = raw_client.arrivals_ms(http)
    mine = Series(_delays(ours, arrived))
    what = "click to POST: submit() to its arrival"
    against = Series(_delays(kept, arrived), whose="httpx.Client, kept open")
    afresh = Series(_delays(fresh, arrived), whose="httpx.post")
    return Findings((Row(what, mine, against, Aim(250)), Row(what, mine, afresh)))


def _ours(services: Services, prompt: str, sent: Sent) -> None:
    # The engine looks at fixed times: without a pause of some length all clicks would fall alike.
    time.sleep(random.uniform(0, 0.1))
    sent[prompt] = raw_client.now_ms()
    stored(services, submit(services, prompt, resolution="0.5K"))


def _raw(prompt: str, sent: Sent, post: Callable[..., httpx.Response]) -> None:
    body = raw_client.body_for(prompt, resolution="0.5K")
    sent[prompt] = raw_client.now_ms()
    post(raw_client.RUNS, json=body).raise_for_status()


def _poster(base_url: str) -> Callable[..., httpx.Response]:
    """`httpx.post` to the sandbox: a new connection each time."""

    def post(path: str, **request: object) -> httpx.Response:
        return httpx.post(f"{base_url}{path}", headers=raw_client.AUTHORIZED, **request)

    return post


def _delays(sent: Sent, arrived: Mapping[str, float]) -> list[float]:
    return [arrived[prompt] - at for prompt, at in sent.items()]
