"""What takes runs out of Plantain, and brings them in."""

from lib.bootstrap_experiments_away import cell_files_of
from lib.bootstrap_store import Store
from lib.domain.clock import Clock
from lib.services.attention import AttentionService
from lib.services.experiments.judging import JudgingService
from lib.services.experiments.mattered import MatteredService
from lib.services.fitness import Fitness
from lib.services.history_search import HistorySearch
from lib.services.likeness import LikenessService
from lib.services.pictures import PictureService
from lib.services.recognising import Recognising
from lib.services.taking_away.bringing_in import BringingIn
from lib.services.taking_away.line_files import LineFiles
from lib.services.taking_away.selection import Reader
from lib.services.taking_away.taking_away import TakingAway
from lib.settings import Settings
from lib.store.attention import Attention
from lib.store.brought_in import Arrivals
from lib.store.closed_months import ClosedMonths
from lib.store.tables_history import HistoryTables
from lib.store.taken_lines import TakenLines
from lib.store.taken_runs import TakenRuns

BRING_IN = "bring-in"
"""The folder in the data folder for zips that are too large for a browser."""


def pictures_of(
    store: Store, clock: Clock, fitness: Fitness
) -> tuple[PictureService, AttentionService]:
    """The service that hands out pictures, and the one that notes it."""
    attention = AttentionService(
        Attention(store.database, clock), is_fit=lambda: not fitness.problems()
    )
    pictures = PictureService(
        store.records,
        store.originals,
        store.thumbnails,
        on_download=attention.downloaded,
        on_open=attention.opened,
    )
    return pictures, attention


def taking_away_of(
    settings: Settings,
    clock: Clock,
    store: Store,
    search: HistorySearch,
    pictures: PictureService,
    attention: AttentionService,
    judging: JudgingService,
    mattered: MatteredService,
) -> TakingAway:
    """The service that makes files of runs, of charge lines and of experiments."""
    runs = TakenRuns(store.database, origin=settings.origin)
    reader = Reader(runs, HistoryTables(store.database), search)
    lines = LineFiles(
        TakenLines(store.database, origin=settings.origin),
        ClosedMonths(store.database, clock, origin=settings.origin),
        origin=settings.origin,
        is_play_money=settings.uses_sandbox,
    )
    return TakingAway(
        reader,
        lines,
        pictures,
        clock,
        origin=settings.origin,
        cells=cell_files_of(settings, store, pictures, attention, judging, mattered),
        on_download=attention.downloaded,
    )


def bringing_in_of(settings: Settings, clock: Clock, store: Store) -> BringingIn:
    """The service that takes in runs of other Plantains."""
    arrivals = Arrivals(store.database, clock)
    folder = settings.plantain_data_dir / BRING_IN
    return BringingIn(arrivals, store.originals, clock, origin=settings.origin, folder=folder)


def recognising_of(store: Store, likeness: LikenessService) -> Recognising:
    """The service that finds the runs of pictures that somebody has."""
    return Recognising(store.records, likeness)
