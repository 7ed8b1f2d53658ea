"""Runs as the ledger could hold them, for tests of how they are told."""

from typing import Any

from lib.domain.run import CostBasis, Failure, Picture, Run, RunState
from lib.ui.card_states import Surroundings

NOW = 1_795_000_000_000
AROUND = Surroundings(now_ms=NOW, places=8)
PICTURE = Picture(0, "ab" * 32, 1_300_000, "image/png", 1024, 1024)


def a_run(state: RunState, **values: Any) -> Run:
    """A run in this state, ten seconds old."""
    usual: dict[str, Any] = {
        "id": "019aa4f2-93d0-7d6f-8d0e-5b3f3f1f6a01",
        "origin": "sandbox",
        "model_id": "google/nano-banana-2",
        "created_by": "local",
        "state": state,
        "input": {"prompt": "A kite", "resolution": "1K", "aspect_ratio": "auto", "num_images": 1},
        "request_body": b"{}",
        "estimate_micros": 80_000,
        "price_version": "nano-banana-2/2026-04-13",
        "created_at": NOW - 10_000,
    }
    return Run(**{**usual, **values})


def a_failed_run(**values: Any) -> Run:
    """A run that was refused for free."""
    usual = {
        "failure": Failure("SOME_CODE", "The API's own words."),
        "cost_micros": 0,
        "cost_basis": CostBasis.CONFIRMED,
    }
    return a_run(RunState.FAILED, **{**usual, **values})
