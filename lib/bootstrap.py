"""Putting the real parts together: the only place that knows them all."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from lib.domain.clock import Clock, SystemClock
from lib.engine.durable import Engine
from lib.engine.executor_lock import ExecutorLock
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.runflow.api import Client
from lib.runflow.download import Downloads
from lib.runflow.secret import Secret
from lib.sandbox import child
from lib.services.account import AccountService
from lib.services.costs import CostService
from lib.services.history import HistoryService
from lib.services.keeping import Keeping
from lib.services.pace import Pace, times_for
from lib.services.pictures import PictureService
from lib.services.polling import Polling
from lib.services.runs import RunService
from lib.services.settlement import Settlement
from lib.services.submission import Submission
from lib.settings import Settings
from lib.store.database import Database, open_database
from lib.store.drafts import Drafts
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records
from lib.store.tables import Tables

SANDBOX_KEY = "rf_live_sandbox"


@dataclass(frozen=True, slots=True)
class Services:
    """What the pages and the routes may use.

    `executes` is False in a second process on the same data folder: it serves pages only.
    """

    settings: Settings
    runs: RunService
    history: HistoryService
    costs: CostService
    account: AccountService
    pictures: PictureService
    api_base_url: str
    executes: bool


@dataclass(frozen=True, slots=True)
class Store:
    """The data folder's parts."""

    database: Database
    ledger: Ledger
    records: Records
    tables: Tables
    originals: FolderOriginals
    thumbnails: FolderThumbnails


@contextmanager
def open_services(settings: Settings, clock: Clock | None = None) -> Iterator[Services]:
    """Open everything, take up what was under way, and close it all at the end.

    A run that is under way at the end is left where it is; the next start goes on with it.
    """
    clock = clock or SystemClock()
    with ExitStack() as stack:
        store = _open_store(settings, clock, stack)
        executes = _take_lock(settings, stack)
        base_url = _api_base_url(settings, stack)
        client = stack.enter_context(Client(base_url, _key(settings), clock=clock))
        engine = Engine(store.database, open_runs=settings.plantain_max_open_runs)
        if executes:
            _carry_on(settings, clock, store, client, engine, stack)
        else:
            engine.open_queue()
            stack.callback(engine.stop)
        yield _services(settings, clock, store, client, engine, base_url)


def _open_store(settings: Settings, clock: Clock, stack: ExitStack) -> Store:
    folder = settings.plantain_data_dir
    database = open_database(folder / "plantain.db")
    stack.callback(database.dispose)
    migrate(database)
    originals = FolderOriginals(folder / "pictures")
    thumbnails = FolderThumbnails(folder / "thumbnails", originals)
    for pictures in (originals, thumbnails):
        pictures.sweep(clock.now_ms())
    return Store(
        database,
        Ledger(database, clock),
        Records(database),
        Tables(database),
        originals,
        thumbnails,
    )


def _take_lock(settings: Settings, stack: ExitStack) -> bool:
    lock = ExecutorLock(settings.plantain_data_dir / "executor.lock")
    stack.callback(lock.release)
    return lock.acquire()


def _api_base_url(settings: Settings, stack: ExitStack) -> str:
    if not settings.uses_sandbox:
        return settings.runflow_base_url
    sandbox = child.start(
        data_dir=settings.plantain_data_dir / "sandbox",
        seconds=settings.plantain_sandbox_seconds,
    )
    stack.callback(sandbox.stop)
    return sandbox.base_url


def _key(settings: Settings) -> Secret:
    key = settings.runflow_api_key
    return Secret(key.get_secret_value() if key else SANDBOX_KEY)


def _carry_on(
    settings: Settings,
    clock: Clock,
    store: Store,
    client: Client,
    engine: Engine,
    stack: ExitStack,
) -> None:
    """Start what moves runs along: the engine for sending, the loop for watching."""
    pace = Pace(clock, times_for(settings.plantain_quiet_seconds))
    downloads = Downloads(api_base_url=client.base_url)
    keeping = Keeping(downloads, store.originals, store.thumbnails, threading.Lock())
    settlement = Settlement(
        ledger=store.ledger, records=store.records, client=client, keeping=keeping, pace=pace
    )
    polling = Polling(look=settlement.look, on_end=engine.look_again, clock=clock)
    submission = Submission(
        ledger=store.ledger,
        records=store.records,
        client=client,
        pace=pace,
        origin=settings.origin,
        on_accepted=polling.watch,
    )
    # Undone from the last to the first, before the client is closed.
    stack.callback(engine.stop)
    stack.callback(polling.stop)
    polling.start()
    engine.start(submission.advance)
    engine.revive(store.records.open_ids(origin=settings.origin))


def _services(
    settings: Settings,
    clock: Clock,
    store: Store,
    client: Client,
    engine: Engine,
    base_url: str,
) -> Services:
    origin = settings.origin
    return Services(
        settings=settings,
        runs=RunService(
            ledger=store.ledger,
            records=store.records,
            drafts=Drafts(store.database, clock),
            engine=engine,
            origin=origin,
        ),
        history=HistoryService(store.tables, origin=origin),
        costs=CostService(store.tables, origin=origin, zone=settings.zone, clock=clock),
        account=AccountService(client, clock),
        pictures=PictureService(store.records, store.originals, store.thumbnails),
        api_base_url=base_url,
        executes=engine.executes,
    )
