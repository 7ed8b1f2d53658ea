"""Keeping what people said of spending out of the ordinary."""

from datetime import date

import sqlalchemy as sa

from lib.domain.anomaly import AnomalyKind, Answer, Verdict
from lib.domain.clock import Clock
from lib.store.database import writing
from lib.store.schema_anomalies import anomaly_answer

MOST_ANSWERS = 1_000
"""The newest ones; none mutes for longer than people plan ahead."""


class AnomalyAnswers:
    """Writes and reads the answers of one `origin`."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin

    def keep(self, answer: Answer) -> None:
        """Keep an answer; those before stay on record. Raises NotWritten."""
        values = {
            "origin": self._origin,
            "kind": answer.kind,
            "subject": answer.subject,
            "day": answer.day.isoformat(),
            "verdict": answer.verdict,
            "until": answer.until.isoformat() if answer.until else None,
            "said_on": answer.said_on.isoformat(),
            "at": self._clock.now_ms(),
            "by": answer.by,
        }
        with writing(self._engine) as db:
            db.execute(anomaly_answer.insert().values(**values))

    def all(self) -> list[Answer]:
        """The answers in the order in which they were said."""
        said = anomaly_answer.c
        query = sa.select(anomaly_answer).where(said.origin == self._origin)
        with self._engine.connect() as db:
            rows = db.execute(query.order_by(said.seq.desc()).limit(MOST_ANSWERS)).all()
        return [
            Answer(
                kind=AnomalyKind(row.kind),
                subject=row.subject,
                day=date.fromisoformat(row.day),
                verdict=Verdict(row.verdict),
                said_on=date.fromisoformat(row.said_on),
                by=row.by,
                until=date.fromisoformat(row.until) if row.until else None,
            )
            for row in reversed(rows)
        ]
