"""Each guard of a run's money, switched off: a pytest plugin for the test of the tests.

`GUARD_OFF=quiet python -m pytest -p tests.faults.guards …` runs tests without that guard. Nothing
in Plantain can do this; it is done to its parts from outside, and only here.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lib.domain import callback
from lib.domain.run import TERMINAL
from lib.engine.executor_lock import ExecutorLock
from lib.services.auditor import Auditor
from lib.services.ballast import Ballast
from lib.services.doubt import Doubt, Verdict
from lib.services.fitness import Fitness
from lib.services.submission import Submission
from lib.services.watchdog import Watchdog
from lib.store import ledger as ledger_module
from lib.store import moves
from lib.store.ledger import Ledger
from lib.store.records import Records

NAME = "GUARD_OFF"


def never_ask() -> None:
    """After a lost answer the run is sent again once it is quiet, and the API is not asked."""

    def look_into(self: Any, run: Any) -> Verdict:
        attempt = self._records.last_attempt(run.id)
        if attempt and self._quiet_left_ms(attempt) > 0:
            self._ledger.note(run.id, due_at=self._pace.soon())
            return Verdict.WAIT
        return Verdict.SEND

    Doubt.look_into = look_into  # type: ignore[method-assign]


def never_be_quiet() -> None:
    """Two answers "not known" allow to send again at once."""
    Doubt._quiet_left_ms = lambda _self, _attempt: 0  # type: ignore[method-assign]


def send_however_late() -> None:
    """A process that was frozen between its intent and its request sends all the same."""
    Submission._may_send = (  # type: ignore[method-assign]
        lambda self, attempt, _begun_ms: self._ledger.may_send(attempt)
    )


def never_sync() -> None:
    """Nothing here: the program under the power cuts is another process, and told by its test."""


def forget_clicks() -> None:
    """Every press of the button is another run."""
    add = Ledger.add

    def adding(self: Any, new: Any, enqueue: Any) -> str:
        return add(self, replace(new, click_token=new.id), enqueue)

    Ledger.add = adding  # type: ignore[method-assign]


def let_the_dead_move() -> None:
    """A run that has ended can be moved again."""
    move = moves.move

    def moving(
        db: Any, clock: Any, run_id: str, from_states: Any, state: Any, **values: Any
    ) -> bool:
        return move(db, clock, run_id, {*from_states, *TERMINAL}, state, **values)

    ledger_module.move = moving


def send_to_anyone() -> None:
    """A run is sent to whichever API is there, not to the one it was clicked for."""

    class Whichever(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, _other: object) -> bool:
            return True

        def __ne__(self, _other: object) -> bool:
            return False

    start = Submission.__init__

    def starting(self: Any, **parts: Any) -> None:
        start(self, **{**parts, "origin": Whichever(parts["origin"])})

    Submission.__init__ = starting  # type: ignore[method-assign]


def forget_backups() -> None:
    """What came back with a backup is taken for what it was when the backup was made."""
    find = Records.find

    def finding(self: Any, run_id: str) -> Any:
        run = find(self, run_id)
        return run and replace(run, restored_at=None)

    Records.find = finding  # type: ignore[method-assign]


def trust_earlier_lives() -> None:
    """What an earlier life has left queued is sent as if nobody else could have sent it."""
    Submission._ask_first = Submission._send  # type: ignore[method-assign]


def believe_any_signature() -> None:
    """Whoever signs a callback, with whatever secret, is believed."""
    callback._has_signed = lambda *_: True


def compare_nothing() -> None:
    """Audits are made, and look at nothing."""
    Auditor._compare_all = lambda *_: None  # type: ignore[method-assign]


def always_be_fit() -> None:
    """Money is spent whatever the disk, the database and the lock are like."""
    Fitness.why_not_send = lambda _self: None  # type: ignore[method-assign]


def trust_the_lock() -> None:
    """A lock whose file was deleted is as good as before."""
    ExecutorLock.is_lost = lambda _self: False  # type: ignore[method-assign]


def keep_the_ballast() -> None:
    """A full disk is a full disk."""
    Ballast._write = lambda _self, write, _kept: write()  # type: ignore[method-assign]


def spend_whatever_is_left() -> None:
    """A click is recorded and sent, whether or not it fits into the budgets."""
    ledger_module.refuse_over_budget = lambda *_: None


def ask_no_owner() -> None:
    """What is too dear is sent like all else."""
    ledger_module.check_approval = lambda *_: None


def let_runs_lie() -> None:
    """What the engine or the polling has lost stays lost until the next start."""
    Watchdog.look = lambda _self: None  # type: ignore[method-assign]


GUARDS: dict[str, Callable[[], None]] = {
    "ask first": never_ask,
    "quiet time": never_be_quiet,
    "late-send guard": send_however_late,
    "fsync": never_sync,
    "click token": forget_clicks,
    "terminal never moves": let_the_dead_move,
    "origin": send_to_anyone,
    "restored runs": forget_backups,
    "earlier lives": trust_earlier_lives,
    "signature check": believe_any_signature,
    "audit": compare_nothing,
    "fitness": always_be_fit,
    "lock": trust_the_lock,
    "ballast": keep_the_ballast,
    "watchdog": let_runs_lie,
    "budget": spend_whatever_is_left,
    "approval": ask_no_owner,
}


def pytest_configure() -> None:
    name = os.environ.get(NAME)
    if name in GUARDS:
        GUARDS[name]()
