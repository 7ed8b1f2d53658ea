"""The test of the tests: with any guard switched off, the suite turns red."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.guards import GUARDS, NAME

ROOT = Path(__file__).parents[2]
LONGEST_S = 240
SENDING = "tests/services/test_submission.py::"
EARLIER = "tests/services/test_runs_of_earlier_lives.py::"
CAUGHT_BY = {
    "ask first": SENDING + "test_a_lost_answer_is_found_by_asking_and_never_sent_again",
    "quiet time": SENDING + "test_a_doubt_waits_for_the_quiet_time_before_the_same_bytes_go_again",
    "late-send guard": SENDING + "test_a_process_frozen_between_intent_and_send_does_not_send",
    "click token": SENDING + "test_the_same_click_is_one_run",
    "terminal never moves": "tests/faults/test_state_machine.py",
    "origin": "tests/test_bootstrap.py"
    "::test_an_open_run_waits_for_its_own_api_and_is_sent_to_no_other",
    "restored runs": EARLIER
    + "test_what_came_back_with_a_backup_is_never_sent_and_left_to_a_person",
    "earlier lives": EARLIER
    + "test_what_an_earlier_life_queued_and_another_one_sent_is_found_and_not_sent_again",
    "signature check": "tests/test_callbacks_end_to_end.py"
    "::test_forged_callbacks_of_a_run_are_refused_and_the_true_one_ends_it",
    "audit": "tests/test_audit_end_to_end.py"
    "::test_a_restored_old_database_gets_back_all_that_was_made_since",
    "fitness": "tests/services/test_fitness.py"
    "::test_below_the_reserve_nothing_new_is_made_until_there_is_room",
    "lock": "tests/services/test_fitness.py"
    "::test_a_lock_whose_file_is_deleted_stops_at_once_and_is_taken_again",
    "ballast": "tests/services/test_answers.py"
    "::test_an_answer_that_finds_the_disk_full_is_noted_in_the_room_of_the_ballast",
    "watchdog": "tests/services/test_watchdog.py"
    "::test_a_run_without_a_place_in_the_queue_gets_one_at_the_second_look",
    "approval": "tests/services/test_approvals.py"
    "::test_what_is_above_the_price_is_not_sent_and_what_is_not_is",
    "budget": "tests/store/test_budgets.py::test_what_fits_is_let_through_and_the_next_is_refused",
    "fsync": "tests/faults/test_power_cuts.py"
    "::test_no_power_cut_takes_a_run_or_a_picture_that_was_acknowledged",
}
"""A test that turns red for each guard."""
FAILED = re.compile(r"\b[1-9]\d* failed\b")


def without(guard: str, test: str) -> subprocess.CompletedProcess[str]:
    """Run one test in a process of its own, that guard switched off."""
    options = ["-x", "-q", "-p", "tests.faults.guards", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, test],
        cwd=ROOT,
        env={**os.environ, NAME: guard},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


def test_every_guard_has_a_test_that_catches_its_absence():
    assert CAUGHT_BY.keys() == GUARDS.keys()


@pytest.mark.parametrize("guard", CAUGHT_BY)
def test_a_guard_that_is_switched_off_turns_the_suite_red(guard: str):
    if guard == "fsync" and shutil.which("strace") is None:
        pytest.skip("strace is not installed: the fsync guard was not switched off")

    ran = without(guard, CAUGHT_BY[guard])

    assert ran.returncode == pytest.ExitCode.TESTS_FAILED, ran.stdout[-2000:] + ran.stderr[-1000:]
    assert FAILED.search(ran.stdout), ran.stdout[-2000:]
    assert not re.search(r"\b\d+ errors?\b", ran.stdout), ran.stdout[-2000:]


def test_the_table_in_the_readme_names_each_guard_and_its_test():
    readme = (ROOT / "tests/faults/README.md").read_text(encoding="utf-8")

    for guard, test in CAUGHT_BY.items():
        name = test.split("::")[-1].removeprefix("tests/faults/")
        assert f"| {guard} |" in readme, guard
        assert name in readme, name
