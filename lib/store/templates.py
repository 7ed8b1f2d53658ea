"""Designs that the team keeps by name. What was saved stays: saved again, it is another version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.store.database import writing
from lib.store.schema_experiments import template


@dataclass(frozen=True, slots=True)
class Template:
    """One version; `at` ms UTC, `design` the tree of a design."""

    name: str
    version: int
    design: Mapping[str, Any]
    at: int
    by: str


class Templates:
    """Writes and reads the templates."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def save(self, name: str, design: Mapping[str, Any], *, by: str) -> int:
        """Keep a design by a name; its version. The same as the newest version makes no other."""
        with writing(self._engine) as db:
            newest = db.execute(_of(name).limit(1)).one_or_none()
            if newest is not None and newest.design == design:
                return int(newest.version)
            version = 1 if newest is None else newest.version + 1
            values = {"name": name, "version": version, "design": dict(design), "by": by}
            db.execute(template.insert().values(**values, at=self._clock.now_ms()))
            return version

    def find(self, name: str, version: int | None = None) -> Template | None:
        """A version, or the newest; None when there is none."""
        query = _of(name) if version is None else _of(name).where(template.c.version == version)
        with self._engine.connect() as db:
            row = db.execute(query.limit(1)).one_or_none()
        return None if row is None else _template(row)

    def all(self) -> list[Template]:
        """Each by its newest version, in the order of their names."""
        newest = (
            sa.select(template.c.name, sa.func.max(template.c.version).label("version"))
            .group_by(template.c.name)
            .subquery()
        )
        query = (
            sa.select(template)
            .join(
                newest,
                (newest.c.name == template.c.name) & (newest.c.version == template.c.version),
            )
            .order_by(template.c.name)
        )
        with self._engine.connect() as db:
            return [_template(row) for row in db.execute(query)]


def _of(name: str) -> sa.Select[Any]:
    return sa.select(template).where(template.c.name == name).order_by(template.c.version.desc())


def _template(row: Any) -> Template:
    return Template(row.name, row.version, row.design, row.at, row.by)
