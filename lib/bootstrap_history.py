"""The parts of the history put together: searching, organising, the bin, what looks alike."""

from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.services.bin import BinService
from lib.services.history_search import HistorySearch
from lib.services.labels import LabelService
from lib.services.likeness import LikenessService
from lib.services.organising import OrganisingService
from lib.settings import Settings
from lib.store.bin import Bin
from lib.store.database import Database
from lib.store.likeness import Likenesses
from lib.store.names import Names
from lib.store.organising import Organising
from lib.store.tables_history import HistoryTables


@dataclass(frozen=True, slots=True)
class History:
    """What the pages may do with runs that were made."""

    search: HistorySearch
    organising: OrganisingService
    labels: LabelService
    bin: BinService
    likeness: LikenessService


def history_of(
    settings: Settings,
    clock: Clock,
    database: Database,
    originals: FolderOriginals,
    thumbnails: FolderThumbnails,
) -> History:
    """The history of the account that is used."""
    origin = settings.origin
    search = HistorySearch(HistoryTables(database), origin=origin, zone=settings.zone)
    organising = Organising(database, clock)
    names = Names(database, clock)
    return History(
        search=search,
        organising=OrganisingService(organising, names, search, origin=origin),
        labels=LabelService(names, origin=origin),
        bin=BinService(Bin(database, clock, origin=origin), originals, thumbnails, clock),
        likeness=LikenessService(Likenesses(database), thumbnails, search),
    )
