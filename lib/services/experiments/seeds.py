"""Seed honesty: the same request again, and other seeds beside it, by what pictures look like."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from lib.domain.experiment_axes import SEED, Value
from lib.domain.experiment_seeds import SeedFinding
from lib.domain.experiment_words import word_of
from lib.images.likeness import distance
from lib.store.seed_runs import SeedRun, SeedRuns


class SeedService:
    """Judges the seeds of one origin by all of its history."""

    def __init__(self, runs: SeedRuns) -> None:
        self._runs = runs

    def of_experiment(self, experiment_id: str) -> SeedFinding | None:
        """What is known of the seeds of its cells; None where none has sent one."""
        return finding(*self._runs.of_experiment(experiment_id))

    def of_run(self, run_id: str) -> SeedFinding | None:
        """What is known of a run's seed; None where it sent none, or has no pictures."""
        runs = self._runs.of_run(run_id)
        # From this one, so that all is said of it.
        own = sorted(runs, key=lambda one: one.run_id != run_id)
        return finding(own, {}) if own and own[0].run_id == run_id else None


def finding(
    runs: Sequence[SeedRun], varied: Mapping[str, Mapping[str, Value]]
) -> SeedFinding | None:
    """What the runs say. Requests that differ in nothing but the seed have alike `varied`."""
    if not runs:
        return None
    by_request: dict[str, list[SeedRun]] = defaultdict(list)
    for run in runs:
        by_request[run.request].append(run)
    families: dict[Hashable, list[SeedRun]] = defaultdict(list)
    for request, found in by_request.items():
        families[_without_seed(request, varied.get(request))].append(found[0])
    repeats = list(_distances(by_request.values()))
    others = list(_distances(families.values()))
    return SeedFinding(
        repeats=tuple(far for far, _ in repeats if far is not None),
        others=tuple(far for far, _ in others if far is not None),
        same_files=sum(is_same for _, is_same in repeats),
        unknown=sum(far is None for far, _ in repeats),
        told=sum(_is_another(run) for run in runs),
    )


def _is_another(run: SeedRun) -> bool:
    """Whether the API names a seed that was not asked for: a whole number, and nothing else."""
    return run.seed_used.removeprefix("-").isdecimal() and run.seed_used != run.seed


def _without_seed(request: str, varied: Mapping[str, Value] | None) -> Hashable:
    """The same for requests of an experiment that differ in the seed alone."""
    if varied is None or SEED not in varied:
        return request
    return tuple((name, word_of(value)) for name, value in varied.items() if name != SEED)


def _distances(groups: Iterable[list[SeedRun]]) -> Iterator[tuple[int | None, bool]]:
    """From the first of each group to the others, picture by picture: how far, and the same file."""
    for first, *others in groups:
        known = {look.number: look for look in first.looks}
        for run in others:
            for look in run.looks:
                before = known.get(look.number)
                if before is None:
                    continue
                if before.sha256 == look.sha256:
                    yield 0, True
                elif before.likeness is None or look.likeness is None:
                    yield None, False
                else:
                    yield distance(before.likeness, look.likeness), False
