"""What takes experiments out of Plantain: their cells, pictures, sheets and reports."""

from lib.bootstrap_store import Store
from lib.services.attention import AttentionService
from lib.services.experiments.judging import JudgingService
from lib.services.experiments.mattered import MatteredService
from lib.services.pictures import PictureService
from lib.services.taking_away.of_experiments.files import CellFiles
from lib.services.taking_away.of_experiments.findings import Findings
from lib.services.taking_away.of_experiments.mattered_section import section_of
from lib.services.taking_away.of_experiments.taken_cells import CellReader
from lib.services.taking_away.of_experiments.votes import Votes
from lib.settings import Settings
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiment_takings import ExperimentTakings
from lib.store.taken_runs import TakenRuns


def cell_files_of(
    settings: Settings,
    store: Store,
    pictures: PictureService,
    attention: AttentionService,
    judging: JudgingService,
    mattered: MatteredService,
) -> CellFiles:
    """The service that makes files of experiments."""
    votes = Votes(judging.standing)
    reader = CellReader(
        ExperimentRecords(store.database, origin=settings.origin),
        ExperimentTakings(store.database),
        TakenRuns(store.database, origin=settings.origin),
        Findings(votes.judging, (section_of(mattered.sentences), votes.section)),
    )
    return CellFiles(reader, pictures, settings.zone, on_download=attention.downloaded)
