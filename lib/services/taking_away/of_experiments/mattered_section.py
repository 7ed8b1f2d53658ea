"""What mattered in an experiment, for whoever takes it away: one plain sentence each."""

from collections.abc import Callable, Sequence

from lib.domain.experiment_progress import CellNow, Experiment
from lib.services.taking_away.of_experiments.findings import Finding, Section

TITLE = "What mattered"


def section_of(sentences: Callable[[str], Sequence[str]]) -> Finding:
    """A section of these sentences; `sentences` is given the experiment's id."""

    def found(experiment: Experiment, _cells: Sequence[CellNow]) -> Section | None:
        said = tuple(sentences(experiment.id))
        return Section(TITLE, said) if said else None

    return found
