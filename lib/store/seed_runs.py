"""Runs that asked for the very same, with their seed, and what their pictures look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from lib.domain.experiment_axes import Value
from lib.store import schema
from lib.store.schema_experiments import experiment_cell
from lib.store.schema_history import IS_OF_USE, run_index

MOST_PICTURES = 20_000
index, picture, cell = run_index.c, schema.picture.c, experiment_cell.c


@dataclass(frozen=True, slots=True)
class Look:
    """A picture: its number in its run, its file, and its likeness where it is known."""

    number: int
    sha256: str
    likeness: int | None


@dataclass(frozen=True, slots=True)
class SeedRun:
    """A run with pictures. `request` is the same for the very same request, seed and all.

    `seed_used` is what the API says, as text; empty where it says nothing.
    """

    run_id: str
    request: str
    seed: str
    seed_used: str
    looks: tuple[Look, ...]


class SeedRuns:
    """Reads them of one `origin`."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def of_experiment(
        self, experiment_id: str
    ) -> tuple[list[SeedRun], dict[str, Mapping[str, Value]]]:
        """All that asked for what its cells with a seed did, and what was varied by request."""
        cells = (
            sa.select(index.fingerprint, cell.varied)
            .select_from(experiment_cell.join(run_index, index.run_id == cell.run_id))
            .where(cell.experiment_id == experiment_id, index.seed != "")
            .order_by(cell.number)
        )
        with self._engine.connect() as db:
            varied = {row.fingerprint: row.varied for row in db.execute(cells) if row.fingerprint}
            requests = cells.with_only_columns(index.fingerprint).order_by(None)
            return (self._runs(db, requests) if varied else []), varied

    def of_run(self, run_id: str) -> list[SeedRun]:
        """All that asked for what a run did; none where it sent no seed."""
        of = sa.select(index.fingerprint).where(index.run_id == run_id, index.seed != "")
        with self._engine.connect() as db:
            return self._runs(db, of)

    def _runs(self, db: sa.Connection, requests: sa.Select[Any]) -> list[SeedRun]:
        asked = requests.where(index.fingerprint != "").subquery()
        query = (
            sa.select(index.run_id, index.fingerprint, index.seed, index.seed_used)
            .add_columns(picture.number, picture.sha256, picture.likeness)
            .join(schema.picture, picture.run_id == index.run_id)
            .where(index.origin == self._origin, IS_OF_USE, index.seed != "")
            .where(index.fingerprint.in_(sa.select(asked.c.fingerprint)))
            .where(picture.problem.is_(None), picture.freed_at.is_(None))
            .order_by(index.no, picture.number)
            .limit(MOST_PICTURES)
        )
        rows = groupby(db.execute(query).all(), key=lambda row: row[:4])
        return [
            SeedRun(run_id, request, seed, used, tuple(Look(*row[4:]) for row in found))
            for (run_id, request, seed, used), found in rows
        ]
