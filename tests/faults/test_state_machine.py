"""Whatever users, networks, clocks and deaths do to runs: the invariants hold after every step."""

import os
import sys

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.machine import PlantainMachine

STEPS = int(os.environ.get("FAULT_STEPS", "20000"))
SEED = int(os.environ.get("FAULT_SEED", "20261123"))
STEPS_OF_A_HISTORY = 50
SEARCH_ONLY = os.environ.get("GUARD_OFF") is not None
"""When a guard is switched off, the first failure is enough: it need not be made small."""


@pytest.mark.timeout(1_800 + STEPS // 20)
def test_no_history_loses_a_run_or_pays_for_one_twice():
    PlantainMachine.steps = 0
    PlantainMachine.seen.clear()
    searches = 0
    while PlantainMachine.steps < STEPS:  # some histories are shorter than the longest
        search((STEPS - PlantainMachine.steps) // STEPS_OF_A_HISTORY + 10, SEED + searches)
        searches += 1

    seen = dict(PlantainMachine.seen.most_common())
    sys.stdout.write(f"\nFAULT_SEED={SEED}, {PlantainMachine.steps:,} steps: {seen}\n")
    assert PlantainMachine.seen["deaths"] > STEPS // 200, "hardly a process has died"


def search(histories: int, number: int) -> None:
    """Try so many histories; a failure is made small and told as the steps that lead to it."""
    run_state_machine_as_test(
        seed(number)(PlantainMachine),
        settings=settings(
            max_examples=histories,
            stateful_step_count=STEPS_OF_A_HISTORY,
            phases=[Phase.generate] if SEARCH_ONLY else list(Phase),
            report_multiple_bugs=False,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
