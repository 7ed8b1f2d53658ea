"""Where a bench works: a folder on the disk that Plantain writes to, and how thorough it is."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from lib.bootstrap import Services, open_services
from lib.domain.run import Run, RunState
from lib.settings import Settings
from tests.bench.figures import Row, line
from tests.bench.painted_once import painted_once
from tests.bench.waiting import until

KEY = "rf_live_bench"
MODEL = "google/nano-banana-2"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Site:
    """One bench's surroundings.

    `million`: a history of a million runs is measured, too. `kept` is where histories are kept for
    the next time, since they take long to make; without it they are made in `folder`.
    `say` is given each row as a line of text, once, and `shown` holds those that it was given.
    """

    folder: Path
    quick: bool = False
    million: bool = False
    kept: Path | None = None
    shown: list[Row] = field(default_factory=list)
    say: Callable[[str], None] = lambda text: None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def show(self, rows: Iterable[Row]) -> None:
        """Show rows as soon as they are measured: a bench of many may not come to its end."""
        for row in rows:
            if row not in self.shown:
                self.shown.append(row)
                self.say(line(row))

    def pick(self, full: T, quick: T) -> T:
        """How many, or how long: as a figure to rely on needs it, or just to see it run."""
        return quick if self.quick else full

    def new_folder(self, name: str) -> Path:
        """A path that nothing is at yet."""
        return self.folder / f"{name}-{next(self._numbers)}"

    def kept_folder(self, name: str) -> Path:
        """A path where something may be from an earlier time."""
        folder = self.kept or self.folder
        folder.mkdir(exist_ok=True)
        return folder / name

    @contextmanager
    def sandbox(self, *, seconds: float) -> Iterator[str]:
        """A sandbox that ours and theirs share; its base URL."""
        with painted_once(self.new_folder("sandbox"), seconds=seconds) as base_url:
            yield base_url

    @contextmanager
    def plantain(self, base_url: str, **settings: Any) -> Iterator[Services]:
        """Plantain's real services in this process, with a data folder of their own."""
        given = {
            "runflow_api_key": KEY,
            "runflow_base_url": base_url,
            "plantain_data_dir": self.new_folder("data"),
            **settings,
        }
        with open_services(Settings(**given)) as services:
            yield services


def submit(services: Services, prompt: str, **values: Any) -> str:
    """One click, with a token of its own; the run's id."""
    given = {"prompt": prompt, **values}
    return services.runs.submit(MODEL, given, click_token=prompt, created_by="bench")


def stored(services: Services, run_id: str) -> Run:
    """Wait until the run has ended, which must be well."""
    run = until(lambda: _ended(services, run_id), f"run {run_id} did not end")
    assert run.state is RunState.STORED, f"run {run_id} is {run.state}: {run.note or run.failure}"
    return run


def _ended(services: Services, run_id: str) -> Run | None:
    run = services.runs.find(run_id)
    return None if run is None or run.is_open else run
