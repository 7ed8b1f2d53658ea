"""The route of callbacks with the real service behind it, on a real database, without a server."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware

from lib.domain.callback import SigningSecrets, signature_of
from lib.domain.clock import SystemClock
from lib.services.callbacks import CallbackService
from lib.store.database import Database, open_database
from lib.store.entries import NewRun
from lib.store.inbox import Inbox
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records
from lib.web.callbacks import callback_routes
from lib.web.entrance import Entrance
from lib.web.headers import Headers

SECRET = "whsec_of_a_test"
PUBLIC = "https://plantain.example"
REMOTE_ID = "019aa4f2-93d0-7d6f-8d0e-5b3f3f1f6a01"
RUN_ID = "019aa4f2-0000-7d6f-8d0e-5b3f3f1f6a01"


class Desk:
    """The app, its service, and the runs that are to be looked at."""

    def __init__(self, database: Database, secrets: SigningSecrets) -> None:
        self.database = database
        self.inbox = Inbox(database, origin="sandbox")
        self.looked: list[str] = []
        self.lock = threading.Lock()
        self.service = CallbackService(
            inbox=self.inbox,
            records=Records(database),
            clock=SystemClock(),
            origin="sandbox",
            public_url=PUBLIC,
            installation_secret="of this installation",
            secrets=secrets,
        )
        self.service.start(self.looked.append)
        self.app = Starlette(
            routes=[callback_routes(lambda: self.service)],
            middleware=[
                Middleware(Headers),
                Middleware(Entrance, public_host=lambda: "plantain.example"),
            ],
        )

    @property
    def path(self) -> str:
        """Where callbacks of RUN_ID come."""
        address = self.service.url_for(RUN_ID)
        assert address is not None
        return address.removeprefix(PUBLIC)

    def state(self) -> list[tuple[object, ...]]:
        """Everything of runs and of the inbox; refusals may be counted."""
        tables = ("run", "event", "attempt", "picture", "callback", "installation_secret")
        with self.database.connect() as db:
            return [
                tuple(row)
                for table in tables
                for row in db.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").all()
            ]


@contextmanager
def desk_at(folder: Path, secrets: SigningSecrets) -> Iterator[Desk]:
    """A desk with one run that the API has accepted."""
    database = open_database(folder / "plantain.db")
    migrate(database)
    ledger = Ledger(database, SystemClock())
    ledger.add(a_run(), lambda _db, _run_id: None)
    ledger.intend(RUN_ID, quiet_ms=1)
    ledger.accept(RUN_ID, REMOTE_ID, status="running")
    try:
        yield Desk(database, secrets)
    finally:
        database.dispose()


def a_run() -> NewRun:
    return NewRun(
        id=RUN_ID,
        origin="sandbox",
        model_id="google/nano-banana-2",
        created_by="local",
        click_token="a click",
        input={"prompt": "a kite"},
        request_body=b"{}",
        request_sha256="0" * 64,
        estimate_micros=80_000,
        price_version="nano-banana-2/2026-04-13",
    )


def a_callback(remote_id: str = REMOTE_ID, **more: object) -> bytes:
    """A callback as the vendor's page describes it."""
    told = {
        "event": "run.completed",
        "run_id": remote_id,
        "status": "succeeded",
        "output": {"outputs": []},
        "duration_ms": 14180,
        "created_at": "2026-11-23T06:58:45.820000+00:00",
        "completed_at": "2026-11-23T06:59:00+00:00",
        "metadata": {"source": "plantain", "client_ref": RUN_ID},
    }
    return json.dumps({**told, **more}).encode()


def signature(body: bytes, secret: str = SECRET) -> tuple[bytes, bytes]:
    return b"runflow-signature", signature_of(body, secret).encode()
