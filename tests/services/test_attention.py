"""Noting is never in the way: what cannot be written is not noted, and is not waited for."""

import sqlalchemy as sa

from lib.services.attention import AttentionService
from lib.store.attention import Attention
from lib.store.schema_attention import attention
from tests.set_clock import SetClock
from tests.store.ended_runs import put, put_pictures, run_row


def noted(database: sa.Engine) -> int:
    with database.connect() as db:
        return int(db.scalar(sa.select(sa.func.count()).select_from(attention)) or 0)


def test_an_unfit_database_is_not_waited_for(database: sa.Engine, clock: SetClock) -> None:
    put(database, run_row("1"))
    put_pictures(database, "1", 1)
    kept = Attention(database, clock)

    AttentionService(kept, is_fit=lambda: False).opened("1")
    assert noted(database) == 0

    AttentionService(kept, is_fit=lambda: True).opened("1")
    assert noted(database) == 1


def test_a_database_that_refuses_is_no_reason_to_fail(database: sa.Engine, clock: SetClock) -> None:
    put(database, run_row("1"))
    sa.event.listen(
        database, "checkout", lambda connection, *_: connection.execute("PRAGMA query_only = on")
    )

    AttentionService(Attention(database, clock)).opened("1")

    assert noted(database) == 0
