"""When a run does what: planned once, when it is created, so that reading it needs no timer."""

import hashlib
from dataclasses import dataclass

from lib.sandbox.clock import SECOND
from lib.sandbox.scenarios import Scenario

QUEUED = 0.1
DISPATCHING = 0.1
JITTER = 0.15

TERMINAL = ("succeeded", "failed", "canceled", "partial_succeeded")
STATUSES = ("queued", "dispatching", "running", *TERMINAL)


@dataclass(frozen=True, slots=True)
class Plan:
    """The times of a run in microseconds; `started_at` is None when it fails at dispatch."""

    dispatching_at: int
    started_at: int | None
    completed_at: int


def plan(run_id: str, created_at: int, scenario: Scenario, seconds: float) -> Plan:
    """A run's life: a tenth queued, a tenth dispatching, the rest running.

    A share of up to 15 percent more or less, which the run's id decides, keeps runs of the same
    moment from ending together.
    """
    whole = seconds * scenario.duration * (1 + JITTER * _spread(run_id)) * SECOND
    # Each step lies after the one before, also in a life of 0 seconds.
    dispatching_at = created_at + 1 + round(whole * QUEUED)
    started_at = created_at + 2 + round(whole * (QUEUED + DISPATCHING))
    if scenario.failed is not None and scenario.failed[1] == "dispatch":
        return Plan(dispatching_at, None, started_at)
    return Plan(dispatching_at, started_at, created_at + 3 + round(whole))


def _spread(run_id: str) -> float:
    """Between -1 and 1, from the run's id alone."""
    digest = hashlib.sha256(run_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 0xFFFF_FFFF * 2 - 1


STATUS_SQL = """CASE
    WHEN :now >= completed_at THEN end_status
    WHEN :now >= started_at THEN 'running'
    WHEN :now >= dispatching_at THEN 'dispatching'
    ELSE 'queued' END"""
"""The status of a row of `run` at the time `:now`."""
