"""Whatever users, networks, clocks and deaths do to runs: the invariants hold after every step."""

import os
import sys

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.audited_machine import AuditedMachine
from tests.faults.machine import PlantainMachine
from tests.faults.restored_machine import RestoredMachine

STEPS = int(os.environ.get("FAULT_STEPS", "20000"))
SEED = int(os.environ.get("FAULT_SEED", "20261123"))
STEPS_OF_A_HISTORY = 50
SEARCH_ONLY = os.environ.get("GUARD_OFF") is not None
"""When a guard is switched off, the first failure is enough: it need not be made small."""


@pytest.mark.timeout(1_800 + STEPS // 20)
def test_no_history_loses_a_run_or_pays_for_one_twice():
    live(PlantainMachine, STEPS)


@pytest.mark.timeout(1_800 + STEPS // 20)
def test_no_history_with_audits_makes_two_runs_of_one_or_leaves_one_out():
    live(AuditedMachine, STEPS // 5)


@pytest.mark.timeout(1_800 + STEPS // 20)
def test_no_history_with_restored_backups_sends_anything_again_or_leaves_one_out():
    live(RestoredMachine, STEPS // 5)
    assert PlantainMachine.seen["brought back"] > STEPS // 1_000, "hardly a run was brought back"


def live(machine: type[PlantainMachine], steps: int) -> None:
    """Try histories until they have all their steps, and tell what was in them."""
    PlantainMachine.steps = 0
    PlantainMachine.seen.clear()
    searches = 0
    while PlantainMachine.steps < steps:  # some histories are shorter than the longest
        histories = (steps - PlantainMachine.steps) // STEPS_OF_A_HISTORY + 10
        search(machine, histories, SEED + searches)
        searches += 1

    seen = dict(PlantainMachine.seen.most_common())
    sys.stdout.write(f"\nFAULT_SEED={SEED}, {PlantainMachine.steps:,} steps: {seen}\n")
    assert PlantainMachine.seen["deaths"] > steps // 400, "hardly a process has died"


def search(machine: type[PlantainMachine], histories: int, number: int) -> None:
    """Try so many histories; a failure is made small and told as the steps that lead to it."""
    run_state_machine_as_test(
        seed(number)(machine),
        settings=settings(
            max_examples=histories,
            stateful_step_count=STEPS_OF_A_HISTORY,
            phases=[Phase.generate] if SEARCH_ONLY else list(Phase),
            report_multiple_bugs=False,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
