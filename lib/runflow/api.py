"""The Runflow API: one method an endpoint, and no behaviour that its docstring does not tell.

One `Client` serves the pages, the engine and the tests; it may be used from many threads.
"""

import json
import math
import ssl
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx

from lib.domain.clock import Clock, SystemClock
from lib.domain.errors import AnswerLost, NeverSent
from lib.domain.run import RemoteRun
from lib.runflow import retry, wire
from lib.runflow.base_url import checked_base_url
from lib.runflow.certificates import trusted_at
from lib.runflow.exchange import Answer, exchange
from lib.runflow.key_auth import KeyAuth
from lib.runflow.lenient_json import json_object
from lib.runflow.outcome import understood
from lib.runflow.retry import PATIENT, Patience
from lib.runflow.secret import Secret
from lib.runflow.user_agent import USER_AGENT
from lib.runflow.wire import PricingRule, RunPage
from lib.runflow.wire_callback import CallbackSecret, parse_callback_secret

T = TypeVar("T")

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
"""Between two bytes of an answer, and for the whole answer of a POST once its head has come."""
POOL_TIMEOUT_S = 5.0
WHOLE_READ_S = 120.0
"""For the whole answer of a GET: it may hold pictures as data URIs."""
KEPT_FOR_S = 4.0
"""Shorter than servers keep an idle connection (uvicorn 5 s, load balancers 60 s), so that few reads
meet one that is just being closed."""
LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=KEPT_FOR_S)
NOTHING_KEPT = httpx.Limits(max_connections=32, max_keepalive_connections=0)
"""For the POST: on a kept connection that the API is just closing it would be lost, and looked for
all through the quiet time. A new connection costs a moment."""

SEARCH_PAGE = 200
SEARCH_PAGES = 50
"""A search by `client_ref` looks through 10,000 runs at most, if the API ignores its filter."""


class Client:
    """Speaks to the API at `base_url` with `key`. A context manager; `close` ends its connections.

    ValueError when the key must not go to `base_url`, or cannot be one. Every method raises a leaf
    of `ApiError`. Methods with a `patience` are asked again as it says; `create_run` never is. They
    wait for `until_ready` first: what is just being started has not failed to answer in time.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret,
        *,
        transport: httpx.BaseTransport | None = None,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
        clock: Clock | None = None,
        until_ready: Callable[[], None] | None = None,
    ) -> None:
        address = checked_base_url(base_url)
        self.base_url = str(address)
        self._auth = KeyAuth(key, address)
        self._clock = clock or SystemClock()
        self._until_ready = until_ready
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        trusted = trusted_at(address)
        self._http = _open_http(address, transport or _transport(LIMITS, trusted))
        self._http_once = _open_http(address, transport or _transport(NOTHING_KEPT, trusted))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections; whoever still waits for an answer gets AnswerLost."""
        self._http.close()
        self._http_once.close()

    def __repr__(self) -> str:
        return f"Client({self.base_url!r})"

    def create_run(self, model_id: str, body: bytes, *, idempotency_key: str) -> RemoteRun:
        """`POST /v1/models/{id}/runs`: send `body` as it stands, once, whatever happens.

        This costs money. NeverSent means that it certainly did not; AnswerLost that it may have,
        and that the run must be looked for before anything is sent again.
        """
        request = self._request(
            "POST",
            f"/v1/models/{_path(model_id)}/runs",
            timeout_s=self._read_timeout_s,
            content=body,
            headers={"Content-Type": "application/json", "Idempotency-Key": idempotency_key},
        )
        answer = exchange(
            self._http_once,
            request,
            auth=self._auth,
            clock=self._clock,
            read_within_s=self._read_timeout_s,
        )
        own_ref = wire.client_ref_sent(body) or idempotency_key
        return self._understood(answer, lambda told: wire.parse_own_run(told, own_ref))

    def get_run(self, remote_id: str, *, patience: Patience = PATIENT) -> RemoteRun:
        """`GET /v1/runs/{id}`: how the run stands now, its URLs freshly signed."""
        run = self._get(f"/v1/runs/{_segment(remote_id)}", wire.parse_run, patience)
        if run.remote_id.lower() != remote_id.lower():
            raise AnswerLost("The API answered with another run than the one asked for.")
        return run

    def list_runs(
        self,
        *,
        q: str | None = None,
        fields: tuple[str, ...] | None = None,
        limit: int = 50,
        sort_by: str | None = None,
        pq: str | None = None,
        patience: Patience = PATIENT,
    ) -> RunPage:
        """`GET /v1/runs`: one page. `fields` leaves out all others; `id` is always asked for."""
        projection = ",".join(dict.fromkeys(("id", *fields))) if fields else None
        params = {"q": q, "fields": projection, "limit": limit, "sort_by": sort_by, "pq": pq}
        return self._get("/v1/runs", wire.parse_page, patience, params=params)

    def find_by_client_ref(
        self, client_ref: str, *, patience: Patience = PATIENT
    ) -> tuple[RemoteRun, ...]:
        """Every run that carries `client_ref`, the newest first. Empty means: there is none.

        Each run's own `client_ref` is compared, in case the API ignores the filter; then all pages
        are read. Raises AnswerLost when there are too many to be sure that none is ours, or when
        reading them takes longer than `patience` has.
        """
        query, found, pq = wire.client_ref_is(client_ref), list[RemoteRun](), None
        until_s = self._clock.monotonic_s() + (patience.within_s or math.inf)
        for _ in range(SEARCH_PAGES):
            page = self.list_runs(
                q=query, limit=SEARCH_PAGE, sort_by="created_at:desc", pq=pq, patience=patience
            )
            found += [run for run in page.items if run.client_ref == client_ref]
            if not page.items or page.next is None:
                return tuple(found)
            pq = page.next
            if self._clock.monotonic_s() > until_s:
                break
        if not found:
            raise AnswerLost("The API did not search for the run, and lists too many to read all.")
        return tuple(found)

    def run_statuses(self, *, patience: Patience = PATIENT) -> tuple[str, ...]:
        """`GET /v1/runs/statuses`: every status the API knows."""
        return self._get("/v1/runs/statuses", wire.parse_statuses, patience)

    def balance(self, *, patience: Patience = PATIENT) -> int:
        """`GET /v1/billing/balance`: the account's credit in micro-dollars; may be negative."""
        return self._get("/v1/billing/balance", wire.parse_balance, patience)

    def model_row_id(self, model_id: str, *, patience: Patience = PATIENT) -> str:
        """`GET /v1/models/{id}`: the id in the API's catalogue, by which its runs name the model."""
        return self._get(f"/v1/models/{_path(model_id)}", wire.parse_id, patience)

    def model_pricing(
        self, model_id: str, *, patience: Patience = PATIENT
    ) -> tuple[PricingRule, ...]:
        """`GET /v1/models/{id}/pricing`: the rules of its price, as many as fit on one page."""
        path = f"/v1/models/{_path(model_id)}/pricing"
        return self._get(path, wire.parse_pricing, patience, params={"limit": 500})

    def me(self, *, patience: Patience = PATIENT) -> Mapping[str, Any]:
        """`GET /v1/auth/me`: whose key this is, in the API's own fields."""
        return self._get("/v1/auth/me", json_object, patience)

    def health(self, *, patience: Patience = PATIENT) -> Mapping[str, Any]:
        """`GET /v1/health`: whether the API is up. The key is not sent."""
        return self._get("/v1/health", json_object, patience, with_key=False)

    def create_callback_secret(self, label: str) -> CallbackSecret:
        """`POST /v1/callback-secrets`: a new secret, its text in the answer this once."""
        return self._change("POST", "/v1/callback-secrets", {"label": label})

    def callback_secret(self, secret_id: str, *, patience: Patience = PATIENT) -> CallbackSecret:
        """`GET /v1/callback-secrets/{id}`: whether a secret is the one that signs."""
        path = f"/v1/callback-secrets/{_segment(secret_id)}"
        return self._get(path, parse_callback_secret, patience)

    def sign_callbacks_with(self, secret_id: str) -> CallbackSecret:
        """`PATCH /v1/callback-secrets/{id}`: make it the one that signs."""
        path = f"/v1/callback-secrets/{_segment(secret_id)}"
        return self._change("PATCH", path, {"is_current": True})

    def _change(self, method: str, path: str, body: Mapping[str, Any]) -> CallbackSecret:
        """Ask for a change that costs nothing, once."""
        request = self._request(
            method,
            path,
            timeout_s=self._read_timeout_s,
            content=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        answer = self._exchange(request, self._auth, read_within_s=self._read_timeout_s)
        return self._understood(answer, parse_callback_secret)

    def _get(
        self,
        path: str,
        parse: Callable[[Any], T],
        patience: Patience,
        *,
        params: Mapping[str, Any] | None = None,
        with_key: bool = True,
    ) -> T:
        if self._until_ready is not None:
            self._until_ready()
        given = {name: value for name, value in (params or {}).items() if value is not None}
        timeout_s = patience.timeout_s or self._read_timeout_s

        def ask() -> T:
            request = self._request("GET", path, timeout_s=timeout_s, params=given)
            answer = self._exchange(
                request,
                self._auth if with_key else None,
                read_within_s=patience.timeout_s or WHOLE_READ_S,
            )
            return self._understood(answer, parse)

        return retry.call(ask, patience)

    def _request(self, method: str, path: str, *, timeout_s: float, **parts: Any) -> httpx.Request:
        timeout = httpx.Timeout(
            timeout_s, connect=min(timeout_s, self._connect_timeout_s), pool=POOL_TIMEOUT_S
        )
        try:
            return self._http.build_request(method, path, timeout=timeout, **parts)
        except (httpx.InvalidURL, ValueError) as error:
            raise NeverSent(f"Nothing was sent: {error}.") from error

    def _exchange(
        self, request: httpx.Request, auth: KeyAuth | None, *, read_within_s: float
    ) -> Answer:
        return exchange(
            self._http, request, auth=auth, clock=self._clock, read_within_s=read_within_s
        )

    def _understood(self, answer: Answer, parse: Callable[[Any], T]) -> T:
        return understood(answer, parse, self._clock)


def _open_http(address: httpx.URL, transport: httpx.BaseTransport) -> httpx.Client:
    return httpx.Client(
        base_url=address,
        transport=transport,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        follow_redirects=False,
        trust_env=False,
    )


def _transport(limits: httpx.Limits, trusted: ssl.SSLContext) -> httpx.HTTPTransport:
    return httpx.HTTPTransport(
        verify=trusted, retries=0, trust_env=False, limits=limits, http2=False
    )


def _path(model_id: str) -> str:
    return "/".join(_segment(segment) for segment in model_id.split("/"))


def _segment(text: str) -> str:
    """One segment of a path; NeverSent for what would lead to another place."""
    if text in ("", ".", "..") or not text.isprintable():
        raise NeverSent(f"Nothing was sent: {text!r} cannot be part of an address.")
    return quote(text, safe="")
