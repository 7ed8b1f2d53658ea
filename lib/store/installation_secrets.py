"""Secrets that Plantain makes for itself, kept in its database. What a person sets is never here."""

import secrets

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.store import schema
from lib.store.database import writing

BYTES = 32


class InstallationSecrets:
    """Finds a secret by its name. Whoever can read the database knows them."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def find_or_make(self, name: str) -> str:
        """The secret of that name; a random one is made the first time. Only that writes."""
        known = self.find(name)
        if known is not None:
            return known
        with writing(self._engine) as db:
            found = db.scalar(_value(name))
            if found is not None:
                return str(found)
            made = secrets.token_hex(BYTES)
            self._insert(db, name, made)
            return made

    def find(self, name: str) -> str | None:
        """The secret of that name, if there is one."""
        with self._engine.connect() as db:
            found = db.scalar(_value(name))
        return None if found is None else str(found)

    def keep(self, **values: str | None) -> None:
        """Put secrets in the place of those of the same names; None takes one away."""
        table = schema.installation_secret
        with writing(self._engine) as db:
            for name, value in values.items():
                db.execute(table.delete().where(table.c.name == name))
                if value is not None:
                    self._insert(db, name, value)

    def _insert(self, db: sa.Connection, name: str, value: str) -> None:
        row = {"name": name, "value": value, "created_at": self._clock.now_ms()}
        db.execute(schema.installation_secret.insert().values(**row))


def _value(name: str) -> sa.Select[tuple[str]]:
    table = schema.installation_secret
    return sa.select(table.c.value).where(table.c.name == name)
