"""Whatever users, networks, clocks and deaths do to runs: the invariants hold after every step."""

import os
import sys

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.machine import PlantainMachine

STEPS = int(os.environ.get("FAULT_STEPS", "20000"))
STEPS_OF_A_HISTORY = 50
SEARCH_ONLY = os.environ.get("GUARD_OFF") is not None
"""When a guard is switched off, the first failure is enough: it need not be made small."""


@pytest.mark.timeout(300 + STEPS // 50)
def test_no_history_loses_a_run_or_pays_for_one_twice():
    PlantainMachine.steps = 0
    PlantainMachine.seen.clear()
    phases = [Phase.generate] if SEARCH_ONLY else list(Phase)
    run_state_machine_as_test(
        PlantainMachine,
        settings=settings(
            max_examples=STEPS // 45,
            stateful_step_count=STEPS_OF_A_HISTORY,
            phases=phases,
            report_multiple_bugs=False,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    sys.stdout.write(
        f"\n{PlantainMachine.steps:,} steps: {dict(PlantainMachine.seen.most_common())}\n"
    )
    assert PlantainMachine.steps >= STEPS
    assert PlantainMachine.seen["deaths"] > STEPS // 200, "hardly a process has died"
