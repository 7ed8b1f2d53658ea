"""Drafts: the values of a form, kept under a short id so that a link can carry any prompt."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.store import schema
from lib.store.database import writing

ID_LENGTH = 16


class Drafts:
    """Keeps drafts by their content: the same values have the same id."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def keep(self, values: Mapping[str, Any]) -> str:
        """Store the values (once) and return their id."""
        draft_id = _id_of(values)
        if self.find(draft_id) is None:
            with writing(self._engine) as db:
                if not db.scalar(_by_id(draft_id)):
                    db.execute(
                        schema.draft.insert().values(
                            id=draft_id, values=dict(values), created_at=self._clock.now_ms()
                        )
                    )
        return draft_id

    def find(self, draft_id: str) -> dict[str, Any] | None:
        """The values kept under an id; None when there are none."""
        with self._engine.connect() as db:
            found = db.scalar(_by_id(draft_id))
        return dict(found) if found else None


def _by_id(draft_id: str) -> sa.Select[Any]:
    return sa.select(schema.draft.c["values"]).where(schema.draft.c.id == draft_id)


def _id_of(values: Mapping[str, Any]) -> str:
    canonical = json.dumps(values, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:ID_LENGTH]
