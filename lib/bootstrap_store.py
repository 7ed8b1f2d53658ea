"""What lies in the data folder: the database and the pictures."""

import logging
from contextlib import ExitStack
from dataclasses import dataclass

from lib.bootstrap_api import CannotStart
from lib.domain.clock import Clock
from lib.domain.errors import NotWritten
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.settings import Settings
from lib.store.catching_up import catch_up
from lib.store.database import Database, DatabaseUnusable, open_database
from lib.store.day_sums import sum_by_day
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records
from lib.store.tables import Tables

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """The data folder's parts."""

    database: Database
    ledger: Ledger
    records: Records
    tables: Tables
    originals: FolderOriginals
    thumbnails: FolderThumbnails


def sum_by_days_of(settings: Settings, store: Store) -> None:
    """Have the reports' sums by the days of the team's zone; without them they only take longer."""
    try:
        sum_by_day(store.database, settings.zone, tell=log.info)
    except NotWritten as error:
        log.warning("The charges are not summed by the days of %s: %s", settings.zone.key, error)


def open_store(settings: Settings, clock: Clock, stack: ExitStack) -> Store:
    """Open the data folder. Raises CannotStart when its database cannot be used."""
    folder = settings.plantain_data_dir
    database = open_database(folder / "plantain.db")
    stack.callback(database.dispose)
    try:
        migrate(database)
        catch_up(database, tell=log.info)
    except DatabaseUnusable as error:
        raise CannotStart(str(error)) from error
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
