"""The one worker of the sandbox: it sends callbacks when they are due, also after a restart.

Three attempts, 1 s and 2 s apart, repeated after a 5xx answer or a network error only. What is
due is read from the database alone, so nothing is lost when the process is killed.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lib.sandbox.batch_callbacks import next_batch_end, plan_batch_callbacks
from lib.sandbox.callback_client import CallbackClient, Outcome
from lib.sandbox.callback_payloads import run_payload
from lib.sandbox.clock import SECOND, now_micros
from lib.sandbox.deliveries import MAX_ATTEMPTS, plan_delivery
from lib.sandbox.identifiers import new_id
from lib.sandbox.scenarios import named
from lib.sandbox.world import World

BACKOFF = (1 * SECOND, 2 * SECOND)
AT_ONCE = 32
_LOG = logging.getLogger("uvicorn.error")


@dataclass(slots=True)
class Courier:
    """Plans and sends callbacks for one running sandbox."""

    world: World
    sending: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def work(self) -> None:
        """Go on until cancelled; attempts under way are then given up, and come again later."""
        http = CallbackClient()
        try:
            while True:
                self.world.callbacks_due.clear()
                await self._plan()
                self._send(http)
                await self._rest()
        finally:
            tasks = list(self.sending.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await http.close()

    async def _plan(self) -> None:
        """Freeze the callbacks of runs and batches that have ended."""
        database = self.world.database
        due = database.all(f"SELECT * FROM run {_UNPLANNED} AND completed_at <= ?", (now_micros(),))
        for row in due:
            payload = await self._payload(row)
            with database.transaction():
                for _ in range(named(row["scenario"]).callbacks if payload else 0):
                    plan_delivery(self.world, row, payload, now_micros())
                database.run("UPDATE run SET callback_planned = 1 WHERE id = ?", (row["id"],))
        plan_batch_callbacks(self.world, now_micros())

    async def _payload(self, row: Any) -> bytes:
        """The callback's bytes; none when they cannot be made, which must not stop the others."""
        try:
            return await run_payload(self.world, row, now_micros())
        except (ValueError, LookupError, OSError) as error:
            _LOG.error("The callback of run %s cannot be made.", row["id"], exc_info=error)
            return b""

    def _send(self, http: CallbackClient) -> None:
        """Start an attempt for each delivery that is due, a few at once."""
        now = now_micros()
        for row in self._waiting():
            if row["next_attempt_at"] > now or len(self.sending) >= AT_ONCE:
                break
            task = asyncio.create_task(self._attempt(http, row))
            self.sending[row["id"]] = task
            task.add_done_callback(partial(self._sent, row["id"]))

    def _sent(self, delivery_id: str, task: asyncio.Task[None]) -> None:
        self.sending.pop(delivery_id, None)
        self.world.callbacks_due.set()
        if not task.cancelled() and task.exception() is not None:
            # Left pending it would be due at once, again and again.
            _LOG.error("A callback could not be sent.", exc_info=task.exception())
            self.world.database.run(
                "UPDATE delivery SET state = 'failed', next_attempt_at = NULL WHERE id = ?",
                (delivery_id,),
            )

    def _waiting(self) -> list[Any]:
        """Pending deliveries that are not under way, the most urgent first."""
        rows = self.world.database.all(
            "SELECT * FROM delivery WHERE state = 'pending' ORDER BY next_attempt_at LIMIT ?",
            (2 * AT_ONCE,),
        )
        return [row for row in rows if row["id"] not in self.sending]

    async def _rest(self) -> None:
        """Sleep until something is due, or something changes."""
        seconds = self._seconds_to_next()
        try:
            async with asyncio.timeout(seconds):
                await self.world.callbacks_due.wait()
        except TimeoutError:
            pass

    def _seconds_to_next(self) -> float | None:
        row = self.world.database.one(f"SELECT MIN(completed_at) AS at FROM run {_UNPLANNED}")
        ends = (row["at"], next_batch_end(self.world))
        times = [at for at in ends if at is not None]
        if len(self.sending) < AT_ONCE:
            times += [waiting["next_attempt_at"] for waiting in self._waiting()[:1]]
        if not times:
            return None
        return max(0, min(times) - now_micros()) / SECOND

    async def _attempt(self, http: CallbackClient, row: Any) -> None:
        outcome = await http.post(row["callback_url"], row["payload"], _headers(row))
        with self.world.database.transaction():
            self._keep(row, outcome, now_micros())

    def _keep(self, row: Any, outcome: Outcome, now: int) -> None:
        number = row["attempt_count"] + 1
        database = self.world.database
        database.insert(
            "attempt",
            {
                "id": new_id(now),
                "delivery_id": row["id"],
                "attempt_number": number,
                "status_code": outcome.status,
                "response_body": outcome.body,
                "response_time_ms": outcome.milliseconds,
                "error_message": outcome.error,
                "created_at": now,
            },
        )
        names = _next_state(outcome, number, now)
        marks = ", ".join(f"{name} = :{name}" for name in names)
        database.run(f"UPDATE delivery SET {marks} WHERE id = :id", {**names, "id": row["id"]})
        used = (now, row["signing_secret_id"])
        database.run("UPDATE secret SET last_used_at = ? WHERE id = ?", used)


_UNPLANNED = "WHERE callback_url IS NOT NULL AND callback_planned = 0"


def _next_state(outcome: Outcome, number: int, now: int) -> dict[str, Any]:
    """What an attempt makes of its delivery."""
    state = {"attempt_count": number, "updated_at": now, "next_attempt_at": None}
    if outcome.was_delivered:
        return {**state, "state": "delivered", "completed_at": now}
    if outcome.is_worth_repeating and number < MAX_ATTEMPTS:
        return {**state, "next_attempt_at": now + BACKOFF[number - 1]}
    reason = "NETWORK_ERROR" if outcome.status is None else f"HTTP_{outcome.status}"
    return {
        **state,
        "state": "failed",
        "completed_at": now,
        "failure_reason_code": reason,
        "failure_detail": outcome.error or f"The receiver answered {outcome.status}.",
    }


def _headers(row: Any) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Runflow-Callbacks/1.0",
        "Runflow-Request-Id": row["request_id"],
    }
    return {**headers, "Runflow-Signature": row["signature"]} if row["signature"] else headers
