"""Runs that came back with a backup, or will: nobody here knows what they have been through since."""

from lib.store.ledger import Ledger

OUTCOME = "restored"
NOTE = "It came back with a backup: the API is asked whether it has it."


def put_in_doubt(ledger: Ledger, run_id: str, *, quiet_ms: int, due_at: int | None) -> bool:
    """Bring a queued run to `unknown`, by the ledger's own way there, and send nothing.

    False when it is not queued. Whoever dies half-way leaves it in `sending`, which is a doubt too.
    """
    if ledger.intend(run_id, quiet_ms=quiet_ms) is None:
        return False
    return ledger.lose_answer(run_id, outcome=OUTCOME, note=NOTE, due_at=due_at)
