"""What takes the history out of Plantain."""

from lib.bootstrap_store import Store
from lib.domain.clock import Clock
from lib.services.history_search import HistorySearch
from lib.services.pictures import PictureService
from lib.services.taking_away.selection import Reader
from lib.services.taking_away.taking_away import TakingAway
from lib.settings import Settings
from lib.store.tables_history import HistoryTables
from lib.store.taken_runs import TakenRuns


def taking_away_of(
    settings: Settings, clock: Clock, store: Store, search: HistorySearch, pictures: PictureService
) -> TakingAway:
    """The service that makes files of runs."""
    runs = TakenRuns(store.database, origin=settings.origin)
    reader = Reader(runs, HistoryTables(store.database), search)
    return TakingAway(reader, pictures, clock, origin=settings.origin)
