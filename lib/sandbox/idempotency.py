"""Answers kept under an Idempotency-Key, so that a repeated request changes nothing.

The API documents replay and the 409 for another body; the day of keeping, the scope (method and
path) and that refusals are not kept are assumptions.
"""

from dataclasses import dataclass

from lib.sandbox.clock import SECOND
from lib.sandbox.database import Database
from lib.sandbox.errors import conflict

KEPT_FOR = 24 * 3600 * SECOND


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """The answers of the last 24 hours."""

    database: Database

    def find(self, scope: str, key: str, body_sha256: str, now: int) -> KeptAnswer | None:
        """The answer this request got before; raises 409 when the body was another one."""
        self.database.run("DELETE FROM kept_answer WHERE created_at < ?", (now - KEPT_FOR,))
        row = self.database.one(
            "SELECT * FROM kept_answer WHERE scope = ? AND key = ?", (scope, key)
        )
        if row is None:
            return None
        if row["body_sha256"] != body_sha256:
            raise conflict("This Idempotency-Key was used with another body.")
        return KeptAnswer(row["status"], row["body"])

    def keep(
        self, scope: str, key: str, body_sha256: str, status: int, body: bytes, now: int
    ) -> None:
        row = {"scope": scope, "key": key, "body_sha256": body_sha256}
        self.database.insert(
            "kept_answer", {**row, "status": status, "body": body, "created_at": now}
        )
